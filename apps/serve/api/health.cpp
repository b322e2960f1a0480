#include "../http/problem.h"
#include "endpoints.h"
#include "recording.h"

#include <diamond/core/version.h>

#include <cmath>

namespace diamond::serve {
namespace {

Outcome alive() {
  Outcome outcome;
  outcome.answer.body = Json{{"status", "alive"}, {"version", version()}}.dump();
  return outcome;
}

Json to_json(const TrafficState& log) {
  Json json = {{"waiting", log.waiting},
               {"behind_seconds", std::round(log.behind_seconds * 1000) / 1000},
               {"dropped", log.dropped},
               {"rejected", log.rejected}};
  if (!log.trouble.empty()) json["problem"] = log.trouble;
  return json;
}

Problem not_recording(const TrafficState& log) {
  Problem problem = Problem::of_status(503);
  problem.code = "not-recording";
  problem.detail = "exchanges cannot be recorded, so none is answered; " +
                   std::to_string(log.waiting) + " wait for the database";
  if (!log.trouble.empty()) problem.detail += ", which has a problem: " + log.trouble;
  return problem;
}

/// Ready when a model is in service and exchanges can be recorded. An old model that stays because
/// a newer one does not load is said, and so is how far the database is behind.
Outcome ready(const ModelKeeper& keeper, const TrafficState& log, const Trouble& recording) {
  if (!is_recording(recording)) throw ProblemError(not_recording(log));
  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  Json json = {{"status", "ready"},
               {"model", {{"id", served->manifest.id}, {"kind", served->manifest.kind}}}};
  if (const std::string problem = keeper.problem(); !problem.empty()) json["problem"] = problem;
  json["log"] = to_json(log);
  Outcome outcome;
  outcome.answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return outcome;
}

/// The same as the Open Inference Protocol asks it. Its text has "live" in both answers, its
/// clients read "ready" of the second.
Outcome server_live() {
  Outcome outcome;
  outcome.answer.body = Json{{"live", true}}.dump();
  return outcome;
}

/// Its text leaves open which status says no; KServe's is 503, and probes want no 2xx.
Outcome server_ready(const ModelKeeper& keeper, const Trouble& recording) {
  const bool is_ready = is_recording(recording) && keeper.current() != nullptr;
  Outcome outcome;
  outcome.answer.status = is_ready ? 200 : 503;
  outcome.answer.body = Json{{"live", true}, {"ready", is_ready}}.dump();
  return outcome;
}

/// Strangers are not told what the database says.
TrafficState state_for(const Request& request, const TrafficStore& store, const Gate& gate) {
  TrafficState log = store.state();
  if (!log.trouble.empty() && !gate.may(request, gate.caller(request), Right::logs))
    log.trouble = "the server's log says it";
  return log;
}

}  // namespace

std::vector<Endpoint> health_endpoints(const ModelKeeper& keeper, const TrafficStore& store,
                                       const Trouble& recording, const Gate& gate) {
  return {{"livez", "GET", "/livez", Right::nothing, Logged::no, Pace::quick,
           [](const Request& /*request*/) { return alive(); }},
          {"readyz", "GET", "/readyz", Right::nothing, Logged::no, Pace::quick,
           [&keeper, &store, &recording, &gate](const Request& request) {
             return ready(keeper, state_for(request, store, gate), recording);
           }},
          {"server_live", "GET", "/v2/health/live", Right::nothing, Logged::no, Pace::quick,
           [](const Request& /*request*/) { return server_live(); }},
          {"server_ready", "GET", "/v2/health/ready", Right::nothing, Logged::no, Pace::quick,
           [&keeper, &recording](const Request& /*request*/) {
             return server_ready(keeper, recording);
           }}};
}

}  // namespace diamond::serve
