// From a request that the door has read to the bytes of its answer: cpp-httplib's part.
#pragma once

#include "application.h"
#include "request_reader.h"

#include <chrono>
#include <memory>
#include <string>

namespace diamond::serve {

/// The bytes of an answer, and what they wait for.
struct Departure {
  std::string bytes;
  Reply reply;     // `answer` has moved into the bytes
  int status = 0;  // in the bytes
  std::string method;
  std::string path;  // without the query
  std::string request_id;
  std::string trace_id;  // see Request::trace_id
  std::string client;    // see Request::client
  std::chrono::steady_clock::time_point arrived;
  bool keep_alive = false;
};

/// cpp-httplib decodes the target, has the application answer and writes the message. It never sees
/// a socket, nor a header or body that a client sent: the door has checked those, and this hands
/// them on. One for each thread.
class Messages {
 public:
  /// The application outlives this. Answers promise to keep the connection for `idle_timeout`
  /// seconds.
  Messages(const Application& application, double idle_timeout);
  ~Messages();
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  /// `client`: see Request::client.
  [[nodiscard]] Departure answer(RawRequest request, const std::string& client);

  /// Writes the answer that a commit put in place of the reply's own.
  void write_instead(Departure& departure);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace diamond::serve
