#include "postgres_connection.h"

#include "open_store.h"

#include <algorithm>

namespace diamond::serve {
namespace {

/// Where the URL names the host. A password, before it, may hold any sign but @ and /.
std::size_t place_of_host(const std::string& url) {
  const std::size_t start = url.find("://") + 3;
  const std::size_t end = url.find_first_of("@/", start);
  return end != std::string::npos && url[end] == '@' ? end : start;
}

/// libpqxx waits for ever by itself; what the URL says stands first.
std::string with_timeouts(std::string url) {
  const std::size_t host = place_of_host(url);
  for (const auto& [name, value] : {std::pair{"connect_timeout", "5"},
                                    {"keepalives_idle", "10"},
                                    {"tcp_user_timeout", "10000"},
                                    {"application_name", "diamond-serve"}}) {
    if (url.find(std::string(name) + "=", host) != std::string::npos) continue;
    url += (url.find('?', host) == std::string::npos ? "?" : "&") + std::string(name) + "=" + value;
  }
  return url;
}

}  // namespace

std::string in_one_line(std::string words) {
  words.erase(words.find_last_not_of(" \n") + 1);
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return words;
}

DatabaseError::DatabaseError(const std::string& shown_url, std::string said, std::string sqlstate)
    : StorageError(shown_url, "the database does not work: " + said,
                   "check that it runs, and the URL given with --database"),
      said_(std::move(said)),
      sqlstate_(std::move(sqlstate)) {}

PostgresConnection::PostgresConnection(const std::string& url, Interruption& interruption)
    : shown_url_(without_password(url)),
      connection_(
          with_our_errors(shown_url_, [&] { return pqxx::connection(with_timeouts(url)); })),
      interruptible_(interruption, connection_.sock()) {}

std::string PostgresConnection::prepared(pqxx::work& transaction, const std::string& sql) {
  constexpr std::size_t most = 100;
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second;
  if (prepared_.size() == most) {
    transaction.exec("DEALLOCATE ALL");
    prepared_.clear();
  }
  const std::string name = "statement_" + std::to_string(prepared_.size());
  transaction.exec("PREPARE " + name + " AS " + sql);
  return prepared_.emplace(sql, name).first->second;
}

}  // namespace diamond::serve
