#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>
#include <diamond/tuning/search_space.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace diamond {
namespace {

using Pointer = Json::json_pointer;

constexpr double largest_whole = 0x1p53;  // up to here a double, as a Point has them, is exact

constexpr std::array<std::string_view, 3> type_names = {"float", "int", "categorical"};

/// What may stand in a dimension of this type.
Json shape_of(std::string_view type) {
  Json shape = {{"type", "object"}, {"additionalProperties", false}};
  if (type == "categorical") {
    shape["required"] = {"type", "values"};
    shape["properties"] = {{"type", Json::object()},
                           {"values", {{"type", "array"}, {"minItems", 1}}}};
  } else {
    const Json number = {{"type", type == "int" ? "integer" : "number"}};
    shape["required"] = {"type", "min", "max"};
    shape["properties"] = {
        {"type", Json::object()}, {"min", number}, {"max", number}, {"log", {{"type", "boolean"}}}};
  }
  return shape;
}

std::string_view type_of(const Json& json, const std::string& place) {
  if (!json.is_object() || !json.contains("type"))
    throw UsageError(place, "this is no range and no list of choices",
                     "write an object with a \"type\": " + join(type_names));
  const std::string type = json["type"].is_string() ? json["type"].get<std::string>() : "";
  const auto found = std::find(type_names.begin(), type_names.end(), type);
  if (found != type_names.end()) return *found;
  const std::string_view meant = nearest_word(type, type_names);
  throw UsageError(place + "/type", "there is no type " + printable(json["type"].dump()),
                   (meant.empty() ? "" : "did you mean '" + std::string(meant) + "'? ") +
                       "the types are " + join(type_names));
}

template <class Range>
void check_range(const Range& range, const std::string& place) {
  if (range.low > range.high)
    throw UsageError(place, "the range is reversed: its min is above its max", "exchange them");
  if (range.scale == Scale::logarithmic && !(range.low > 0))
    throw UsageError(place + "/min", "a logarithmic range must be above 0",
                     "raise the min, or leave out \"log\"");
}

Scale scale_of(const Json& json) {
  return json.contains("log") && json["log"].get<bool>() ? Scale::logarithmic : Scale::linear;
}

FloatRange float_range(const Json& json, const std::string& place) {
  const FloatRange range{json["min"].get<double>(), json["max"].get<double>(), scale_of(json)};
  check_range(range, place);
  if (!std::isfinite(range.high - range.low))
    throw UsageError(place, "the range is wider than a double can say", "make it narrower");
  return range;
}

std::int64_t whole_number(const Json& json, const std::string& place) {
  if (std::abs(json.get<double>()) > largest_whole)
    throw UsageError(place, json.dump() + " is too large", "stay within ±2^53");
  return json.get<std::int64_t>();
}

IntRange int_range(const Json& json, const std::string& place) {
  const IntRange range{whole_number(json["min"], place + "/min"),
                       whole_number(json["max"], place + "/max"), scale_of(json)};
  check_range(range, place);
  return range;
}

Choices choices(const Json& json, const std::string& place) {
  const std::vector<Json> values(json["values"].begin(), json["values"].end());
  for (auto value = values.begin(); value != values.end(); ++value)
    if (std::find(values.begin(), value, *value) != value)
      throw UsageError(place + "/values/" + std::to_string(value - values.begin()),
                       value->dump() + " stands there twice", "leave one out");
  return {values};
}

/// The steps of a JSON pointer.
std::vector<std::string> steps_of(Pointer pointer) {
  std::vector<std::string> steps;
  for (; !pointer.empty(); pointer.pop_back()) steps.push_back(pointer.back());
  std::reverse(steps.begin(), steps.end());
  return steps;
}

/// Where the parameter called `name` stands.
std::vector<std::string> path_of(const std::string& name, std::string_view place) {
  if (!name.starts_with('/')) return {name};
  try {
    return steps_of(Pointer(name));
  } catch (const Json::exception&) {
    throw UsageError(place, printable(name) + " is no JSON pointer",
                     "write ~0 for a ~ in a name, and ~1 for a /");
  }
}

Dimension parse_dimension(const std::string& name, const Json& json, const std::string& place) {
  (void)path_of(name, place);
  const std::string_view type = type_of(json, place);
  check_against_schema(json, shape_of(type), place);
  if (type == "float") return {name, float_range(json, place)};
  if (type == "int") return {name, int_range(json, place)};
  return {name, choices(json, place)};
}

template <class Range>
Json range_json(std::string_view type, const Range& range) {
  Json json = {{"type", type}, {"min", range.low}, {"max", range.high}};
  if (range.scale == Scale::logarithmic) json["log"] = true;
  return json;
}

struct ToJson {
  Json operator()(const FloatRange& range) const { return range_json("float", range); }
  Json operator()(const IntRange& range) const { return range_json("int", range); }
  Json operator()(const Choices& choices) const {
    return {{"type", "categorical"}, {"values", choices.values}};
  }
};

struct ValueAt {
  double coordinate;

  Json operator()(const FloatRange& /*range*/) const { return coordinate; }
  Json operator()(const IntRange& /*range*/) const { return static_cast<std::int64_t>(coordinate); }
  Json operator()(const Choices& choices) const {
    return choices.values.at(static_cast<std::size_t>(coordinate));
  }
};

struct CoordinateOf {
  const Json& value;

  std::optional<double> operator()(const FloatRange& range) const {
    if (!value.is_number()) return std::nullopt;
    const auto number = value.get<double>();
    if (!(number >= range.low && number <= range.high)) return std::nullopt;
    return number;
  }
  std::optional<double> operator()(const IntRange& range) const {
    if (!value.is_number()) return std::nullopt;
    const auto number = value.get<double>();
    const bool inside = number >= static_cast<double>(range.low) &&
                        number <= static_cast<double>(range.high) && std::trunc(number) == number;
    if (!inside) return std::nullopt;
    return number;
  }
  std::optional<double> operator()(const Choices& choices) const {
    const auto found = std::find(choices.values.begin(), choices.values.end(), value);
    if (found == choices.values.end()) return std::nullopt;
    return static_cast<double>(found - choices.values.begin());
  }
};

/// The element of an array that a step of a JSON pointer names.
Json& element(Json& array, const std::string& step, std::string_view place) {
  std::size_t index = 0;
  const char* const end = step.data() + step.size();
  const auto [stop, error] = std::from_chars(step.data(), end, index);
  const bool number = error == std::errc() && stop == end && (step.size() == 1 || step[0] != '0');
  if (!number || index >= array.size())
    throw UsageError(
        place,
        "there is no element " + printable(step) + " in a list of " + std::to_string(array.size()),
        "the first one has the number 0");
  return array[index];
}

/// What a step leads to; a member that is not there yet is made.
Json& child(Json& parent, const std::string& step, std::string_view place) {
  if (parent.is_object()) return parent[step];
  if (parent.is_array()) return element(parent, step, place);
  throw UsageError(place,
                   printable(step) + " is looked for in " + printable(parent.dump()) +
                       ", which is no object or list",
                   "check the name against the parameters");
}

}  // namespace

SearchSpace parse_search_space(const Json& json, std::string_view place) {
  std::string root(place);
  if (root.find('#') == std::string::npos) root += '#';
  if (!json.is_object() || json.empty())
    throw UsageError(root, "the search space has no dimension",
                     R"(name a parameter: {"NAME": {"type": "float", "min": 0, "max": 1}})");
  SearchSpace space;
  for (const auto& [name, range] : json.items())
    space.push_back(parse_dimension(name, range, root + (Pointer() / name).to_string()));
  return space;
}

Json to_json(const SearchSpace& space) {
  Json json = Json::object();
  for (const Dimension& dimension : space)
    json[dimension.name] = std::visit(ToJson{}, dimension.range);
  return json;
}

Json values_of(const SearchSpace& space, const Point& point) {
  Json values = Json::object();
  for (std::size_t i = 0; i < space.size(); ++i)
    values[space[i].name] = std::visit(ValueAt{point.at(i)}, space[i].range);
  return values;
}

std::optional<Point> point_of(const SearchSpace& space, const Json& values) {
  Point point;
  for (const Dimension& dimension : space) {
    if (!values.is_object() || !values.contains(dimension.name)) return std::nullopt;
    const std::optional<double> coordinate =
        std::visit(CoordinateOf{values[dimension.name]}, dimension.range);
    if (!coordinate) return std::nullopt;
    point.push_back(*coordinate);
  }
  return point;
}

Json with_values(Json params, const Json& values) {
  for (const auto& [name, value] : values.items()) {
    const std::vector<std::string> path = path_of(name, name);
    Json* node = &params;
    for (std::size_t i = 0; i < path.size(); ++i) {
      node = &child(*node, path[i], name);
      if (node->is_null() && i + 1 < path.size()) *node = Json::object();
    }
    *node = value;
  }
  return params;
}

}  // namespace diamond
