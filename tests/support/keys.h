// Keys in force, and requests that carry them.
#pragma once

#include "access/api_keys.h"
#include "access/key_keeper.h"
#include "http/message.h"
#include "temporary_directory.h"

#include <diamond/core/hash.h>
#include <diamond/core/log.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace diamond::testing {

inline std::string secret_of(const std::string& name) {
  return "the secret of " + name;
}

inline serve::ApiKey key(const std::string& name, serve::Role role,
                         std::optional<serve::Rate> rate = std::nullopt) {
  return {name, sha256_hex(secret_of(name)), role, rate};
}

/// The request as the holder of the key would send it.
inline serve::Request with_key(serve::Request request, const std::string& name) {
  request.credential = secret_of(name);
  return request;
}

/// A file of keys and its keeper: a key for each role, and "slow", which may ask twice and then no
/// more while a test runs.
struct Keys {
  explicit Keys(Log& log) : keeper(write(all()), log) {}

  static std::vector<serve::ApiKey> all() {
    using serve::Role;
    return {key("shop", Role::predict), key("ops", Role::read_logs), key("boss", Role::admin),
            key("slow", Role::predict, serve::Rate{0.0001, 2})};
  }

  std::filesystem::path write(const std::vector<serve::ApiKey>& keys) const {
    return directory.write("keys.json", serve::to_text(keys));
  }

  TemporaryDirectory directory;
  serve::KeyKeeper keeper;
};

}  // namespace diamond::testing
