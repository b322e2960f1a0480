// The endpoints that there are. Each has a file of its own; what it is given outlives it. What a
// client may rely on stands in openapi.json.
#pragma once

#include "../access/gate.h"
#include "../served_model.h"
#include "../telemetry/metrics.h"
#include "../traffic/traffic_store.h"
#include "../traffic/trouble.h"
#include "chosen_model.h"
#include "drift_watch.h"
#include "endpoint.h"

#include <diamond/registry/model_registry.h>

#include <memory>
#include <string>
#include <vector>

namespace diamond::serve {

/// POST /predict: the price of a stone.
[[nodiscard]] Endpoint predict_endpoint(const Models& models);

/// POST /predict/batch: the prices of many, as JSON or CSV.
[[nodiscard]] Endpoint batch_endpoint(const Models& models);

/// POST /samples: the stones of the training data with the same grades, nearest weight first.
[[nodiscard]] Endpoint samples_endpoint(const ModelKeeper& keeper);

/// POST /similar: the stones of the training data that are most like a stone, across grades.
[[nodiscard]] Endpoint similar_endpoint(const ModelKeeper& keeper);

/// GET /logs: earlier exchanges, newest first. Without `endpoint` those that ask for prices and
/// samples; `endpoint=all` shows all.
[[nodiscard]] Endpoint logs_endpoint(TrafficStore& store);

/// GET /drift: how the stones that prices were asked for differ from the training data.
[[nodiscard]] Endpoint drift_endpoint(const ModelKeeper& keeper, TrafficStore& store);

/// GET /models and GET /models/{id}: the history.
[[nodiscard]] std::vector<Endpoint> models_endpoints(const ModelRegistry& registry);

/// GET /v2 (the server), GET /v2/models/{name} (inputs, outputs and versions), its /ready, and POST
/// to its /infer (prices): the Open Inference Protocol of KServe and Triton, as JSON; of any
/// version with /versions/{version} behind the name. The model's name is "diamond", its versions
/// are the ids of the history.
/// https://github.com/kserve/open-inference-protocol
[[nodiscard]] std::vector<Endpoint> inference_endpoints(const Models& models,
                                                        const ModelRegistry& registry);

/// GET /livez and GET /readyz, and the same for the Open Inference Protocol: GET /v2/health/live
/// and GET /v2/health/ready. `recording`: that exchanges cannot be recorded. What is wrong with
/// the database is for those who may see the log: the gate knows them.
[[nodiscard]] std::vector<Endpoint> health_endpoints(const ModelKeeper& keeper,
                                                     const TrafficStore& store,
                                                     const Trouble& recording, const Gate& gate);

/// GET /metrics, for Prometheus: what is counted, how model and log are doing, and the drift. Needs
/// no key: it says no more than /readyz, counts, and sums over many requests.
[[nodiscard]] Endpoint metrics_endpoint(const Metrics& metrics, const ModelKeeper& keeper,
                                        const TrafficStore& store, const Trouble& recording,
                                        const DriftWatch& drift);

/// GET /, /docs, /openapi.json and what the page at /docs loads.
[[nodiscard]] std::vector<Endpoint> web_endpoints();

/// All of them.
[[nodiscard]] std::vector<Endpoint> all_endpoints(const ModelRegistry& registry,
                                                  const Models& models, TrafficStore& store,
                                                  const Trouble& recording, const Gate& gate,
                                                  const Metrics& metrics, const DriftWatch& drift);

}  // namespace diamond::serve
