// What is made only where somebody needs it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace diamond {

/// Makes its value when it is first asked for. Safe from any thread.
template <class Value>
class Lazy {
 public:
  explicit Lazy(std::function<Value()> make) : make_(std::move(make)) {}

  /// Throws what making it throws, each time anew.
  [[nodiscard]] const Value& get() const {
    const std::lock_guard lock(mutex_);
    if (!value_) value_.emplace(make_());
    return *value_;
  }

 private:
  std::function<Value()> make_;
  mutable std::mutex mutex_;
  mutable std::optional<Value> value_;
};

}  // namespace diamond
