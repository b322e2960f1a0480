// What the program is to do, and how: options beat environment variables, those beat the
// configuration file, that beats the defaults.
#pragma once

#include "api/api.h"
#include "commands/command.h"
#include "http/http_server.h"
#include "served_model.h"
#include "traffic/traffic_store.h"

#include <diamond/core/log.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace diamond::serve {

struct Settings {
  HttpSettings http;
  std::filesystem::path models_dir = "artifacts/models";
  std::string model = "champion";
  TrafficSettings traffic{"sqlite:artifacts/traffic.db", "artifacts/outbox.db",
                          Durability::process};
  ApiSettings api;
  std::string api_keys;                      // the file of keys; empty: none
  std::vector<std::string> trusted_proxies;  // as they were named
  std::string access_log;                    // a file, "-": stdout; empty: none
  LogFormat log_format = LogFormat::text;    // of the access log too
};

/// The configuration that is read where none is named, if it is there.
inline constexpr const char* default_config = "config/api.json";

/// What the command line asks for.
struct Task {
  Settings settings;
  const Command* command = nullptr;  // null: to serve
  CommandValues values;              // for the command
};

/// Reads command line, environment and file. Nothing where the command line only asked for help or
/// the version, which were printed. The commands outlive the task. Throws UsageError.
[[nodiscard]] std::optional<Task> read_task(int argc, char** argv,
                                            const std::vector<Command>& commands);

/// The command line as CLI11 knows it, for what describes it: the man page, say. Nothing is parsed.
void show_command_line(const std::vector<Command>& commands,
                       const std::function<void(const CLI::App&)>& show);

/// Whether only this machine can reach the address, as it can a unix socket.
[[nodiscard]] bool is_loopback(const std::string& host);

/// "http://127.0.0.1:8000", "http://[::1]:8000", "unix:/run/diamond.sock".
[[nodiscard]] std::string url_of(const std::string& host, int port);

}  // namespace diamond::serve
