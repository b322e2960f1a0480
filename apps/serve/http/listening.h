// Sockets that wait for connections.
#pragma once

#include <string>
#include <vector>

namespace diamond::serve {

/// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }

  /// One more descriptor for the same thing. Throws std::system_error.
  [[nodiscard]] Descriptor duplicate() const;

  /// The caller closes it.
  [[nodiscard]] int release();

 private:
  int number_;
};

/// A name stands for all of its addresses, and there is a socket for each.
class Listening {
 public:
  /// `host`: a name, an address, or unix:PATH. A socket file that nobody listens on any more is
  /// replaced; whoever may enter its folder may connect. `port`: 0 is any free one. Throws
  /// StorageError where the address cannot be had.
  Listening(const std::string& host, int port);

  /// Sockets that listen already, for somebody who will go on doing so: a unix socket's file stays.
  /// Requires: there is one at least.
  explicit Listening(std::vector<Descriptor> handed);

  /// Closes, where that has not been done.
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  /// Takes no further connections, and removes a unix socket's file: from then on the address is
  /// free for a successor. Sockets that were handed over stay as they are.
  void close();

  /// Somebody else will go on listening.
  [[nodiscard]] bool is_handed() const { return is_handed_; }

  /// None once it is closed.
  [[nodiscard]] const std::vector<Descriptor>& sockets() const { return sockets_; }

  /// The first socket's; 0 for a unix socket.
  [[nodiscard]] int port() const { return port_; }

 private:
  void listen_on_path(const std::string& path);
  void listen_on_addresses(const std::string& host);

  std::vector<Descriptor> sockets_;
  std::string path_;  // of the unix socket, to be removed again; empty: none
  int port_;
  bool is_handed_ = false;
};

/// The path in "unix:PATH"; empty: another kind of address.
[[nodiscard]] std::string unix_path(const std::string& host);

/// What a socket is bound to: "192.0.2.7", "::", "unix:PATH".
[[nodiscard]] std::string host_of(const Descriptor& socket);

/// A connection that has just come in.
struct Accepted {
  int socket;        // non-blocking; the caller closes it
  int family;        // AF_INET, …
  std::string peer;  // "192.0.2.7", "2001:db8::7"; empty: through a unix socket
};

/// The next connection that waits. `socket` is below 0, and errno says why, where there is none.
[[nodiscard]] Accepted accept_from(int listening);

}  // namespace diamond::serve
