// The keys that there are, and the form in which a file holds them:
//
//   {"keys": [{"name": "shop", "sha256": "9f86d0…", "role": "predict", "rate": 50, "burst": 100}]}
//
// No key can be found out from it: it holds their SHA-256 only.
#pragma once

#include "rate_limit.h"
#include "rights.h"

#include <diamond/core/json.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

struct ApiKey {
  std::string name;    // see is_key_name()
  std::string sha256;  // of the key's text: 64 lower-case hexadecimal digits
  Role role = Role::predict;
  std::optional<Rate> rate;  // nothing: no limit

  bool operator==(const ApiKey&) const = default;
};

/// Whether a name is fit for files, logs and databases: 1 to 64 letters, digits, '-', '_', '.'.
[[nodiscard]] bool is_key_name(std::string_view name);

/// `burst`: where it is not given, as many as in a second, and at least one.
[[nodiscard]] Rate make_rate(double per_second, std::optional<double> burst);

/// Reads a file's text; `place` names it in errors. Throws UsageError with `place:line:column` or
/// `place#/json/pointer` where it is not as config/api_keys.schema.json says, a name or a hash is
/// none, or stands there twice. What stands in the place of a hash is never said: it may be a key.
[[nodiscard]] std::vector<ApiKey> parse_api_keys(std::string_view text, std::string_view place);

/// The text of a file.
[[nodiscard]] std::string to_text(const std::vector<ApiKey>& keys);

}  // namespace diamond::serve
