#include "stone_reader.h"

#include <diamond/core/json.h>

#include <bitset>
#include <cstdint>
#include <string>

namespace diamond::serve {
namespace {

/// What the parser calls for each piece of the text (nlohmann's SAX interface). False ends it.
class StoneFields {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  [[nodiscard]] bool is_whole() const { return seen_.count() == field_count; }
  [[nodiscard]] const Diamond& stone() const { return stone_; }

  bool start_object(std::size_t /*elements*/) { return ++depth_ == 1; }
  bool end_object() { return true; }

  bool key(const string_t& name) {
    quantity_ = parse_quantity(name);
    if (quantity_ && *quantity_ != Quantity::price)
      return is_first(static_cast<std::size_t>(*quantity_));
    quantity_.reset();
    if (name == GradeInfo<Cut>::field) return is_first(cut_place);
    if (name == GradeInfo<Color>::field) return is_first(color_place);
    return name == GradeInfo<Clarity>::field && is_first(clarity_place);
  }

  bool number_float(number_float_t value, const string_t& /*text*/) { return take(value); }
  bool number_integer(number_integer_t value) { return take(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) { return take(static_cast<double>(value)); }

  bool string(const string_t& text) {
    if (quantity_ || depth_ != 1) return false;
    if (place_ == cut_place) return take(text, stone_.cut);
    if (place_ == color_place) return take(text, stone_.color);
    return take(text, stone_.clarity);
  }

  static bool null() { return false; }
  static bool boolean(bool /*value*/) { return false; }
  static bool binary(const binary_t& /*bytes*/) { return false; }
  static bool start_array(std::size_t /*elements*/) { return false; }
  static bool end_array() { return false; }
  static bool parse_error(std::size_t /*byte*/, const std::string& /*token*/,
                          const Json::exception& /*error*/) {
    return false;
  }

 private:
  static constexpr std::size_t cut_place = quantity_infos.size();
  static constexpr std::size_t color_place = cut_place + 1;
  static constexpr std::size_t clarity_place = cut_place + 2;
  static constexpr std::size_t field_count = stone_quantities.size() + 3;

  bool is_first(std::size_t place) {
    place_ = place;
    if (seen_[place]) return false;
    seen_.set(place);
    return true;
  }

  bool take(double value) {
    if (!quantity_ || !is_possible(*quantity_, value)) return false;
    value_of(stone_, *quantity_) = value;
    return true;
  }

  template <class Grade>
  static bool take(const string_t& text, Grade& grade) {
    const std::optional<Grade> parsed = parse_grade<Grade>(text);
    if (parsed) grade = *parsed;
    return parsed.has_value();
  }

  Diamond stone_;
  std::optional<Quantity> quantity_;  // that the last key names; nothing: a grade
  std::size_t place_ = clarity_place;
  std::bitset<quantity_infos.size() + 3> seen_;
  int depth_ = 0;
};

}  // namespace

std::optional<Diamond> read_stone(std::string_view text) {
  constexpr std::size_t longest = 4096;  // PostgreSQL's jsonb has numbers of 16383 decimals at most
  if (text.size() > longest) return std::nullopt;
  StoneFields fields;
  if (!Json::sax_parse(text, &fields) || !fields.is_whole()) return std::nullopt;
  return fields.stone();
}

}  // namespace diamond::serve
