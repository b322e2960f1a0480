// What a study may choose from: ranges and choices by the names of parameters.
#pragma once

#include <diamond/core/json.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diamond {

enum class Scale : std::uint8_t { linear, logarithmic };

/// Both ends belong to it. Logarithmic: low > 0.
struct FloatRange {
  double low = 0;
  double high = 1;
  Scale scale = Scale::linear;
};

/// Whole numbers within ±2^53; both ends belong to it. Logarithmic: low > 0.
struct IntRange {
  std::int64_t low = 0;
  std::int64_t high = 1;
  Scale scale = Scale::linear;
};

/// Any JSON values, without an order.
struct Choices {
  std::vector<Json> values;
};

struct Dimension {
  std::string name;  // a parameter, or a JSON pointer to one: "/members/0/params/max_depth"
  std::variant<FloatRange, IntRange, Choices> range;
};

using SearchSpace = std::vector<Dimension>;

/// One coordinate for each dimension, in its order: the number itself, or the place among the
/// choices.
using Point = std::vector<double>;

/// Reads {name: {"type": "float" | "int", "min", "max", "log"?} | {"type": "categorical",
/// "values"}}. `place` is where it stands ("file.json#/space"). Throws UsageError with the JSON
/// pointer of what is wrong ("file.json#/space/NAME/min"): an empty space, a range that is reversed
/// or has no end, a logarithm of what is not above 0, a list without values or with one twice.
[[nodiscard]] SearchSpace parse_search_space(const Json& json, std::string_view place);

/// The JSON that `parse_search_space` reads.
[[nodiscard]] Json to_json(const SearchSpace& space);

/// {name: value} of a point.
[[nodiscard]] Json values_of(const SearchSpace& space, const Point& point);

/// The point of {name: value}; nothing where a name is missing or a value is not in its range.
[[nodiscard]] std::optional<Point> point_of(const SearchSpace& space, const Json& values);

/// `params` with the values of {name: value} put in, each where its name or pointer says; a member
/// that is not there yet is made. Throws UsageError where a pointer leads through what is no object
/// or array, or past an array's end.
[[nodiscard]] Json with_values(Json params, const Json& values);

}  // namespace diamond
