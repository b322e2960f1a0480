#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <string>
#include <vector>

namespace diamond {
namespace {

using Path = std::vector<std::string>;

/// valijson names a place "<root>", "[models]", "[0]", …; this leaves "models", "0".
Path path_of(const valijson::ValidationResults::Error& error) {
  Path path;
  for (std::size_t i = 1; i < error.context.size(); ++i) {
    const std::string& step = error.context[i];
    path.push_back(step.size() >= 2 && step.front() == '[' ? step.substr(1, step.size() - 2)
                                                           : step);
  }
  return path;
}

Json::json_pointer pointer_to(const Path& path) {
  Json::json_pointer pointer;
  for (const std::string& step : path) pointer /= step;
  return pointer;
}

/// The part of the schema that rules the place at `path`.
const Json& rule_for(const Json& schema, const Path& path) {
  static const Json anything = Json::object();
  const Json* rule = &schema;
  for (const std::string& step : path) {
    if (rule->contains("properties") && rule->at("properties").contains(step))
      rule = &rule->at("properties").at(step);
    else if (rule->contains("items"))
      rule = &rule->at("items");
    else if (rule->contains("additionalProperties") && rule->at("additionalProperties").is_object())
      rule = &rule->at("additionalProperties");
    else
      return anything;
  }
  return *rule;
}

std::string type_words(const Json& type) {
  if (type.is_string()) return type.get<std::string>();
  std::string words;
  for (const Json& one : type) words += (words.empty() ? "" : " or ") + one.get<std::string>();
  return words;
}

/// "a number, at least 0, below 1": what the rule allows.
std::string allowed_by(const Json& rule) {
  std::vector<std::string> parts;
  if (rule.contains("enum")) {
    std::string words;
    for (const Json& word : rule["enum"]) words += (words.empty() ? "" : ", ") + word.dump();
    return "one of " + words;
  }
  if (rule.contains("type")) parts.push_back("type " + type_words(rule["type"]));
  if (rule.contains("minimum")) parts.push_back("at least " + rule["minimum"].dump());
  if (rule.contains("exclusiveMinimum"))
    parts.push_back("above " + rule["exclusiveMinimum"].dump());
  if (rule.contains("maximum")) parts.push_back("at most " + rule["maximum"].dump());
  if (rule.contains("exclusiveMaximum"))
    parts.push_back("below " + rule["exclusiveMaximum"].dump());
  if (rule.contains("minItems")) parts.push_back("at least " + rule["minItems"].dump() + " long");
  if (rule.contains("minLength")) parts.emplace_back("not empty");
  if (rule.contains("uniqueItems")) parts.emplace_back("none of them twice");
  if (rule.contains("pattern") && rule.contains("description"))
    parts.push_back(rule["description"].get<std::string>());
  if (rule.contains("items")) parts.push_back("each of them " + allowed_by(rule["items"]));
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::vector<std::string_view> known_keys(const Json& rule) {
  std::vector<std::string_view> keys;
  if (rule.contains("properties"))
    for (const auto& [key, value] : rule["properties"].items()) keys.emplace_back(key);
  return keys;
}

struct Fault {
  Path path;
  std::string what;
  std::string remedy;
};

/// A key that an object has and its rule does not know, or that the rule wants and the object has
/// not.
std::vector<Fault> key_faults(const Json& node, const Json& rule, const Path& path) {
  std::vector<Fault> faults;
  const std::vector<std::string_view> known = known_keys(rule);
  if (rule.contains("additionalProperties") && rule["additionalProperties"] == false) {
    for (const auto& [key, value] : node.items()) {
      if (rule.contains("properties") && rule["properties"].contains(key)) continue;
      Path place = path;
      place.push_back(key);
      const std::string_view meant = nearest_word(key, known);
      const std::string hint = meant.empty() ? "" : "did you mean '" + std::string(meant) + "'? ";
      faults.push_back(
          {place, "unknown key '" + key + "'",
           hint + (known.empty() ? "no keys are known here" : "known are " + join(known))});
    }
  }
  if (rule.contains("required"))
    for (const Json& key : rule["required"])
      if (!node.contains(key.get<std::string>()))
        faults.push_back({path, "the key '" + key.get<std::string>() + "' is missing", "add it"});
  return faults;
}

Fault fault_at(const Json& document, const Json& schema, const Path& path) {
  const Json& node = document.at(pointer_to(path));
  const Json& rule = rule_for(schema, path);
  if (node.is_object()) {
    const std::vector<Fault> faults = key_faults(node, rule, path);
    if (!faults.empty()) return faults.front();
  }
  const std::string allowed = allowed_by(rule);
  return {path, node.dump().substr(0, 80) + " is not allowed here",
          allowed.empty() ? "see the schema" : "allowed is " + allowed};
}

}  // namespace

void check_against_schema(const Json& document, const Json& schema, std::string_view place) {
  const auto plain_schema = nlohmann::json::parse(schema.dump());
  const auto plain_document = nlohmann::json::parse(document.dump());
  valijson::Schema parsed;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(plain_schema),
                                          parsed);
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(plain_document), &results))
    return;

  // The first error that valijson reports is the innermost one: the others only say that it made
  // its parents fail.
  valijson::ValidationResults::Error first;
  results.popError(first);
  const Fault fault = fault_at(document, schema, path_of(first));
  const std::string mark = place.find('#') == std::string_view::npos ? "#" : "";
  throw UsageError(std::string(place) + mark + pointer_to(fault.path).to_string(), fault.what,
                   fault.remedy);
}

Json with_defaults(Json document, const Json& schema) {
  if (!document.is_object() || !schema.contains("properties")) return document;
  for (const auto& [key, rule] : schema["properties"].items()) {
    if (document.contains(key))
      document[key] = with_defaults(document[key], rule);
    else if (rule.contains("default"))
      document[key] = rule["default"];
  }
  return document;
}

}  // namespace diamond
