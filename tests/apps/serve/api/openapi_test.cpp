// Whether openapi.json, the contract with clients, is of the endpoints that there are.
#include "access/gate.h"
#include "api/drift_watch.h"
#include "api/endpoints.h"
#include "catch.h"
#include "support/requests.h"
#include "support/trained_history.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

using Operation = std::pair<std::string, std::string>;  // "GET", "/models/{id}"

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::set<Operation> described_operations() {
  const Json api = read_json(DIAMOND_SOURCE_DIR "/apps/serve/api/openapi.json");
  std::set<Operation> operations;
  for (const auto& [path, methods] : api["paths"].items())
    for (const auto& [method, operation] : methods.items())
      operations.insert({upper(method), path});
  return operations;
}

/// What a page is made of, and the second spelling of an address, are nobody's to rely on.
bool is_for_clients(const Endpoint& endpoint) {
  return !endpoint.path.starts_with("/docs/") && !endpoint.path.starts_with("/page/") &&
         endpoint.path != "/v2/";
}

}  // namespace

TEST_CASE("every endpoint is described, and every endpoint that is described is there") {
  TrainedHistory h;
  ModelKeeper keeper(h.registry, h.catalog, ChampionChoice{}, h.log);
  ModelShelf shelf(h.registry, h.catalog, keeper, h.log);
  MemoryStore store;
  const Trouble recording(h.log, "", "");
  const Gate gate(Reach::this_machine);
  const Metrics metrics;
  const DriftWatch drift(keeper, store);
  std::set<Operation> offered;
  for (const Endpoint& endpoint :
       all_endpoints(h.registry, {keeper, shelf}, store, recording, gate, metrics, drift))
    if (is_for_clients(endpoint)) offered.insert({endpoint.method, endpoint.path});
  CHECK(offered == described_operations());
}
