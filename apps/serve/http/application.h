// What the front door needs of those who answer.
#pragma once

#include "message.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace diamond::serve {

/// All functions are called from several threads at a time, and do not throw.
class Application {
 public:
  virtual ~Application() = default;

  /// Whether such requests are answered from memory, within microseconds. Others are answered by
  /// threads that may wait. `target`: as it came, with its query. `body`: its length in bytes.
  [[nodiscard]] virtual bool is_quick(std::string_view target, std::size_t body) const = 0;

  [[nodiscard]] virtual Reply reply(const Request& request) const = 0;

  /// Commits what the replies say has to be, all in one go; where that fails sets `instead`. Only
  /// then may they leave.
  virtual void commit(std::span<Reply> replies) const = 0;
};

}  // namespace diamond::serve
