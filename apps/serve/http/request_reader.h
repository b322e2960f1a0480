// The bytes of a connection turned into requests: Boost.Beast's parser, and what it does not check.
// No socket in sight.
#pragma once

#include "message.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace diamond::serve {

struct RequestLimits {
  /// Bytes: request line and header fields; and again what stands before a chunk (its size and
  /// extensions), and this together with the fields behind the last one.
  std::size_t header = std::size_t{16} << 10U;
  std::size_t body = std::size_t{4} << 20U;  // bytes, decoded
};

/// A request as it stood on the wire. Its framing is known to be sound.
struct RawRequest {
  std::string method;  // "GET"; empty where not even the request line could be read
  std::string target;  // in origin form: "/logs?limit=3"
  std::string content_type;
  std::string origin;
  std::string host;
  std::string id;               // see Request::id
  std::string trace_id;         // see Request::trace_id
  std::string accept_encoding;  // all of them, see Request::accept_encoding
  std::string if_none_match;    // all of them, see Request::if_none_match
  std::string forwarded_for;    // X-Forwarded-For, all of them
  std::string credential;       // of Authorization: Bearer, or X-API-Key; see Request::credential
  std::string body;
  bool keep_alive = false;                        // the connection may go on after the answer
  std::chrono::steady_clock::time_point arrived;  // its last byte
  std::optional<Refusal> refusal;
};

/// Reads one request after another. What it refuses, with the status of the answer:
///
/// - 400: what is no HTTP/1.x: a bare LF, a space before the colon, a NUL, lengths that contradict
///   each other or are no numbers; a transfer coding in HTTP/1.0; no Host, or two; two keys that
///   differ; a target that is no path; an end in the middle
/// - 413: a body longer than the limit, whether its length is told or it comes in chunks
/// - 415: a compressed body
/// - 431: a request line and header longer than the limit, or as much around a chunk
/// - 501: a method or transfer coding that is not known here
///
/// After a refusal nothing more can be read: where the next request begins is not known.
class RequestReader {
 public:
  explicit RequestReader(const RequestLimits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Takes bytes from the front and says how many; those that are left have to come again, with
  /// more behind them. Takes nothing once a request is whole.
  std::size_t read(std::string_view bytes);

  /// The client has sent its last byte.
  void end();

  /// Has the request that is being read refused.
  void refuse(Refusal refusal);

  /// A byte of a request was read, and it is not whole.
  [[nodiscard]] bool has_begun() const;

  /// A request is there to be taken: whole, or refused.
  [[nodiscard]] bool is_whole() const;

  /// The client waits for "100 Continue" before it sends the body. True once a request.
  [[nodiscard]] bool wants_continue();

  /// The request; the next one can be read. Requires: is_whole().
  [[nodiscard]] RawRequest take();

 private:
  struct Parsing;
  std::unique_ptr<Parsing> parsing_;
};

}  // namespace diamond::serve
