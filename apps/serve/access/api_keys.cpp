#include "api_keys.h"

#include "config_schemas.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <cctype>

namespace diamond::serve {
namespace {

bool is_letter_or_digit(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_hash(std::string_view text) {
  constexpr std::size_t digits = 64;
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isxdigit(static_cast<unsigned char>(c)) != 0;
         });
}

std::string in_lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::optional<double> number(const Json& entry, const char* name) {
  if (!entry.contains(name)) return std::nullopt;
  return entry[name].get<double>();
}

/// `entry` is as the schema says.
ApiKey parse_key(const Json& entry, const std::string& place) {
  ApiKey key;
  key.name = entry["name"].get<std::string>();
  if (!is_key_name(key.name))
    throw UsageError(place + "/name", printable(key.name) + " is no name for a key",
                     "take 1 to 64 letters, digits, '-', '_', '.'");
  key.sha256 = in_lower_case(entry["sha256"].get<std::string>());
  if (!is_hash(key.sha256))
    throw UsageError(place + "/sha256", "this is no SHA-256", "it has 64 hexadecimal digits");
  key.role = parse_role(entry["role"].get<std::string>()).value();
  const std::optional<double> burst = number(entry, "burst");
  if (const auto rate = number(entry, "rate"))
    key.rate = make_rate(*rate, burst);
  else if (burst)
    throw UsageError(place + "/burst", "there is no rate that it could belong to", "add a rate");
  return key;
}

void check_for_twins(const std::vector<ApiKey>& keys, const ApiKey& more,
                     const std::string& place) {
  for (const ApiKey& key : keys) {
    if (key.name == more.name)
      throw UsageError(place + "/name", "the name " + printable(key.name) + " stands here twice",
                       "give each key a name of its own");
    if (key.sha256 == more.sha256)
      throw UsageError(place + "/sha256", "this is the key " + printable(key.name) + " once more",
                       "remove one of the two");
  }
}

Json to_json(const ApiKey& key) {
  Json entry = {{"name", key.name}, {"sha256", key.sha256}, {"role", name_of(key.role)}};
  if (!key.rate) return entry;
  entry["rate"] = key.rate->per_second;
  entry["burst"] = key.rate->burst;
  return entry;
}

}  // namespace

bool is_key_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  const auto is_fit = [](char c) {
    return is_letter_or_digit(c) || std::string_view("-_.").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), is_fit);
}

Rate make_rate(double per_second, std::optional<double> burst) {
  return {per_second, burst.value_or(std::max(1.0, per_second))};
}

std::vector<ApiKey> parse_api_keys(std::string_view text, std::string_view place) {
  static const Json schema = Json::parse(config_schemas::api_keys());
  const Json document = parse_json(text, place);
  check_against_schema(document, schema, place);
  std::vector<ApiKey> keys;
  for (const Json& entry : document["keys"]) {
    const std::string pointer = std::string(place) + "#/keys/" + std::to_string(keys.size());
    ApiKey key = parse_key(entry, pointer);
    check_for_twins(keys, key, pointer);
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string to_text(const std::vector<ApiKey>& keys) {
  Json entries = Json::array();
  for (const ApiKey& key : keys) entries.push_back(to_json(key));
  return Json{{"keys", entries}}.dump(2) + "\n";
}

}  // namespace diamond::serve
