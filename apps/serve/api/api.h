// All endpoints together: finds the one that a request is for, asks the gate, and has exchanges
// recorded.
#pragma once

#include "../access/gate.h"
#include "../http/application.h"
#include "../http/client_address.h"
#include "../http/problem.h"
#include "../traffic/traffic_store.h"
#include "../traffic/trouble.h"
#include "endpoint.h"

#include <diamond/core/log.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

struct ApiSettings {
  std::vector<std::string> cors_origins;  // pages that may ask from a browser; "*" is all of them
  ClientDetail log_client = ClientDetail::prefix;  // of a client's address, in the traffic log
};

/// What a reply of the Api waits for.
struct UnrecordedExchange {
  Exchange exchange;
  std::string origin;  // see Request::origin: for the answer that leaves where it stays so
};

class Api final : public Application {
 public:
  /// `recording`: where it is told that exchanges cannot be recorded. What is given by reference
  /// outlives this.
  Api(std::vector<Endpoint> endpoints, ApiSettings settings, const Gate& gate, TrafficStore& store,
      Trouble& recording, Log& log);

  /// True of nothing that is not known to be: not of an address that has to be decoded, nor of one
  /// that no endpoint has, nor of a long body.
  [[nodiscard]] bool is_quick(std::string_view target, std::size_t body) const override;

  /// Answers any request. `record` is an UnrecordedExchange, where the endpoint is a logged one.
  [[nodiscard]] Reply reply(const Request& request) const override;

  /// Where the exchanges cannot be recorded, each of these answers becomes a 503.
  void commit(std::span<Reply> replies) const override;

 private:
  [[nodiscard]] Reply reply_without_cors(const Request& request) const;
  [[nodiscard]] Outcome run(const Endpoint& endpoint, const Request& request,
                            const Caller& caller) const;
  [[nodiscard]] Reply run_and_record(const Endpoint& endpoint, const Request& request) const;
  void refuse_unrecorded(Reply& reply, const std::string& why) const;
  [[nodiscard]] std::vector<const Endpoint*> endpoints_at(std::string_view path) const;
  void add_cors_headers(const Request& request, Answer& answer) const;

  std::vector<Endpoint> endpoints_;
  ApiSettings settings_;
  const Gate& gate_;
  TrafficStore& store_;
  Log& log_;
  Trouble& recording_;
};

}  // namespace diamond::serve
