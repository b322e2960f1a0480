// A line for each request that was answered, for people and for what collects logs.
#pragma once

#include "../http/client_address.h"
#include "../http/observer.h"
#include "line_writer.h"

#include <diamond/core/clock.h>
#include <diamond/core/log.h>

#include <string>

namespace diamond::serve {

/// The line, with its end; `time` is when the answer left.
///   text: eight words, "-" where there is nothing: time, method, path, status, milliseconds,
///         request id, trace id, client
///         `2026-11-25T08:15:00.123Z POST /predict 200 0.412 0199c2d5b1e8 - 192.0.2.0/24`
///   json: `{"time":"…","method":"POST","path":"/predict","status":200,"duration_ms":0.412,
///         "request_id":"…","trace_id":null,"client":"192.0.2.0/24"}`, on one line
/// The path is without its query, which may hold what belongs in no log; what is neither letter,
/// digit nor harmless in it is percent-encoded, and it ends after a thousand bytes.
[[nodiscard]] std::string access_line(const AnsweredRequest& answered, Timestamp time,
                                      LogFormat format, ClientDetail detail);

/// Writes them, and holds nobody up: see LineWriter.
class AccessLog final : public Observer {
 public:
  /// Throws StorageError where the file, or "-" for stdout, cannot be opened. The log outlives
  /// this.
  AccessLog(const std::string& file, LogFormat format, ClientDetail detail, Log& log)
      : format_(format), detail_(detail), lines_(file, log) {}

  void see(const AnsweredRequest& answered) override;

 private:
  LogFormat format_;
  ClientDetail detail_;
  LineWriter lines_;
};

}  // namespace diamond::serve
