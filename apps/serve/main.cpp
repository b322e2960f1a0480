// diamond-serve: reads its settings, puts the parts together, and waits for signals.
#include "api/api.h"
#include "api/endpoints.h"
#include "http/http_server.h"
#include "served_model.h"
#include "settings.h"
#include "traffic/open_store.h"
#include "traffic/trouble.h"

#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <csignal>
#include <iostream>
#include <thread>

namespace diamond::serve {
namespace {

/// The signals that end or steer the server. Blocked in every thread; one waits for them.
class Signals {
 public:
  /// Call before the first thread is made: threads inherit what is blocked.
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A client that hangs up is no reason to end, nor is a file that may not grow any more.
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  }

  [[nodiscard]] int wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }

 private:
  sigset_t set_{};
};

std::vector<Endpoint> all_endpoints(const ModelRegistry& registry, const ModelKeeper& keeper,
                                    TrafficStore& store, const Trouble& recording,
                                    LogAccess access) {
  std::vector<Endpoint> endpoints = {predict_endpoint(keeper), samples_endpoint(keeper),
                                     logs_endpoint(store, access)};
  for (std::vector<Endpoint> more :
       {models_endpoints(registry), health_endpoints(keeper, store, recording, access),
        web_endpoints()})
    for (Endpoint& endpoint : more) endpoints.push_back(std::move(endpoint));
  return endpoints;
}

void run(const Settings& settings, Log& log) {
  const Signals signals;
  const EstimatorCatalog catalog = builtin_estimators();
  const ModelRegistry registry(settings.models_dir);
  const LogAccess access = is_loopback(settings.http.host) ? LogAccess::open : LogAccess::closed;
  if (access == LogAccess::closed)
    log.warning(
        "this address can be reached from other machines: prices are served, /logs is refused",
        {{"host", settings.http.host}});

  const std::unique_ptr<TrafficStore> store = open_store(settings.traffic, log);
  ModelKeeper keeper(registry, catalog, parse_model_choice(settings.model), log);
  Trouble recording(log, "exchanges cannot be recorded", "exchanges are recorded again");
  const Api api(all_endpoints(registry, keeper, *store, recording, access), settings.api, *store,
                recording, log);
  HttpServer server(settings.http, api);
  std::jthread serving([&server] { server.run(); });
  log.info("serving", {{"url", url_of(settings.http.host, server.port())},
                       {"models_dir", settings.models_dir.string()},
                       {"database", without_password(settings.traffic.database)}});

  while (signals.wait() == SIGHUP) {
    log.info("looking for a new model, as asked by SIGHUP");
    keeper.refresh();
  }
  log.info("stopping: requests that have begun are answered");
  server.stop();
}

int main(int argc, char** argv) {
  LogFormat format = LogFormat::text;
  try {
    const std::optional<Settings> settings = read_settings(argc, argv);
    if (!settings) return 0;
    format = settings->log_format;
    Log log(std::cerr, format);
    run(*settings, log);
    log.info("stopped");
    return 0;
  } catch (const std::exception& error) {
    Log(std::cerr, format).error(error.what());
    return dynamic_cast<const UsageError*>(&error) != nullptr ? 2 : 1;
  }
}

}  // namespace
}  // namespace diamond::serve

int main(int argc, char** argv) {
  return diamond::serve::main(argc, argv);
}
