#include "endpoints.h"

#include <utility>

namespace diamond::serve {

std::vector<Endpoint> all_endpoints(const ModelRegistry& registry, const Models& models,
                                    TrafficStore& store, const Trouble& recording, const Gate& gate,
                                    const Metrics& metrics, const DriftWatch& drift) {
  const ModelKeeper& keeper = models.keeper;
  std::vector<Endpoint> endpoints = {predict_endpoint(models),
                                     batch_endpoint(models),
                                     samples_endpoint(keeper),
                                     similar_endpoint(keeper),
                                     drift_endpoint(keeper, store),
                                     logs_endpoint(store),
                                     metrics_endpoint(metrics, keeper, store, recording, drift)};
  for (std::vector<Endpoint> more :
       {models_endpoints(registry), inference_endpoints(models, registry),
        health_endpoints(keeper, store, recording, gate), web_endpoints()})
    for (Endpoint& endpoint : more) endpoints.push_back(std::move(endpoint));
  return endpoints;
}

}  // namespace diamond::serve
