#include "open_store.h"

#include "postgres_store.h"
#include "sqlite_store.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

#include <filesystem>
#include <regex>

namespace diamond::serve {
namespace {

/// Keeps nothing: for benchmarks.
class NoStore final : public TrafficStore {
 public:
  [[nodiscard]] bool keeps() const override { return false; }
  void record(std::span<const Exchange* const> /*exchanges*/) override {}
  std::vector<Exchange> read(const LogQuery& /*query*/) override { return {}; }
};

/// Empty: the URL is none of SQLite's.
std::string sqlite_file(const std::string& url) {
  constexpr std::string_view scheme = "sqlite:";
  return url.starts_with(scheme) ? url.substr(scheme.size()) : "";
}

bool is_postgres(const std::string& url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

UsageError unknown_database(const std::string& url) {
  return {"--database", printable(without_password(url)) + " is no database that is known",
          "use sqlite:PATH, postgresql://user:password@host/database, or none"};
}

}  // namespace

std::string without_password(const std::string& url) {
  // To the last @: a password may hold any sign that its owner forgot to write as %….
  // postgresql://user:PASSWORD@host/…, …?password=PASSWORD, and "host=… password='PASSWORD'"
  std::string shown = std::regex_replace(url, std::regex("(://[^:/?]*):.*@"), "$1:***@");
  shown = std::regex_replace(shown, std::regex("([?&](?:ssl)?password=)[^&]*"), "$1***");
  const std::regex word(R"(((?:^|\s)(?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|\S*))");
  return std::regex_replace(shown, word, "$1***");
}

std::unique_ptr<TrafficStore> open_store(const TrafficSettings& settings, Log& log) {
  const std::string& url = settings.database;
  if (url == "none") {
    log.warning("NO TRAFFIC IS LOGGED: --database none is for benchmarks only");
    return std::make_unique<NoStore>();
  }
  if (const std::string file = sqlite_file(url); !file.empty())
    return std::make_unique<SqliteStore>(file, settings, log);
  if (is_postgres(url)) return std::make_unique<PostgresStore>(settings, log);
  throw unknown_database(url);
}

void visit_log(const std::string& database, const LogQuery& query, const ExchangeVisitor& visitor) {
  if (const std::string file = sqlite_file(database); !file.empty()) {
    if (!std::filesystem::exists(file))
      throw StorageError(database, "there is no such file", "name the log with --database");
    return visit_file(file, query, visitor);
  }
  if (database == "none")
    throw UsageError("--database", "none holds no log", "name the one that holds it");
  if (!is_postgres(database)) throw unknown_database(database);
  Interruption never;
  PostgresLog(database, never).visit(query, visitor);
}

}  // namespace diamond::serve
