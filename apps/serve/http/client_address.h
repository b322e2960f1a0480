// Whom a request comes from, where proxies stand between, and how much of that is written down.
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

/// How much of a client's address is written down.
enum class ClientDetail { full, prefix, none };

/// The address, or, as `prefix`, the network that it lies in: "192.0.2.0/24", "2001:db8:85a3::/48".
/// "::ffff:192.0.2.7" is the IPv4 address in it. Empty where nothing is to be kept, or nothing is
/// known.
[[nodiscard]] std::string kept_of(const std::string& address, ClientDetail detail);

}  // namespace diamond::serve
