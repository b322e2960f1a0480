#include "settings.h"

#include "catch.h"
#include "support/current_directory.h"
#include "support/messages.h"
#include "support/temporary_directory.h"

#include <diamond/core/error.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

using namespace diamond;
using namespace diamond::serve;
using namespace diamond::testing;

namespace {

/// Sets an environment variable as long as this stands.
class EnvironmentVariable {
 public:
  EnvironmentVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() {
    if (before_)
      ::setenv(name_.c_str(), before_->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }

 private:
  std::string name_;
  std::optional<std::string> before_;
};

/// A current directory in which there is no configuration but what a test writes.
struct Fixture {
  TemporaryDirectory directory;
  CurrentDirectory current{directory.path()};
};

std::optional<Task> read(std::vector<std::string> words,
                         const std::vector<Command>& commands = {}) {
  words.insert(words.begin(), "diamond-serve");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return read_task(static_cast<int>(argv.size()), argv.data(), commands);
}

Settings settings(std::vector<std::string> words = {}) {
  return read(std::move(words)).value().settings;
}

std::vector<Command> two_commands() {
  const auto run = [](const CommandValues&, const Settings&, std::ostream&, Log&) {};
  return {{"keys",
           "add",
           "adds",
           {{"NAME", "a name"}, {"--role", "a role"}, {"--rate", "a rate", Presence::optional}},
           run},
          {"keys", "list", "lists", {}, run}};
}

std::string usage_error(std::vector<std::string> words) {
  return message_of<UsageError>([&] { (void)read(std::move(words)); });
}

}  // namespace

TEST_CASE("only this machine can reach its own names, and a unix socket") {
  for (const char* host : {"localhost", "::1", "127.0.0.1", "unix:serve.sock"}) {
    INFO(host);
    CHECK(is_loopback(host));
  }
  for (const char* host : {"0.0.0.0", "::", "", "192.168.1.7", "shop.example"}) {
    INFO(host);
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("without anything the settings are the usual ones") {
  const Fixture f;
  const Settings s = settings();
  CHECK(s.http.host == "127.0.0.1");
  CHECK(s.http.port == 8000);
  CHECK(s.http.threads == 0);  // as many as there are processors
  CHECK(s.http.connections == 16'000);
  CHECK(s.http.limits.body == 4'194'304);
  CHECK(s.http.limits.header == 16'384);
  CHECK(s.http.request_timeout == 10);
  CHECK(s.http.idle_timeout == 60);
  CHECK(s.models_dir == "artifacts/models");
  CHECK(s.model == "champion");
  CHECK(s.traffic.database == "sqlite:artifacts/traffic.db");
  CHECK(s.traffic.outbox == "artifacts/outbox.db");
  CHECK(s.traffic.outbox_limit == std::uint64_t{10} << 30U);
  CHECK(s.traffic.when_full == WhenFull::refuse);
  CHECK(s.traffic.durability == Durability::process);
  CHECK(s.api_keys.empty());
  CHECK(s.access_log.empty());
  CHECK(s.api.cors_origins.empty());
  CHECK(s.log_format == LogFormat::text);
}

TEST_CASE("every setting has an option") {
  const Fixture f;
  const Settings s = settings({"--host",
                               "::1",
                               "--port",
                               "0",
                               "--threads=1024",
                               "--max-connections",
                               "7",
                               "--body-limit",
                               "2048",
                               "--request-timeout",
                               "0.5",
                               "--idle-timeout",
                               "5",
                               "--trusted-proxy",
                               "10.0.0.0/8,unix",
                               "--models-dir",
                               "m",
                               "--model",
                               "best:r2",
                               "--database",
                               "none",
                               "--outbox",
                               "o.db",
                               "--outbox-limit",
                               "2GB",
                               "--when-full",
                               "drop",
                               "--log-durability",
                               "power",
                               "--api-keys",
                               "keys.json",
                               "--access-log",
                               "a.log",
                               "--cors-origin",
                               "https://a,https://b",
                               "--cors-origin",
                               "https://c",
                               "--log-format",
                               "json"});
  CHECK(s.http.host == "::1");
  CHECK(s.http.port == 0);
  CHECK(s.http.threads == 1024);
  CHECK(s.http.connections == 7);
  CHECK(s.http.limits.body == 2048);
  CHECK(s.http.request_timeout == 0.5);
  CHECK(s.http.idle_timeout == 5);
  CHECK(s.http.trusted_proxies.client_of("10.1.1.1", "192.0.2.7") == "192.0.2.7");
  CHECK(s.http.trusted_proxies.client_of("", "192.0.2.7") == "192.0.2.7");
  CHECK(s.models_dir == "m");
  CHECK(s.model == "best:r2");
  CHECK(s.traffic.database == "none");
  CHECK(s.traffic.outbox == "o.db");
  CHECK(s.traffic.outbox_limit == std::uint64_t{2} << 30U);
  CHECK(s.traffic.when_full == WhenFull::drop);
  CHECK(s.traffic.durability == Durability::power);
  CHECK(s.access_log == "a.log");
  CHECK(s.api_keys == "keys.json");
  CHECK(s.api.cors_origins == std::vector<std::string>{"https://a", "https://b", "https://c"});
  CHECK(s.log_format == LogFormat::json);
}

TEST_CASE("every setting has a key in the file") {
  const Fixture f;
  f.directory.write("a.json", R"({"$schema": "x", "host": "::1", "port": 1, "threads": 2,
    "max_connections": 3, "body_limit": 4096, "request_timeout": 1.5, "idle_timeout": 9,
    "trusted_proxy": ["10.0.0.1"],
    "models_dir": "m", "model": "best:r2", "database": "none", "outbox": "o.db",
    "outbox_limit": 2147483648, "when_full": "drop", "log_durability": "power", "api_keys": "keys.json", "access_log": "-",
    "cors_origin": ["https://a", "https://b"], "log_format": "json"})");
  const Settings s = settings({"--config", "a.json"});
  CHECK(s.http.host == "::1");
  CHECK(s.http.port == 1);
  CHECK(s.http.threads == 2);
  CHECK(s.models_dir == "m");
  CHECK(s.model == "best:r2");
  CHECK(s.traffic.database == "none");
  CHECK(s.traffic.outbox == "o.db");
  CHECK(s.traffic.outbox_limit == std::uint64_t{2} << 30U);
  CHECK(s.traffic.when_full == WhenFull::drop);
  CHECK(s.traffic.durability == Durability::power);
  CHECK(s.access_log == "-");
  CHECK(s.api_keys == "keys.json");
  CHECK(s.api.cors_origins == std::vector<std::string>{"https://a", "https://b"});
  CHECK(s.log_format == LogFormat::json);
}

TEST_CASE("every setting has an environment variable") {
  const Fixture f;
  const EnvironmentVariable host("DIAMOND_SERVE_HOST", "::1");
  const EnvironmentVariable threads("DIAMOND_SERVE_THREADS", "2");
  const EnvironmentVariable models("DIAMOND_SERVE_MODELS_DIR", "m");
  const EnvironmentVariable model("DIAMOND_SERVE_MODEL", "best:r2");
  const EnvironmentVariable database("DIAMOND_SERVE_DATABASE", "none");
  const EnvironmentVariable outbox("DIAMOND_SERVE_OUTBOX", "o.db");
  const EnvironmentVariable limit("DIAMOND_SERVE_OUTBOX_LIMIT", "2GB");
  const EnvironmentVariable when_full("DIAMOND_SERVE_WHEN_FULL", "drop");
  const EnvironmentVariable durability("DIAMOND_SERVE_LOG_DURABILITY", "power");
  const EnvironmentVariable keys("DIAMOND_SERVE_API_KEYS", "keys.json");
  const EnvironmentVariable access("DIAMOND_SERVE_ACCESS_LOG", "-");
  const EnvironmentVariable origins("DIAMOND_SERVE_CORS_ORIGIN", "https://a,https://b");
  const EnvironmentVariable format("DIAMOND_SERVE_LOG_FORMAT", "json");
  const Settings s = settings();
  CHECK(s.http.host == "::1");
  CHECK(s.http.threads == 2);
  CHECK(s.models_dir == "m");
  CHECK(s.model == "best:r2");
  CHECK(s.traffic.database == "none");
  CHECK(s.traffic.outbox == "o.db");
  CHECK(s.traffic.outbox_limit == std::uint64_t{2} << 30U);
  CHECK(s.traffic.when_full == WhenFull::drop);
  CHECK(s.traffic.durability == Durability::power);
  CHECK(s.access_log == "-");
  CHECK(s.api_keys == "keys.json");
  CHECK(s.api.cors_origins == std::vector<std::string>{"https://a", "https://b"});
  CHECK(s.log_format == LogFormat::json);
}

TEST_CASE("an option beats a variable, a variable the file, and the file what is usual") {
  const Fixture f;
  f.directory.write("a.json", R"({"port": 1})");
  CHECK(settings().http.port == 8000);
  CHECK(settings({"--config", "a.json"}).http.port == 1);
  {
    const EnvironmentVariable port("DIAMOND_SERVE_PORT", "2");
    CHECK(settings().http.port == 2);
    CHECK(settings({"--config", "a.json"}).http.port == 2);
    CHECK(settings({"--config", "a.json", "--port", "3"}).http.port == 3);
  }
  CHECK(settings({"--config", "a.json", "--port", "3"}).http.port == 3);
}

TEST_CASE("pages of an option stand in the place of those in the file") {
  const Fixture f;
  f.directory.write("a.json", R"({"cors_origin": ["https://a", "https://b"]})");
  CHECK(settings({"--config", "a.json", "--cors-origin", "https://c"}).api.cors_origins ==
        std::vector<std::string>{"https://c"});
}

TEST_CASE("what no browser sends as its origin is refused") {
  const Fixture f;
  for (const char* origin : {"https://a.example/", "b.example", "https://a https://b", "https://A"})
    CHECK_THROWS_AS(settings({"--cors-origin", origin}), UsageError);
  for (const char* origin :
       {"*", "http://127.0.0.1:8001", "http://[::1]:80", "capacitor://localhost"})
    CHECK(settings({"--cors-origin", origin}).api.cors_origins.size() == 1);
}

TEST_CASE("the file with the usual name is read where it is there and --config beats it") {
  const Fixture f;
  f.directory.write(default_config, R"({"port": 1, "model": "best:mae"})");
  f.directory.write("other.json", R"({"port": 2})");
  CHECK(settings().http.port == 1);
  const Settings other = settings({"--config", "other.json"});
  CHECK(other.http.port == 2);
  CHECK(other.model == "champion");
  const EnvironmentVariable config("DIAMOND_SERVE_CONFIG", "other.json");
  CHECK(settings().http.port == 2);
}

TEST_CASE("the project's own configuration file says what is usual") {
  const CurrentDirectory root(DIAMOND_SOURCE_DIR);
  const Settings s = settings();
  CHECK(s.http.port == 8000);
  CHECK(s.traffic.database == "sqlite:artifacts/traffic.db");
}

TEST_CASE("a configuration of the original service's is read as ours") {
  const Fixture f;
  f.directory.write("old.json", R"({"models_path": "m",
    "best_metric": "sklearn.metrics.mean_absolute_error", "dataset_path": "data/diamonds.csv",
    "request_database": "requests.db"})");
  const Settings s = settings({"--config", "old.json"});
  CHECK(s.models_dir == "m");
  CHECK(s.model == "best:mae");
  CHECK(s.traffic.database == "sqlite:requests.db");
  CHECK(s.http.port == 8000);
  CHECK(settings({"--config", "old.json", "--model", "champion"}).model == "champion");
}

TEST_CASE("each key of the original service's form is enough to know it by") {
  const Fixture f;
  const auto from = [&](const char* text) {
    f.directory.write("old.json", text);
    return settings({"--config", "old.json"});
  };
  CHECK(from(R"({"models_path": "m"})").models_dir == "m");
  CHECK(from(R"({"best_metric": "sklearn.metrics.r2_score"})").model == "best:r2");
  CHECK(from(R"({"request_database": "r.db"})").traffic.database == "sqlite:r.db");
  CHECK(from(R"({"dataset_path": "d.csv"})").model == "champion");
}

TEST_CASE("a faulty configuration file is told with its place") {
  const Fixture f;
  const auto error = [&](const char* text) {
    f.directory.write("a.json", text);
    return usage_error({"--config", "a.json"});
  };
  check_says(error(R"({"port": 65536})"), {"a.json#/port"});
  check_says(error(R"({"port": "80"})"), {"a.json#/port"});
  check_says(error(R"({"threads": 1025})"), {"a.json#/threads"});
  check_says(error(R"({"log_format": "xml"})"), {"a.json#/log_format", "json"});
  check_says(error(R"({"when_full": "maybe"})"), {"a.json#/when_full", "drop"});
  check_says(error(R"({"outbox_limit": 5})"), {"a.json#/outbox_limit"});
  check_says(error(R"({"prot": 80})"), {"a.json", "prot", "port"});
  check_says(error("[]"), {"a.json"});
  check_says(error("{"), {"a.json:1:"});
  check_says(error(R"({"models_path": "m", "port": 80})"), {"a.json", "port"});
  check_says(error(R"({"best_metric": 7})"), {"a.json#/best_metric"});
  check_says(error(R"({"best_metric": "sklearn.metrics.accuracy"})"), {"a.json#/best_metric"});
}

TEST_CASE("a configuration file that is named has to be there") {
  const Fixture f;
  check_says(usage_error({"--config", "none.json"}), {"none.json", "No such file"});
}

TEST_CASE("what the command line cannot mean is an error that shows where the options are listed") {
  const Fixture f;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--port", "65536"},
                                             {"--port", "-1"},
                                             {"--port", "http"},
                                             {"--port"},
                                             {"--threads", "-1"},
                                             {"--threads", "1025"},
                                             {"--log-format", "xml"},
                                             {"--log-durability", "none"},
                                             {"--log-durability", "1"},
                                             {"--outbox-limit", "5"},
                                             {"--outbox-limit", "much"},
                                             {"--prot", "80"},
                                             {"--api-keys", ""},
                                             {"--api-keys="},
                                             {"stray"}}) {
    INFO(words[0]);
    check_says(usage_error(words), {"diamond-serve --help"});
  }
  check_says(usage_error({"--when-full", "maybe"}), {"--when-full", "drop or refuse", "'maybe'"});
  const EnvironmentVariable port("DIAMOND_SERVE_PORT", "http");
  check_says(usage_error({}), {"diamond-serve --help"});
}

TEST_CASE("without a command it serves") {
  const Fixture f;
  const std::vector<Command> commands = two_commands();
  CHECK(read({"--port", "1"}, commands).value().command == nullptr);
}

TEST_CASE("a command is given its own values and the server's settings, in any order") {
  const Fixture f;
  const std::vector<Command> commands = two_commands();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"keys", "add", "shop", "--role", "predict", "--api-keys", "k.json"},
           {"--api-keys", "k.json", "keys", "add", "--role=predict", "shop"},
           {"keys", "--api-keys=k.json", "add", "shop", "--role", "predict"}}) {
    const Task task = read(words, commands).value();
    CHECK(task.command == &commands[0]);
    CHECK(task.values == CommandValues{{"NAME", "shop"}, {"--role", "predict"}});
    CHECK(task.settings.api_keys == "k.json");
  }
  CHECK(read({"keys", "list"}, commands).value().command == &commands[1]);
}

TEST_CASE("a word of a command may be the name of another one") {
  const Fixture f;
  const std::vector<Command> commands = two_commands();
  for (const char* name : {"list", "keys", "add"}) {
    const Task task = read({"keys", "add", name, "--role", "x", "--rate", "2"}, commands).value();
    CHECK(task.command == &commands[0]);
    CHECK(task.values == CommandValues{{"NAME", name}, {"--role", "x"}, {"--rate", "2"}});
  }
}

TEST_CASE("a command that is not as it was declared is an error") {
  const Fixture f;
  const std::vector<Command> commands = two_commands();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"keys"},
                                             {"keys", "sell"},
                                             {"keys", "add"},
                                             {"keys", "add", "shop"},
                                             {"keys", "add", "--role", "predict"},
                                             {"keys", "add", "shop", "more", "--role", "predict"},
                                             {"keys", "add", "shop", "--role", "a", "--role", "b"},
                                             {"keys", "add", "shop", "--role", "a", "--size", "3"},
                                             {"keys", "list", "shop"},
                                             {"add", "shop", "--role", "predict"}}) {
    INFO(words.back());
    check_says(message_of<UsageError>([&] { (void)read(words, commands); }),
               {"diamond-serve --help"});
  }
}

TEST_CASE("help and the version are printed and nothing else is done") {
  const Fixture f;
  f.directory.write(default_config, "{");  // not even the file is read
  for (const char* option : {"--help", "--version"}) {
    const std::ostringstream printed;
    std::streambuf* const before = std::cout.rdbuf(printed.rdbuf());
    const bool nothing = !read({option}).has_value();
    std::cout.rdbuf(before);
    CHECK(nothing);
    CHECK_FALSE(printed.str().empty());
  }
}
