#include "settings.h"

#include "access/own_machine.h"
#include "config_schemas.h"
#include "http/listening.h"

#include <diamond/core/error.h>
#include <diamond/core/json_schema.h>
#include <diamond/core/spelling.h>
#include <diamond/core/version.h>
#include <diamond/pipeline/original_form.h>

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <regex>
#include <string_view>
#include <utility>

namespace diamond::serve {
namespace {

constexpr const char* description =
    "Answers what a diamond costs, over HTTP, and records every request and answer.\n\n"
    "Examples:\n"
    "  diamond-serve\n"
    "  diamond-serve --port 9000 --database postgresql://diamond@/diamond\n"
    "  diamond-serve --model best:rmse --cors-origin https://shop.example\n"
    "  diamond-serve keys add shop --role predict --api-keys artifacts/keys.json\n\n"
    "Each option is also an environment variable (DIAMOND_SERVE_PORT, …) and a key of the "
    "configuration\n"
    "file (\"port\", …): option beats variable beats file. SIGTERM drains and ends, SIGHUP looks "
    "for a new model and other keys.\n\n"
    "Exit codes: 0 ended as asked, 1 cannot run (database, address), 2 usage or configuration.";

const std::map<std::string, Durability> durabilities = {{"process", Durability::process},
                                                        {"power", Durability::power}};
const std::map<std::string, WhenFull> choices_when_full = {{"refuse", WhenFull::refuse},
                                                           {"drop", WhenFull::drop}};
const std::map<std::string, ClientDetail> client_details = {
    {"full", ClientDetail::full}, {"prefix", ClientDetail::prefix}, {"none", ClientDetail::none}};
const std::map<std::string, LogFormat> log_formats = {{"text", LogFormat::text},
                                                      {"json", LogFormat::json}};

template <class Value>
std::string in_words(const std::map<std::string, Value>& words, std::string_view between) {
  std::vector<std::string_view> names;
  names.reserve(words.size());
  for (const auto& [name, value] : words) names.push_back(name);
  return join(names, between);
}

/// One of the words. CLI11's own validator for this speaks of numbers, and takes them.
template <class Value>
CLI::Validator one_of(const std::map<std::string, Value>& words) {
  const auto choose = [words](std::string& text) -> std::string {
    const auto found = words.find(text);
    if (found == words.end())
      return "must be " + in_words(words, " or ") + ", not " + printable(text);
    text = std::to_string(static_cast<int>(found->second));
    return {};
  };
  return {choose, "{" + in_words(words, ",") + "}"};
}

/// A name that a shell's empty variable has left empty must not open what it was to close.
CLI::Validator not_empty() {
  return {[](std::string& text) -> std::string { return text.empty() ? "must not be empty" : ""; },
          ""};
}

/// The command line as CLI11 knows it; parsing writes into `task`, and leaves what is not said as
/// it is.
class CommandLine {
 public:
  CommandLine(Task& task, const std::vector<Command>& commands) : task_(task) {
    add_options(task.settings);
    app_.require_subcommand(0, 1);
    for (const Command& command : commands) add_command(command);
  }

  /// True: go on. False: help or the version was asked for, and printed.
  bool parse(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
      take_variables();
      return true;
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) {
        app_.exit(error);
        return false;
      }
      throw UsageError("", error.what(), "diamond-serve --help lists the options");
    }
  }

  [[nodiscard]] const CLI::App& app() const { return app_; }

  std::string config;

 private:
  void add_options(Settings& settings) {
    app_.set_version_flag("--version", std::string(version()));
    option("config", config,
           "configuration file; where it is not given: " + std::string(default_config) +
               " if it is there");
    option("host", settings.http.host,
           "address to listen on: a name, an IPv4 or IPv6 address, or unix:PATH");
    option("port", settings.http.port, "port; 0: any free one, the log says which")
        ->check(CLI::Range(0, 65535));
    option("models-dir", settings.models_dir, "model history directory");
    option("model", settings.model, "champion, best:METRIC or an id");
    add_log_options(settings);
    add_access_options(settings);
    add_connection_options(settings);
    option("access-log", settings.access_log,
           "file to which each answered request adds a line; -: stdout");
    option("log-format", settings.log_format,
           "text or json: the lines on stderr, and of the access log")
        ->transform(one_of(log_formats));
  }

  void add_log_options(Settings& settings) {
    option("database", settings.traffic.database, "sqlite:PATH, postgresql://… or none");
    option("outbox", settings.traffic.outbox, "for PostgreSQL: the file in which exchanges wait");
    option("outbox-limit", settings.traffic.outbox_limit,
           "bytes that may wait there (10GB, 500MB and the like are understood)")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::Range(std::uint64_t{1} << 20U, std::uint64_t{1} << 50U));
    option(
        "when-full", settings.traffic.when_full,
        "an exchange for which it has no room: refuse (answer 503), or drop (answer, and keep no "
        "record)")
        ->transform(one_of(choices_when_full));
    option("log-durability", settings.traffic.durability,
           "process or power: what an answered exchange survives")
        ->transform(one_of(durabilities));
    option("log-client", settings.api.log_client,
           "how much of a client's address is recorded: full, prefix (its network) or none")
        ->transform(one_of(client_details));
    option("retention-days", settings.traffic.retention_days,
           "days after which exchanges are removed from the log; 0: never")
        ->check(CLI::Range(0, 36'500));
  }

  void add_access_options(Settings& settings) {
    option("api-keys", settings.api_keys,
           "file of the keys that requests have to carry; where none is named nobody needs one")
        ->check(not_empty());
    option("cors-origin", settings.api.cors_origins,
           "web pages that may ask from a browser, such as https://shop.example; may be repeated, "
           "or separated by commas")
        ->allow_extra_args(false)
        ->delimiter(',');
    option("trusted-proxy", settings.trusted_proxies,
           "address, network or unix: whose X-Forwarded-For is believed; may be repeated, or "
           "separated by commas")
        ->allow_extra_args(false)
        ->delimiter(',');
  }

  void add_connection_options(Settings& settings) {
    option("threads", settings.http.threads,
           "threads that serve connections; 0: as many as the machine has processors")
        ->check(CLI::Range(0, 1024));
    option("max-connections", settings.http.connections,
           "connections at a time; for one more the one that is idle longest is closed")
        ->check(CLI::Range(1, 1'000'000));
    option("body-limit", settings.http.limits.body, "bytes of a request's body")
        ->check(CLI::Range(1'024, 1'073'741'824));
    option("request-timeout", settings.http.request_timeout,
           "seconds for a request to arrive, and for a client to take its answer")
        ->check(CLI::Range(0.1, 3'600.0));
    option("idle-timeout", settings.http.idle_timeout,
           "seconds that a connection may wait for its next request")
        ->check(CLI::Range(0.1, 86'400.0));
  }

  /// The commands of a group stand under one word, whose help names them. What they do not know
  /// themselves is an option of the server's.
  void add_command(const Command& command) {
    CLI::App*& group = groups_[command.group];
    if (group == nullptr) group = app_.add_subcommand(command.group)->require_subcommand(1);
    const std::string others = group->get_description();
    group->description(others + (others.empty() ? "" : ", ") + command.name)->fallthrough();
    CLI::App* added = group->add_subcommand(command.name, command.help)->fallthrough();
    for (const CommandValue& value : command.values) {
      CLI::Option* option = added->add_option_function<std::string>(
          value.name,
          [this, name = value.name](const std::string& text) { task_.values[name] = text; },
          value.help);
      option->required(value.presence == Presence::needed);
      if (!value.words.empty()) option->type_name("{" + join(value.words, ",") + "}");
    }
    added->callback([this, &command] { task_.command = &command; });
  }

  template <class Value>
  CLI::Option* option(const std::string& name, Value& value, const std::string& text) {
    std::string variable = "DIAMOND_SERVE_" + name;
    for (char& c : variable)
      c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CLI::Option* added = app_.add_option("--" + name, value, text)->envname(variable);
    variables_.emplace_back(added, variable);
    return added;
  }

  /// CLI11 reads variables itself, but since 2.4 it passes over one whose value is not allowed.
  void take_variables() {
    for (const auto& [option, variable] : variables_) {
      const char* value =
          std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): no other thread yet
      if (option->count() > 0 || value == nullptr || *value == '\0') continue;
      option->add_result(value);
      option->run_callback();
    }
  }

  Task& task_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<std::pair<CLI::Option*, std::string>> variables_;

  CLI::App app_{description, "diamond-serve"};
};

/// A configuration file of the original service's as one of ours.
Json in_our_form(const Json& document, const std::string& place) {
  static const Json schema = Json::parse(config_schemas::original_api());
  const bool original =
      document.is_object() &&
      (document.contains("models_path") || document.contains("best_metric") ||
       document.contains("request_database") || document.contains("dataset_path"));
  if (!original) return document;
  check_against_schema(document, schema, place);
  Json ours = Json::object();
  if (document.contains("models_path")) ours["models_dir"] = document["models_path"];
  if (document.contains("best_metric"))
    ours["model"] = "best:" + metric_from_original(document["best_metric"].get<std::string>(),
                                                   place + "#/best_metric");
  if (document.contains("request_database"))
    ours["database"] = "sqlite:" + document["request_database"].get<std::string>();
  return ours;  // dataset_path: the samples come from the data that the model was trained on
}

void apply(const Json& file, Settings& settings) {
  const auto set = [&file](const char* key, auto& value) {
    if (file.contains(key)) value = file[key].get<std::decay_t<decltype(value)>>();
  };
  set("host", settings.http.host);
  set("port", settings.http.port);
  set("threads", settings.http.threads);
  set("max_connections", settings.http.connections);
  set("body_limit", settings.http.limits.body);
  set("request_timeout", settings.http.request_timeout);
  set("idle_timeout", settings.http.idle_timeout);
  set("trusted_proxy", settings.trusted_proxies);
  if (file.contains("models_dir")) settings.models_dir = file["models_dir"].get<std::string>();
  set("model", settings.model);
  set("database", settings.traffic.database);
  set("outbox", settings.traffic.outbox);
  set("outbox_limit", settings.traffic.outbox_limit);
  if (file.contains("when_full"))
    settings.traffic.when_full = choices_when_full.at(file["when_full"]);
  set("api_keys", settings.api_keys);
  set("retention_days", settings.traffic.retention_days);
  set("cors_origin", settings.api.cors_origins);
  if (file.contains("log_durability"))
    settings.traffic.durability = durabilities.at(file["log_durability"]);
  if (file.contains("log_client")) settings.api.log_client = client_details.at(file["log_client"]);
  set("access_log", settings.access_log);
  if (file.contains("log_format")) settings.log_format = log_formats.at(file["log_format"]);
}

/// As browsers write them: any other text never fits one.
void check_origins(const std::vector<std::string>& origins) {
  static const std::regex origin(R"(\*|[a-z][a-z0-9+.-]*://[a-z0-9.:_\[\]-]+)");
  for (const std::string& text : origins)
    if (!std::regex_match(text, origin))
      throw UsageError("--cors-origin", printable(text) + " is no origin",
                       "write it as the browser does: https://shop.example, "
                       "http://127.0.0.1:8001, without a slash at the end; or * for all");
}

void read_file_into(Settings& settings, const std::string& config) {
  std::error_code unreadable;  // a folder that may not be entered has no configuration for us
  if (config.empty() && !std::filesystem::exists(default_config, unreadable)) return;
  static const Json schema = Json::parse(config_schemas::api());
  const std::string file = config.empty() ? default_config : config;
  const Json document = in_our_form(read_json(file), file);
  check_against_schema(document, schema, file);
  apply(document, settings);
}

}  // namespace

std::optional<Task> read_task(int argc, char** argv, const std::vector<Command>& commands) {
  Task only_for_config;
  CommandLine first(only_for_config, commands);
  if (!first.parse(argc, argv)) return std::nullopt;
  Task task;
  Settings& settings = task.settings;
  read_file_into(settings, first.config);
  CommandLine second(task, commands);
  static_cast<void>(second.parse(argc, argv));
  check_origins(settings.api.cors_origins);
  settings.http.trusted_proxies = TrustedProxies(settings.trusted_proxies);
  return task;
}

void show_command_line(const std::vector<Command>& commands,
                       const std::function<void(const CLI::App&)>& show) {
  Task task;
  show(CommandLine(task, commands).app());
}

bool is_loopback(const std::string& host) {
  return is_loopback_name(host) || !unix_path(host).empty();
}

std::string url_of(const std::string& host, int port) {
  if (!unix_path(host).empty()) return host;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace diamond::serve
