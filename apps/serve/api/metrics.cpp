#include "../telemetry/metrics.h"

#include "endpoints.h"
#include "recording.h"

#include <diamond/core/clock.h>
#include <diamond/core/version.h>

#include <utility>

namespace diamond::serve {
namespace {

using Families = std::vector<MetricFamily>;

MetricFamily gauge(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), MetricKind::gauge, {{value}}};
}

MetricFamily counter(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), MetricKind::counter, {{value}}};
}

/// A figure that is always 1: what it says is in its labels.
MetricFamily info(std::string name, std::string help,
                  std::vector<std::pair<std::string, std::string>> labels) {
  return {std::move(name), std::move(help), MetricKind::gauge, {{1, std::move(labels)}}};
}

Families build_figures() {
  return {info("diamond_build_info", "1: the program that runs.",
               {{"version", std::string(version())}})};
}

double seconds_since_1970(const std::string& iso) {
  const Timestamp time = parse_iso_time(iso).value_or(Timestamp());
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Families model_figures(const ModelKeeper& keeper) {
  Families families = {gauge("diamond_model_stale",
                             "1: the model that should be in service is not; /readyz says why.",
                             keeper.problem().empty() ? 0 : 1)};
  const std::shared_ptr<const ServedModel> served = keeper.current();
  if (!served) return families;
  const Manifest& manifest = served->manifest;
  families.push_back(info("diamond_model_info", "1: the model in service.",
                          {{"model", manifest.id}, {"kind", manifest.kind}}));
  families.push_back(gauge("diamond_model_created_timestamp_seconds",
                           "When the model in service was trained.",
                           seconds_since_1970(manifest.created_at)));
  return families;
}

/// As in /readyz.
Families log_figures(const TrafficState& log, const Trouble& recording) {
  return {gauge("diamond_log_recording",
                "0: exchanges cannot be recorded, and none is answered. 1: they can.",
                is_recording(recording) ? 1 : 0),
          gauge("diamond_log_waiting_exchanges", "Exchanges on their way to the database.",
                static_cast<double>(log.waiting)),
          gauge("diamond_log_behind_seconds", "How long the oldest of them has been on its way.",
                log.behind_seconds),
          counter("diamond_log_dropped_exchanges_total",
                  "Answered, and for want of room not recorded.", static_cast<double>(log.dropped)),
          counter("diamond_log_rejected_exchanges_total",
                  "Put into the table rejected: the database does not take them.",
                  static_cast<double>(log.rejected))};
}

/// As in /drift.
Families drift_figures(const DriftWatch& drift) {
  const std::shared_ptr<const DriftFigures> figures = drift.figures();
  if (!figures) return {};
  Families families = {gauge("diamond_drift_requests",
                             "Requests to /predict of the last seven days, of 10,000 the newest, "
                             "whose stones are compared with the training data.",
                             static_cast<double>(figures->requests))};
  if (figures->fields.empty()) return families;
  MetricFamily psi{"diamond_drift_psi",
                   "Population stability index of their stones against the training data.",
                   MetricKind::gauge,
                   {}};
  MetricFamily outside{"diamond_drift_outside_share",
                       "Share of their values outside the training range.",
                       MetricKind::gauge,
                       {}};
  for (const auto& [field, field_psi, outside_share] : figures->fields) {
    const std::vector<std::pair<std::string, std::string>> labels = {
        {"field", std::string(name_of(field))}};
    psi.samples.push_back({field_psi, labels});
    outside.samples.push_back({outside_share, labels});
  }
  families.push_back(std::move(psi));
  families.push_back(std::move(outside));
  return families;
}

}  // namespace

Endpoint metrics_endpoint(const Metrics& metrics, const ModelKeeper& keeper,
                          const TrafficStore& store, const Trouble& recording,
                          const DriftWatch& drift) {
  return {"metrics",
          "GET",
          "/metrics",
          Right::nothing,
          Logged::no,
          Pace::quick,
          [&metrics, &keeper, &store, &recording, &drift](const Request& /*request*/) {
            Families read_now = build_figures();
            for (Families more : {model_figures(keeper), log_figures(store.state(), recording),
                                  drift_figures(drift)})
              for (MetricFamily& family : more) read_now.push_back(std::move(family));
            Outcome outcome;
            outcome.answer.content_type = Metrics::content_type;
            outcome.answer.body = metrics.text(read_now);
            return outcome;
          }};
}

}  // namespace diamond::serve
