// The keys in force. Never changes, but for what their limits count.
#pragma once

#include "api_keys.h"
#include "rate_limit.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace diamond::serve {

class KeyRing {
 public:
  struct Entry {
    ApiKey key;
    std::shared_ptr<RateLimit> limit;  // null: none
  };

  KeyRing() = default;

  /// A key that `before` has too, with the same name, hash and rate, goes on being counted where it
  /// was.
  KeyRing(std::vector<ApiKey> keys, const KeyRing& before);

  /// Whose key this text is; null: nobody's. All keys are looked at, each in constant time: how
  /// long it takes says nothing of how near a guess was. It belongs to this.
  [[nodiscard]] const Entry* find(std::string_view secret) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  [[nodiscard]] std::shared_ptr<RateLimit> limit_of(const ApiKey& key) const;

  std::vector<Entry> entries_;
};

}  // namespace diamond::serve
