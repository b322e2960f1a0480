#include "json_shape.h"

#include <diamond/core/json.h>

#include <algorithm>
#include <functional>
#include <set>

namespace diamond::serve {
namespace {

constexpr int number_out_of_range = 406;  // as nlohmann numbers its exceptions

/// What the parser calls for each piece of the text (nlohmann's SAX interface). False ends it.
class Looking {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  [[nodiscard]] JsonShape shape() && { return std::move(shape_); }

  static bool null() { return true; }
  static bool boolean(bool /*value*/) { return true; }
  static bool number_integer(number_integer_t /*value*/) { return true; }
  static bool number_unsigned(number_unsigned_t /*value*/) { return true; }
  static bool number_float(number_float_t /*value*/, const string_t& /*text*/) { return true; }
  static bool string(const string_t& /*text*/) { return true; }
  static bool binary(const binary_t& /*bytes*/) { return true; }

  bool start_object(std::size_t /*elements*/) { return open(); }
  bool start_array(std::size_t /*elements*/) { return open(); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const string_t& name) {
    const bool is_outermost = levels_.size() == 1;
    if (is_outermost) outermost_ = name;
    std::set<std::string, std::less<>>& members = levels_.back();
    if (!members.insert(name).second) note_repeated(name, is_outermost);
    shape_.is_too_wide = members.size() > JsonShape::most_members;
    return !shape_.is_too_wide;
  }

  bool parse_error(std::size_t byte, const std::string& /*token*/, const Json::exception& error) {
    if (error.id == number_out_of_range)
      shape_.too_large_at = outermost_;
    else
      shape_.fault_at = byte;
    return false;
  }

 private:
  bool open() {
    levels_.emplace_back();
    shape_.is_too_deep = levels_.size() > JsonShape::most_levels;
    return !shape_.is_too_deep;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  void note_repeated(const std::string& name, bool is_outermost) {
    std::vector<std::string>& repeated = shape_.repeated;
    if (!is_outermost)
      shape_.repeated_within = name;
    else if (std::find(repeated.begin(), repeated.end(), name) == repeated.end())
      repeated.push_back(name);
  }

  JsonShape shape_;
  std::vector<std::set<std::string, std::less<>>> levels_;  // the members so far of what is open
  std::string outermost_;                                   // the member that is being read
};

}  // namespace

JsonShape shape_of(std::string_view text) {
  Looking looking;
  Json::sax_parse(text, &looking);
  return std::move(looking).shape();
}

}  // namespace diamond::serve
