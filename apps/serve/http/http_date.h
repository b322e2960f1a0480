// When an answer was made, as HTTP writes it (RFC 9110, 5.6.7).
#pragma once

#include <chrono>
#include <string>

namespace diamond::serve {

/// "Thu, 26 Nov 2026 17:44:04 GMT"; in English whatever the locale is.
[[nodiscard]] std::string http_date(std::chrono::sys_seconds time);

/// For answers many a second: the text is made anew only once a second. For one thread.
class HttpClock {
 public:
  /// Lives until it is asked again.
  [[nodiscard]] const std::string& now();

 private:
  std::chrono::sys_seconds second_;
  std::string text_;
};

}  // namespace diamond::serve
