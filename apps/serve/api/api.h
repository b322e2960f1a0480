// All endpoints together: finds the one that a request is for, and has the exchange recorded.
#pragma once

#include "../http/message.h"
#include "../http/problem.h"
#include "../traffic/traffic_store.h"
#include "endpoint.h"

#include <diamond/core/log.h>

#include <string>
#include <vector>

namespace diamond::serve {

class Api {
 public:
  /// `cors_origins`: web pages that may ask from a browser; "*" is all of them. The store and the
  /// log outlive this.
  Api(std::vector<Endpoint> endpoints, std::vector<std::string> cors_origins, TrafficStore& store,
      Log& log);

  /// Answers any request; does not throw. What a logged endpoint answers is recorded before this
  /// returns; where it cannot be recorded, the answer is 503. Safe from any thread.
  [[nodiscard]] Answer answer(const Request& request) const;

 private:
  [[nodiscard]] Answer answer_without_cors(const Request& request) const;
  [[nodiscard]] Outcome run(const Endpoint& endpoint, const Request& request) const;
  [[nodiscard]] Answer run_and_record(const Endpoint& endpoint, const Request& request) const;
  [[nodiscard]] std::vector<const Endpoint*> endpoints_at(const std::string& path) const;
  void add_cors_headers(const Request& request, Answer& answer) const;

  std::vector<Endpoint> endpoints_;
  std::vector<std::string> cors_origins_;
  TrafficStore& store_;
  Log& log_;
};

}  // namespace diamond::serve
