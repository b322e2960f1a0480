#include "client_address.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <optional>

namespace diamond::serve {
namespace {

namespace ip = boost::asio::ip;

constexpr const char* unix_name = "unix";

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

/// Whether the address lies in the network "ADDRESS/BITS", or is the address.
bool is_within(const ip::address& address, const std::string& name) {
  boost::system::error_code error;
  if (name.find('/') == std::string::npos) return parse_address(name) == address;
  if (address.is_v4()) {
    const ip::network_v4 network = ip::make_network_v4(name, error);
    return !error && ip::network_v4(address.to_v4(), network.prefix_length()).canonical() ==
                         network.canonical();
  }
  const ip::network_v6 network = ip::make_network_v6(name, error);
  return !error && ip::network_v6(address.to_v6(), network.prefix_length()).canonical() ==
                       network.canonical();
}

bool is_address_or_network(const std::string& name) {
  boost::system::error_code is_no_v4;
  boost::system::error_code is_no_v6;
  ip::make_network_v4(name, is_no_v4);
  ip::make_network_v6(name, is_no_v6);
  return !is_no_v4 || !is_no_v6 || parse_address(name);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "192.0.2.7" → "192.0.2.0/24".
std::string prefix_of(const ip::address_v4& address) {
  ip::address_v4::bytes_type bytes = address.to_bytes();
  bytes.back() = 0;
  return ip::address_v4(bytes).to_string() + "/24";
}

/// "2001:db8:85a3::8a2e" → "2001:db8:85a3::/48".
std::string prefix_of(const ip::address_v6& address) {
  ip::address_v6::bytes_type bytes = address.to_bytes();
  std::fill(bytes.begin() + 6, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes).to_string() + "/48";
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& names) : names_(names) {
  for (const std::string& name : names)
    if (name != unix_name && !is_address_or_network(name))
      throw UsageError("--trusted-proxy", printable(name) + " is no address",
                       "an address (10.0.0.7), a network (10.0.0.0/8) or unix");
}

std::string TrustedProxies::client_of(std::string_view peer, std::string_view forwarded_for) const {
  std::string_view client = peer;
  while (is_trusted(client) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::string_view last =
        trimmed(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!parse_address(last)) break;
    client = last;
    forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
  }
  return std::string(client);
}

bool TrustedProxies::is_trusted(std::string_view address) const {
  if (names_.empty()) return false;
  if (address.empty()) return std::find(names_.begin(), names_.end(), unix_name) != names_.end();
  const std::optional<ip::address> parsed = parse_address(address);
  return parsed && std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
           return name != unix_name && is_within(*parsed, name);
         });
}

std::string kept_of(const std::string& address, ClientDetail detail) {
  if (detail == ClientDetail::none || address.empty()) return {};
  if (detail == ClientDetail::full) return address;
  const std::optional<ip::address> parsed = parse_address(address);
  if (!parsed) return {};
  return parsed->is_v4() ? prefix_of(parsed->to_v4()) : prefix_of(parsed->to_v6());
}

}  // namespace diamond::serve
