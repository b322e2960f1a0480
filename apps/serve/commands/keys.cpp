#include "../access/key_file.h"
#include "../access/secret.h"
#include "../settings.h"
#include "commands.h"

#include <diamond/core/error.h>
#include <diamond/core/hash.h>
#include <diamond/core/spelling.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iomanip>
#include <optional>
#include <ostream>
#include <sstream>
#include <string_view>

namespace diamond::serve {
namespace {

std::filesystem::path key_file_of(const Settings& settings) {
  if (!settings.api_keys.empty()) return settings.api_keys;
  throw UsageError("--api-keys", "no file of keys is named",
                   "name it with --api-keys FILE, DIAMOND_SERVE_API_KEYS or the key api_keys of "
                   "the configuration file");
}

std::string checked_name(const std::string& name) {
  if (is_key_name(name)) return name;
  throw UsageError("NAME", printable(name) + " is no name for a key",
                   "take 1 to 64 letters, digits, '-', '_', '.'");
}

std::vector<std::string_view> names_of_roles() {
  std::vector<std::string_view> names;
  names.reserve(all_roles.size());
  for (const Role role : all_roles) names.push_back(name_of(role));
  return names;
}

Role checked_role(const std::string& name) {
  if (const auto role = parse_role(name)) return *role;
  throw UsageError("--role", printable(name) + " is no role",
                   "the roles are " + join(names_of_roles()));
}

/// A number from above `least` (or from it, where `least` is 1) to a million.
std::optional<double> checked_number(const CommandValues& values, const std::string& option,
                                     double least) {
  constexpr double most = 1e6;
  const auto found = values.find(option);
  if (found == values.end()) return std::nullopt;
  const std::string& text = found->second;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (is_number && number > 0 && number >= least && number <= most) return number;
  throw UsageError(
      option, printable(text) + " is not allowed",
      least > 0 ? "it is a number from 1 to 1000000" : "it is a number above 0, at most 1000000");
}

std::optional<Rate> checked_rate(const CommandValues& values) {
  const std::optional<double> rate = checked_number(values, "--rate", 0);
  const std::optional<double> burst = checked_number(values, "--burst", 1);
  if (rate) return make_rate(*rate, burst);
  if (!burst) return std::nullopt;
  throw UsageError("--burst", "there is no rate that it could belong to", "add --rate");
}

std::string in_words(const std::optional<Rate>& rate) {
  if (!rate) return "no limit";
  std::ostringstream words;
  words << std::setprecision(10) << rate->per_second << "/s, " << rate->burst << " at once";
  return words.str();
}

void add(const CommandValues& values, const Settings& settings, std::ostream& out, Log& log) {
  const std::filesystem::path file = key_file_of(settings);
  ApiKey key;
  key.name = checked_name(values.at("NAME"));
  key.role = checked_role(values.at("--role"));
  key.rate = checked_rate(values);
  const std::string secret = make_secret();
  key.sha256 = sha256_hex(secret);
  add_key(file, key);
  out << secret << '\n' << std::flush;
  log.info("a key was added; it is shown this once", {{"name", key.name},
                                                      {"role", name_of(key.role)},
                                                      {"rate", in_words(key.rate)},
                                                      {"file", file.string()}});
}

/// One line each: name, role, rate.
void list(const CommandValues& /*values*/, const Settings& settings, std::ostream& out,
          Log& /*log*/) {
  const std::filesystem::path file = key_file_of(settings);
  const std::vector<ApiKey> keys = parse_api_keys(read_key_file(file), file.string());
  std::size_t longest = 0;
  for (const ApiKey& key : keys) longest = std::max(longest, key.name.size());
  for (const ApiKey& key : keys)
    out << std::left << std::setw(static_cast<int>(longest)) << key.name << "  " << std::setw(9)
        << name_of(key.role) << "  " << in_words(key.rate) << '\n';
}

void remove(const CommandValues& values, const Settings& settings, std::ostream& /*out*/,
            Log& log) {
  const std::filesystem::path file = key_file_of(settings);
  const std::string& name = values.at("NAME");
  remove_key(file, name);
  log.info("a key was removed", {{"name", name}, {"file", file.string()}});
}

}  // namespace

std::vector<Command> keys_commands() {
  return {{"keys",
           "add",
           "makes a key, adds its SHA-256 to the file of --api-keys, and prints the key, once",
           {{"NAME", "what logs call it: 1 to 64 letters, digits, '-', '_', '.'"},
            {"--role", "what it may do", Presence::needed, names_of_roles()},
            {"--rate", "requests per second; without it there is no limit", Presence::optional},
            {"--burst", "requests at once, after a rest (default: as many as in a second)",
             Presence::optional}},
           add},
          {"keys", "list", "the keys of the file, one a line: name, role, rate", {}, list},
          {"keys",
           "remove",
           "takes a key out of the file: within a second it opens nothing any more",
           {{"NAME", "as keys list shows it"}},
           remove}};
}

}  // namespace diamond::serve
