// The front door: connections, and messages on the wire.
#pragma once

#include "message.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace diamond::serve {

struct HttpSettings {
  std::string host = "127.0.0.1";
  int port = 8000;                                 // 0: any free one
  std::size_t threads = 64;                        // one a connection
  std::size_t body_limit = std::size_t{1} << 20U;  // bytes
};

/// Accepts connections and lets `answer` turn each request into its answer.
///
/// Today cpp-httplib's own loop: one thread holds one connection. Keep-alive, TCP_NODELAY, a body
/// limit. What cannot be read as a request is refused here, as a problem, and never reaches
/// `answer`.
class HttpServer {
 public:
  using AnswerRequest = std::function<Answer(const Request&)>;

  /// Binds at once. `answer` is called from several threads at a time, and does not throw.
  /// Throws StorageError where the address cannot be had.
  HttpServer(const HttpSettings& settings, AnswerRequest answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port that it listens on.
  [[nodiscard]] int port() const;

  /// Serves until `stop` is called, and then until the requests that have begun are answered.
  void run();

  /// Takes no further connections. May be called from any thread.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diamond::serve
