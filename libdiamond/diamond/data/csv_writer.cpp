#include <diamond/data/csv_writer.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace diamond {

void append_number(std::string& text, double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

void append_usd(std::string& text, double usd) {
  constexpr double most_whole = 9e15;  // all whole numbers up to it are doubles
  if (std::abs(usd) * 100 > most_whole) return append_number(text, usd);
  const std::int64_t cents = std::llround(usd * 100);
  const std::int64_t whole = std::abs(cents) / 100;
  const auto rest = static_cast<char>(std::abs(cents) % 100);
  std::array<char, 32> digits{};
  char* end = digits.data();
  if (cents < 0) *end++ = '-';
  end = std::to_chars(end, digits.data() + digits.size(), whole).ptr;
  *end++ = '.';
  *end++ = static_cast<char>('0' + rest / 10);
  *end++ = static_cast<char>('0' + rest % 10);
  text.append(digits.data(), end);
}

void append_csv_field(std::string& text, std::string_view field) {
  const bool is_plain = field.find_first_of(",\"\r\n") == std::string_view::npos;
  if (is_plain) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) text.append(c == '"' ? 2 : 1, c);
  text += '"';
}

std::string csv_header() {
  return "carat,cut,color,clarity,depth,table,price,x,y,z\n";
}

void append_csv_row(std::string& text, const PricedDiamond& diamond) {
  const auto number = [&text](double value) {
    text += ',';
    append_number(text, value);
  };
  append_number(text, diamond.stone.carat);
  text.append(",").append(name_of(diamond.stone.cut));
  text.append(",").append(name_of(diamond.stone.color));
  text.append(",").append(name_of(diamond.stone.clarity));
  number(diamond.stone.depth);
  number(diamond.stone.table);
  number(diamond.price);
  number(diamond.stone.x);
  number(diamond.stone.y);
  number(diamond.stone.z);
  text += '\n';
}

}  // namespace diamond
