#include <diamond/core/spelling.h>
#include <diamond/data/csv_chunk.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace diamond {
namespace {

constexpr bool ends_field(char c) {
  return c == ',' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A number that somebody left out.
bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 5> words = {"", "NA", "N/A", "null", "NULL"};
  for (const std::string_view word : words)
    if (text == word) return true;
  return false;
}

/// Walks over the fields of records. Every text that it is given ends with '\n', so that no step
/// needs to ask whether the text is over before it has seen the end of a line.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] const char* position() const { return at_; }
  [[nodiscard]] std::size_t line() const { return line_; }

  /// At the end of the record's last field; then the next record begins behind it.
  bool take_line_end() {
    const char* p = at_;
    if (*p == '\r') ++p;
    if (*p != '\n') return false;
    at_ = p + 1;
    ++line_;
    return true;
  }

  bool take_comma() {
    if (*at_ != ',') return false;
    ++at_;
    return true;
  }

  /// A plain decimal of at most nine digits that fills its field; nothing is taken where it is
  /// anything else.
  bool take_decimal(Decimal& out) {
    const char* p = at_;
    const bool negative = *p == '-';
    if (negative) ++p;
    std::int32_t digits = 0;
    const char* const first = p;
    for (; *p >= '0' && *p <= '9' && p - first < 9; ++p) digits = digits * 10 + (*p - '0');
    auto count = p - first;
    int decimals = 0;
    if (*p == '.') {
      const char* const fraction = ++p;
      for (; *p >= '0' && *p <= '9' && count < 9; ++p, ++count) digits = digits * 10 + (*p - '0');
      decimals = static_cast<int>(p - fraction);
    }
    if (count == 0 || !ends_field(*p)) return false;
    if (*p == '\r' && p[1] != '\n') return false;
    out = {negative ? -digits : digits, decimals};
    at_ = p;
    return true;
  }

  /// Any field, without its quotes and the blanks around it. The view holds until the next call.
  /// Nothing where a quote is not closed or something follows it.
  std::optional<std::string_view> take_field() {
    while (*at_ == ' ' || *at_ == '\t') ++at_;
    if (*at_ == '"') return take_quoted();
    const char* const first = at_;
    while (!(*at_ == ',' || *at_ == '\n' || (*at_ == '\r' && at_[1] == '\n'))) ++at_;
    return trimmed({first, at_});
  }

 private:
  std::optional<std::string_view> take_quoted() {
    unquoted_.clear();
    ++at_;
    while (true) {
      const auto* quote =
          static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
      if (quote == nullptr) return std::nullopt;
      for (const char* p = at_; p != quote; ++p) line_ += *p == '\n' ? 1 : 0;
      unquoted_.append(at_, quote);
      at_ = quote + 1;
      if (at_ == end_ || *at_ != '"') break;
      unquoted_ += '"';
      ++at_;
    }
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
    if (at_ == end_ || !ends_field(*at_)) return std::nullopt;
    return trimmed(unquoted_);
  }

  const char* at_;
  const char* end_;
  std::size_t line_ = 0;
  std::string unquoted_;
};

/// Turns records into rows, and stops at the first fault.
class ChunkParser {
 public:
  ChunkParser(std::string_view text, const CsvLayout& layout)
      : text_(text), cursor_(text), layout_(layout) {
    constexpr std::size_t usual_row = 50;  // bytes
    parsed_.table.reserve(text.size() / usual_row);
    parsed_.records.reserve(text.size() / usual_row);
  }

  ParsedChunk run() {
    while (!parsed_.fault && !cursor_.at_end())
      if (!cursor_.take_line_end()) take_record();  // a blank line is none
    parsed_.lines = cursor_.line();
    for (const Quantity quantity : layout_.absent)
      parsed_.table[quantity].push_missing(parsed_.table.rows());
    return std::move(parsed_);
  }

 private:
  void take_record() {
    const std::size_t columns = layout_.roles.size();
    const std::uint32_t begin = place();
    for (std::size_t column = 0; column < columns; ++column) {
      std::visit([&](auto role) { take(role, column); }, layout_.roles[column]);
      if (parsed_.fault) return;
      if (column + 1 < columns && !cursor_.take_comma())
        return fail("the line is cut short: it has " + std::to_string(column + 1) + " of " +
                        std::to_string(columns) + " fields; '" + layout_.names[column + 1] +
                        "' is the first that is missing",
                    "complete the line, or take it out");
    }
    parsed_.records.push_back({begin, place()});
    if (!cursor_.take_line_end())
      fail("the line has more than the " + std::to_string(columns) + " fields of the header",
           "put text that contains commas in quotes");
  }

  /// How far the cursor has come.
  [[nodiscard]] std::uint32_t place() const {
    return static_cast<std::uint32_t>(cursor_.position() - text_.data());
  }

  void take(Quantity quantity, std::size_t column) {
    Decimal decimal;
    NumberColumn& numbers = parsed_.table[quantity];
    if (cursor_.take_decimal(decimal)) return numbers.push(decimal);
    const auto text = take_text(column);
    if (!text) return;
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!is_missing(*text) && !parse_double(*text, value))
      return fail_column(column, printable(*text) + " is not a number",
                         "write it like 61.5, or leave it empty where it is not known");
    numbers.push(value);
  }

  void take(GradeColumn grade, std::size_t column) {
    switch (grade) {
      case GradeColumn::cut:
        return take_grade<Cut>(column);
      case GradeColumn::color:
        return take_grade<Color>(column);
      case GradeColumn::clarity:
        return take_grade<Clarity>(column);
    }
  }

  void take(IgnoredColumn /*role*/, std::size_t column) { static_cast<void>(take_text(column)); }

  template <class Grade>
  void take_grade(std::size_t column) {
    const auto text = take_text(column);
    if (!text) return;
    const auto grade = parse_grade<Grade>(*text);
    if (grade) return parsed_.table.grades<Grade>().push_back(*grade);
    const auto& names = GradeInfo<Grade>::names;
    const std::string_view meant = nearest_word(*text, names);
    const std::string hint = meant.empty() ? "" : "did you mean '" + std::string(meant) + "'? ";
    fail_column(column, "unknown " + std::string(GradeInfo<Grade>::field) + " " + printable(*text),
                hint + "the grades are " + join(names));
  }

  std::optional<std::string_view> take_text(std::size_t column) {
    const auto text = cursor_.take_field();
    if (!text)
      fail_column(column, "a quote is not closed, or text follows it",
                  "write a quote inside quotes twice");
    return text;
  }

  /// As strtod reads it, whatever the locale; what is too large for a double is infinite.
  static bool parse_double(std::string_view text, double& value) {
    if (text.front() == '+') {
      text.remove_prefix(1);
      if (text.starts_with('-')) return false;
    }
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (rest != text.data() + text.size()) return false;
    // Too large or too small for a double: strtod says which, 0 or infinite.
    if (error == std::errc::result_out_of_range)
      value = std::strtod(std::string(text).c_str(), nullptr);
    return error == std::errc{} || error == std::errc::result_out_of_range;
  }

  void fail_column(std::size_t column, const std::string& what, const std::string& remedy) {
    fail("column '" + layout_.names[column] + "': " + what, remedy);
  }

  void fail(std::string what, std::string remedy) {
    parsed_.fault = CsvFault{cursor_.line(), std::move(what), std::move(remedy)};
  }

  std::string_view text_;
  Cursor cursor_;
  const CsvLayout& layout_;
  ParsedChunk parsed_;
};

}  // namespace

ParsedChunk parse_chunk(std::string_view text, const CsvLayout& layout) {
  return ChunkParser(text, layout).run();
}

HeaderLine take_header(std::string_view text) {
  Cursor cursor(text);
  HeaderLine header;
  while (!cursor.at_end() && cursor.take_line_end()) {  // a blank line is none
  }
  if (cursor.at_end()) return {};
  const char* const begin = cursor.position();
  do {
    const auto field = cursor.take_field();
    if (!field) return {};
    header.fields.emplace_back(*field);
  } while (cursor.take_comma());
  header.line = {begin, cursor.position()};
  if (!cursor.take_line_end()) return {};
  header.rest = text.substr(static_cast<std::size_t>(cursor.position() - text.data()));
  return header;
}

std::size_t whole_records(std::string_view text) {
  if (text.find('"') == std::string_view::npos) return text.rfind('\n') + 1;  // npos + 1 is 0
  // A quote opens where a field begins; inside quotes a line end is text, and a quote behind a
  // quote stands for one.
  enum class State { field_start, plain, quoted, after_quote };
  State state = State::field_start;
  std::size_t whole = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (state == State::quoted) {
      if (c == '"') state = State::after_quote;
    } else if (c == ',' || c == '\n') {
      state = State::field_start;
      if (c == '\n') whole = i + 1;
    } else if (c == '"' && state != State::plain) {
      state = State::quoted;
    } else if (state == State::field_start && c != ' ' && c != '\t') {
      state = State::plain;
    }
  }
  return whole;
}

}  // namespace diamond
