// Who is told of every request that was answered.
#pragma once

#include "message.h"

#include <chrono>
#include <string_view>

namespace diamond::serve {

/// A request and what became of it. What it refers to lives as long as the call that tells of it.
struct AnsweredRequest {
  std::string_view method;  // "GET"; empty where not even the request line could be read
  std::string_view path;    // as it stood on the wire, without the query
  std::string_view request_id;
  std::string_view trace_id;          // see Request::trace_id
  std::string_view client;            // see Request::client
  int status;                         // of the answer that leaves
  std::chrono::nanoseconds duration;  // from the request's last byte to the answer's first
  const Tally& tally;
};

/// Is told by several threads at a time, once of each answer: also of those that the front door
/// gives by itself. Does not throw, and waits for nothing: clients wait behind it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void see(const AnsweredRequest& answered) = 0;
};

}  // namespace diamond::serve
