// The front door: connections, limits and deadlines; many clients on few threads.
#pragma once

#include "application.h"
#include "client_address.h"
#include "listening.h"
#include "observer.h"
#include "request_reader.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace diamond::serve {

struct HttpSettings {
  std::string host = "127.0.0.1";    // a name, an IPv4 or IPv6 address, or unix:PATH
  int port = 8000;                   // 0: any free one
  std::size_t threads = 0;           // 0: as many as the machine has processors
  std::size_t connections = 16'000;  // at a time; for one more the one that is idle longest goes
  RequestLimits limits;
  /// Seconds: from a request's first byte to its last, and for a client to take its answer.
  double request_timeout = 10;
  double idle_timeout = 60;  // seconds: between two requests
  TrustedProxies trusted_proxies;
};

/// Accepts connections and has the application answer what they bring.
///
/// Each thread runs a loop over its own connections (Boost.Asio); none waits for a client. What
/// cannot be read as a request, or takes too long, is refused here, as a problem, and the
/// connection closed. Answers that wait for a commit are committed together once a loop has seen to
/// all that was ready, and leave then.
class HttpServer {
 public:
  /// Binds at once, unless it was handed sockets that listen already: then host and port do not
  /// count. Application and observers outlive this. Throws StorageError where the address cannot be
  /// had.
  HttpServer(const HttpSettings& settings, const Application& application,
             std::vector<Observer*> observers = {}, std::vector<Descriptor> handed = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port that it listens on; 0 for a unix socket.
  [[nodiscard]] int port() const;

  /// Serves until `stop` is called, and then until the requests that have begun are answered.
  void run();

  /// Takes no further connections, and closes those that are idle; one that has not asked anything
  /// yet has a second to do so. Its address is refused to who comes later, and free for another
  /// server, but for sockets that it was handed: those stay open. May be called from any thread.
  void stop();

  /// For how long that loop has not turned which has not turned for longest: a fraction of a second
  /// while connections are seen to. May be called from any thread.
  [[nodiscard]] std::chrono::steady_clock::duration longest_silence() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diamond::serve
