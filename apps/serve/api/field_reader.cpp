#include "field_reader.h"

#include <diamond/core/spelling.h>

#include <algorithm>
#include <cmath>

namespace diamond::serve {
namespace {

constexpr std::size_t most_unknown = 8;  // that are named

/// "a string", "null", "an array": what somebody sent instead.
std::string kind_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "true or false";
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return value.is_string() ? "text" : "a number";
}

/// 100, not 100.0.
Json shortest(double value) {
  return value == std::floor(value) && std::abs(value) < 1e15
             ? Json(static_cast<std::int64_t>(value))
             : Json(value);
}

}  // namespace

FieldReader::FieldReader(const JsonBody& body) : object_(body.object) {
  for (const std::string& name : body.repeated) fault(name, "is given more than once");
}

const Json* FieldReader::find(std::string_view field) {
  asked_.emplace_back(field);
  const auto found = object_.find(std::string(field));
  return found == object_.end() ? nullptr : &*found;
}

bool FieldReader::has(std::string_view field) {
  return find(field) != nullptr;
}

const Json* FieldReader::require(std::string_view field, const Json& allowed) {
  const Json* value = find(field);
  if (value == nullptr) fault(field, "is missing", allowed);
  return value;
}

double FieldReader::quantity(Quantity quantity, std::string_view field) {
  const double limit = info(quantity).upper_limit;
  const Json allowed = {{"above", 0}, {"at_most", shortest(limit)}, {"unit", info(quantity).unit}};
  const Json* value = require(field, allowed);
  if (value == nullptr) return 0;
  if (!value->is_number()) {
    fault(field, "must be a number, not " + kind_of(*value), allowed);
    return 0;
  }
  const double number = value->get<double>();
  if (is_possible(quantity, number)) return number;
  fault(
      field,
      "must be above 0 and at most " + shortest(limit).dump() + ", not " + shortest(number).dump(),
      allowed);
  return 0;
}

std::optional<double> FieldReader::optional_quantity(Quantity quantity) {
  const Json* value = find(info(quantity).name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return this->quantity(quantity);
}

template <class Grade>
Grade FieldReader::grade() {
  const std::string_view field = GradeInfo<Grade>::field;
  const auto& names = GradeInfo<Grade>::names;
  const Json allowed(names);
  const Json* value = require(field, allowed);
  if (value == nullptr) return Grade{};
  if (!value->is_string()) {
    fault(field, "must be text, not " + kind_of(*value), allowed);
    return Grade{};
  }
  const std::string& text = value->get_ref<const std::string&>();
  if (const auto grade = parse_grade<Grade>(text)) return *grade;
  const std::string_view meant = nearest_word(text, names);
  fault(field,
        printable(text) + " is not a " + std::string(field) + " grade" +
            (meant.empty() ? "" : ": did you mean '" + std::string(meant) + "'?"),
        allowed);
  return Grade{};
}

template Cut FieldReader::grade<Cut>();
template Color FieldReader::grade<Color>();
template Clarity FieldReader::grade<Clarity>();

std::size_t FieldReader::count(std::string_view field, std::size_t least, std::size_t most,
                               std::size_t otherwise) {
  const Json* value = find(field);
  if (value == nullptr) return otherwise;
  const Json allowed = {{"at_least", least}, {"at_most", most}};
  const double number = value->is_number() ? value->get<double>() : 0.5;
  if (number == std::floor(number) && number >= static_cast<double>(least) &&
      number <= static_cast<double>(most))
    return static_cast<std::size_t>(number);
  fault(field,
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most),
        allowed);
  return otherwise;
}

const Json* FieldReader::array(std::string_view field, std::size_t most) {
  const Json allowed = {{"at_least", 1}, {"at_most", most}};
  const Json* value = require(field, allowed);
  if (value == nullptr) return nullptr;
  if (value->is_array() && !value->empty() && value->size() <= most) return value;
  fault(field,
        value->is_array() ? "must have 1 to " + std::to_string(most) + " elements, not " +
                                std::to_string(value->size())
                          : "must be an array, not " + kind_of(*value),
        allowed);
  return nullptr;
}

void FieldReader::fault(std::string_view field, std::string message, Json allowed) {
  faults_.push_back({std::string(field), std::move(message), std::move(allowed)});
}

void FieldReader::finish() const {
  if (faults_.empty()) return;
  Problem problem = Problem::of_status(422);
  problem.errors = faults_;
  problem.detail.clear();
  for (const FieldError& error : faults_)
    problem.detail += (problem.detail.empty() ? "" : "; ") + error.field + " " + error.message;
  throw ProblemError(std::move(problem));
}

std::vector<UnknownField> FieldReader::unknown_fields() const {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  std::vector<UnknownField> unknown;
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (unknown.size() == most_unknown) break;
    const std::string_view meant = nearest_word(name, known);
    unknown.push_back({name,
                       "is not known and was ignored" +
                           (meant.empty() ? "" : "; did you mean '" + std::string(meant) + "'?"),
                       std::string(meant)});
  }
  return unknown;
}

}  // namespace diamond::serve
