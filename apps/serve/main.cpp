// diamond-serve: reads what it is to do, and does it: serves, with the parts put together, until a
// signal ends it; or runs a command.
#include "access/gate.h"
#include "access/key_keeper.h"
#include "api/api.h"
#include "api/drift_watch.h"
#include "api/endpoints.h"
#include "commands/commands.h"
#include "http/http_server.h"
#include "model_shelf.h"
#include "served_model.h"
#include "service_manager.h"
#include "settings.h"
#include "telemetry/access_log.h"
#include "telemetry/metrics.h"
#include "traffic/open_store.h"
#include "traffic/periodic.h"
#include "traffic/trouble.h"

#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/registry/model_registry.h>

#include <algorithm>
#include <chrono>
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

/// Null where no file of keys is named.
std::unique_ptr<KeyKeeper> keys_of(const Settings& settings, Log& log) {
  if (settings.api_keys.empty()) return nullptr;
  return std::make_unique<KeyKeeper>(settings.api_keys, log);
}

/// Where the server can be reached: at the sockets that it was handed, or where its settings say.
std::vector<std::string> hosts_of(const Settings& settings, const std::vector<Descriptor>& handed) {
  if (handed.empty()) return {settings.http.host};
  std::vector<std::string> hosts;
  hosts.reserve(handed.size());
  for (const Descriptor& socket : handed) hosts.push_back(host_of(socket));
  return hosts;
}

/// Says where there is something that it keeps shut.
Gate gate_of(const Settings& settings, const std::vector<std::string>& hosts, const KeyKeeper* keys,
             Log& log) {
  if (keys != nullptr) return Gate(*keys);
  if (!settings.trusted_proxies.empty()) {
    log.warning(
        "requests come through a proxy, and there are no keys: prices are served, /logs is refused",
        {{"trusted_proxy", settings.trusted_proxies.front()}});
    return Gate(Reach::other_machines);
  }
  const auto open = std::find_if_not(hosts.begin(), hosts.end(), is_loopback);
  if (open == hosts.end()) return Gate(Reach::this_machine);
  log.warning(
      "this address can be reached from other machines: prices are served, /logs is refused",
      {{"host", *open}});
  return Gate(Reach::other_machines);
}

/// Null where none is wanted.
std::unique_ptr<AccessLog> access_log_of(const Settings& settings, Log& log) {
  if (settings.access_log.empty()) return nullptr;
  return std::make_unique<AccessLog>(settings.access_log, settings.log_format,
                                     settings.api.log_client, log);
}

/// One line for people.
std::string status_of(const ModelKeeper& keeper, const std::string& url) {
  const std::shared_ptr<const ServedModel> served = keeper.current();
  return "Serves " + (served ? served->manifest.id : "no model yet") + " on " + url;
}

/// Gives signs of life, where somebody waits for them, as long as every loop turns.
Periodic signs_of_life(const HttpServer& server, const ModelKeeper& keeper,
                       const std::string& url) {
  const auto patience = watchdog_patience();
  if (!patience) return {};
  const auto often = std::chrono::duration_cast<std::chrono::milliseconds>(*patience / 4);
  return {often, [=, &server, &keeper, limit = *patience / 2](const std::stop_token&) {
            if (server.longest_silence() < limit) tell_alive(status_of(keeper, url));
            return often;
          }};
}

void serve(const Settings& settings, Log& log) {
  const Signals signals;
  std::vector<Descriptor> handed = handed_sockets();
  const std::vector<std::string> hosts = hosts_of(settings, handed);
  const EstimatorCatalog catalog = builtin_estimators();
  const ModelRegistry registry(settings.models_dir);
  const std::unique_ptr<KeyKeeper> keys = keys_of(settings, log);
  const Gate gate = gate_of(settings, hosts, keys.get(), log);
  const std::unique_ptr<TrafficStore> store = open_store(settings.traffic, log);
  ModelKeeper keeper(registry, catalog, parse_model_choice(settings.model), log);
  Trouble recording(log, "exchanges cannot be recorded", "exchanges are recorded again");
  ModelShelf shelf(registry, catalog, keeper, log);
  Metrics metrics;
  DriftWatch drift(keeper, *store);
  const Api api(all_endpoints(registry, {keeper, shelf}, *store, recording, gate, metrics, drift),
                settings.api, gate, *store, recording, log);
  std::vector<Observer*> observers = {&metrics};
  const std::unique_ptr<AccessLog> access_log = access_log_of(settings, log);
  if (access_log) observers.push_back(access_log.get());
  HttpServer server(settings.http, api, observers, std::move(handed));
  std::jthread serving([&server] { server.run(); });
  const std::string url = url_of(hosts.front(), server.port());
  log.info("serving", {{"url", url},
                       {"models_dir", settings.models_dir.string()},
                       {"database", without_password(settings.traffic.database)}});

  tell_ready(status_of(keeper, url));
  const Periodic heart = signs_of_life(server, keeper, url);

  while (signals.wait() == SIGHUP) {
    log.info("looking for a new model, and for other keys, as asked by SIGHUP");
    tell_reloading();
    keeper.refresh();
    if (keys) keys->refresh();
    tell_ready(status_of(keeper, url));
  }
  log.info("stopping: requests that have begun are answered");
  tell_stopping();
  server.stop();
}

void run(const Task& task, Log& log) {
  if (task.command == nullptr) {
    serve(task.settings, log);
    log.info("stopped");
    return;
  }
  task.command->run(task.values, task.settings, std::cout, log);
  if (!std::cout.flush())
    throw StorageError("stdout", "the result could not be written", "check where it goes");
}

int main(int argc, char** argv) {
  LogFormat format = LogFormat::text;
  try {
    const std::vector<Command> commands = all_commands();
    const std::optional<Task> task = read_task(argc, argv, commands);
    if (!task) return 0;
    format = task->settings.log_format;
    Log log(std::cerr, format);
    run(*task, log);
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
