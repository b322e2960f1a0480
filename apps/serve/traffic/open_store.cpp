#include "open_store.h"

#include "postgres_store.h"
#include "sqlite_store.h"

#include <diamond/core/error.h>
#include <diamond/core/spelling.h>

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
  constexpr std::string_view sqlite = "sqlite:";
  const std::string& url = settings.database;
  if (url == "none") {
    log.warning("NO TRAFFIC IS LOGGED: --database none is for benchmarks only");
    return std::make_unique<NoStore>();
  }
  if (url.starts_with(sqlite) && url.size() > sqlite.size())
    return std::make_unique<SqliteStore>(url.substr(sqlite.size()), settings, log);
  if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
    return std::make_unique<PostgresStore>(settings, log);
  throw UsageError("--database", printable(without_password(url)) + " is no database that is known",
                   "use sqlite:PATH, postgresql://user:password@host/database, or none");
}

}  // namespace diamond::serve
