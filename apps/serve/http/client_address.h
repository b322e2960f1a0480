// Whom a request comes from, where proxies stand between.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// The proxies whose X-Forwarded-For is believed.
class TrustedProxies {
 public:
  /// None.
  TrustedProxies() = default;

  /// Addresses ("10.0.0.7", "::1"), networks ("10.0.0.0/8") and "unix", which is whoever comes
  /// through a unix socket. Throws UsageError for anything else.
  explicit TrustedProxies(const std::vector<std::string>& names);

  /// Who asks: the peer itself, or, where that is a trusted proxy, the last address of
  /// `forwarded_for` ("client, proxy, proxy") that is none. `peer` is empty for a unix socket.
  [[nodiscard]] std::string client_of(std::string_view peer, std::string_view forwarded_for) const;

 private:
  [[nodiscard]] bool is_trusted(std::string_view address) const;

  std::vector<std::string> names_;
};

}  // namespace diamond::serve
