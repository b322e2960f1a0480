#include "listening.h"

#include <diamond/core/error.h>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace diamond::serve {
namespace {

constexpr int backlog = 4096;  // connections that wait to be accepted; the system may allow fewer
constexpr std::string_view unix_prefix = "unix:";

/// To connect is to write. As systemd makes its sockets: a proxy is mostly another user, and whom
/// its file keeps out the folder can keep out, too.
constexpr mode_t everybodys_socket = 0666;

[[noreturn]] void fail(const std::string& address, int error) {
  throw StorageError(
      address, "this address cannot be listened on: " + std::generic_category().message(error),
      "look whether another program has it, or choose another with --host and --port");
}

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0)
    throw StorageError(host, std::string("this is no address: ") + ::gai_strerror(error),
                       "an IPv4 or IPv6 address, a name of this machine, or unix:PATH");
  return Addresses(found);
}

void turn_on(int socket, int level, int option) {
  const int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      address.ss_family == AF_UNIX)
    return 0;
  std::array<char, NI_MAXSERV> port{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, nullptr, 0, port.data(),
                port.size(), NI_NUMERICSERV);
  return std::stoi(port.data());
}

std::string text_of(const sockaddr_storage& address, socklen_t size) {
  constexpr std::string_view mapped = "::ffff:";  // IPv4 through an IPv6 socket
  std::array<char, NI_MAXHOST> text{};
  if (address.ss_family == AF_UNIX ||
      ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, text.data(), text.size(),
                    nullptr, 0, NI_NUMERICHOST) != 0)
    return {};
  const std::string_view name = text.data();
  return std::string(name.starts_with(mapped) ? name.substr(mapped.size()) : name);
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw StorageError("unix:" + path, "a socket's path has 1 to 107 bytes", "choose another path");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// Whether somebody listens there.
bool is_alive(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
             0 ||
         errno != ECONNREFUSED;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor Descriptor::duplicate() const {
  Descriptor copy(::fcntl(number_, F_DUPFD_CLOEXEC, 0));
  if (copy.number() < 0) throw std::system_error(errno, std::generic_category());
  return copy;
}

int Descriptor::release() {
  return std::exchange(number_, -1);
}

std::string unix_path(const std::string& host) {
  return host.starts_with(unix_prefix) ? host.substr(unix_prefix.size()) : std::string();
}

Listening::Listening(const std::string& host, int port) : port_(port) {
  if (host.starts_with(unix_prefix))
    listen_on_path(unix_path(host));
  else
    listen_on_addresses(host);
}

Listening::Listening(std::vector<Descriptor> handed)
    : sockets_(std::move(handed)), is_handed_(true) {
  for (const Descriptor& socket : sockets_)
    ::fcntl(socket.number(), F_SETFL, ::fcntl(socket.number(), F_GETFL) | O_NONBLOCK);
  port_ = port_of(sockets_.front().number());
}

Listening::~Listening() {
  close();
}

/// The file goes first: once nobody listens, it may be another's.
void Listening::close() {
  if (is_handed_) return;
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  sockets_.clear();
}

std::string host_of(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::system_error(errno, std::generic_category());
  if (address.ss_family != AF_UNIX) return text_of(address, size);
  const auto& path = reinterpret_cast<const sockaddr_un&>(address).sun_path;
  return std::string(unix_prefix) + static_cast<const char*>(path);
}

void Listening::listen_on_path(const std::string& path) {
  const sockaddr_un address = unix_address(path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) && !is_alive(address))
    ::unlink(path.c_str());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("unix:" + path, errno);
  path_ = path;
  if (::chmod(path.c_str(), everybodys_socket) != 0) fail("unix:" + path, errno);
  if (::listen(socket.number(), backlog) != 0) fail("unix:" + path, errno);
  sockets_.push_back(std::move(socket));
  port_ = 0;
}

void Listening::listen_on_addresses(const std::string& host) {
  const std::string name = host + ":" + std::to_string(port_);
  const Addresses addresses = resolve(host, port_);
  int error = EADDRNOTAVAIL;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    Descriptor socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    turn_on(socket.number(), SOL_SOCKET, SO_REUSEADDR);
    if (one->ai_family == AF_INET6 && addresses->ai_next != nullptr)
      turn_on(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY);  // IPv4 has a socket of its own
    sockaddr_storage address{};
    std::memcpy(&address, one->ai_addr, one->ai_addrlen);
    if (!sockets_.empty())  // where any port will do, the first one's
      (one->ai_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                  : reinterpret_cast<sockaddr_in&>(address).sin_port) =
          htons(static_cast<std::uint16_t>(port_));
    if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), one->ai_addrlen) !=
            0 ||
        ::listen(socket.number(), backlog) != 0) {
      error = errno;
      if (error != EADDRNOTAVAIL && error != EAFNOSUPPORT) fail(name, error);
      continue;  // this machine has no IPv6, say
    }
    sockets_.push_back(std::move(socket));
    port_ = port_of(sockets_.back().number());
  }
  if (sockets_.empty()) fail(name, error);
}

Accepted accept_from(int listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int socket = ::accept4(listening, reinterpret_cast<sockaddr*>(&address), &size,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return {-1, AF_UNSPEC, {}};
  if (address.ss_family != AF_UNIX) turn_on(socket, IPPROTO_TCP, TCP_NODELAY);
  return {socket, address.ss_family, text_of(address, size)};
}

}  // namespace diamond::serve
