#include "key_ring.h"

#include "secret.h"

#include <diamond/core/hash.h>

#include <utility>

namespace diamond::serve {
namespace {

/// What a limit counts for. That a key may do more or less now is no reason to begin anew.
bool is_same_limit(const ApiKey& a, const ApiKey& b) {
  return a.name == b.name && a.sha256 == b.sha256 && a.rate == b.rate;
}

}  // namespace

KeyRing::KeyRing(std::vector<ApiKey> keys, const KeyRing& before) {
  entries_.reserve(keys.size());
  for (ApiKey& key : keys) {
    std::shared_ptr<RateLimit> limit = before.limit_of(key);
    entries_.push_back({std::move(key), std::move(limit)});
  }
}

const KeyRing::Entry* KeyRing::find(std::string_view secret) const {
  const std::string hash = sha256_hex(secret);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_)
    if (are_equal_in_constant_time(entry.key.sha256, hash)) found = &entry;
  return found;
}

/// The limit that the key has here, or else one of its own.
std::shared_ptr<RateLimit> KeyRing::limit_of(const ApiKey& key) const {
  if (!key.rate) return nullptr;
  for (const Entry& entry : entries_)
    if (is_same_limit(entry.key, key)) return entry.limit;
  return std::make_shared<RateLimit>(*key.rate);
}

}  // namespace diamond::serve
