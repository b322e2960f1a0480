#include <diamond/data/csv_writer.h>

#include <array>
#include <charconv>

namespace diamond {

void append_number(std::string& text, double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
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
