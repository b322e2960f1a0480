#include "../http/problem.h"
#include "endpoints.h"

#include <diamond/core/version.h>

namespace diamond::serve {
namespace {

Outcome alive() {
  Outcome outcome;
  outcome.answer.body = Json{{"status", "alive"}, {"version", version()}}.dump();
  return outcome;
}

/// Ready when a model is in service; an old one that stays because a newer one does not load is
/// said.
Outcome ready(const ModelKeeper& keeper) {
  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  Json json = {{"status", "ready"},
               {"model", {{"id", served->manifest.id}, {"kind", served->manifest.kind}}}};
  if (const std::string problem = keeper.problem(); !problem.empty()) json["problem"] = problem;
  Outcome outcome;
  outcome.answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return outcome;
}

}  // namespace

std::vector<Endpoint> health_endpoints(const ModelKeeper& keeper) {
  return {{"livez", "GET", "/livez", Logged::no, Pace::quick,
           [](const Request& /*request*/) { return alive(); }},
          {"readyz", "GET", "/readyz", Logged::no, Pace::quick,
           [&keeper](const Request& /*request*/) { return ready(keeper); }}};
}

}  // namespace diamond::serve
