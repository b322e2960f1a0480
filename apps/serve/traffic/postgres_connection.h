// A connection to PostgreSQL, and its errors as ours. Only files named postgres_… include this:
// they alone see libpqxx.
#pragma once

#include "interruption.h"

#include <diamond/core/error.h>

#include <pqxx/pqxx>

#include <map>
#include <string>
#include <type_traits>
#include <utility>

namespace diamond::serve {

[[nodiscard]] std::string in_one_line(std::string words);

/// What the database said.
class DatabaseError : public StorageError {
 public:
  /// `sqlstate`: its code, see PostgreSQL's appendix A; empty: it is about the connection.
  DatabaseError(const std::string& shown_url, std::string said, std::string sqlstate);

  [[nodiscard]] const std::string& said() const { return said_; }
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string said_;
  std::string sqlstate_;
};

/// For one thread at a time. When a call throws, the connection may be gone: make another.
class PostgresConnection {
 public:
  /// Throws DatabaseError. `interruption` outlives the connection; when it is fired, the call that
  /// waits fails.
  PostgresConnection(const std::string& url, Interruption& interruption);

  /// Runs `work` on a transaction, commits it, and returns what `work` returned. Throws
  /// DatabaseError; then nothing has happened, or, where the connection went away with the commit,
  /// all or nothing has.
  template <class Work>
  std::invoke_result_t<Work, pqxx::work&> transact(const Work& work) {
    return with_our_errors(shown_url_, [&] {
      pqxx::work transaction(connection_);
      if constexpr (std::is_void_v<std::invoke_result_t<Work, pqxx::work&>>) {
        work(transaction);
        transaction.commit();
      } else {
        auto result = work(transaction);
        transaction.commit();
        return result;
      }
    });
  }

  /// The name of a statement that is planned once for this connection. Requires: a transaction on
  /// it.
  std::string prepared(pqxx::work& transaction, const std::string& sql);

  /// Without its password.
  [[nodiscard]] const std::string& shown_url() const { return shown_url_; }

 private:
  template <class Work>
  static auto with_our_errors(const std::string& shown_url, const Work& work) {
    try {
      return work();
    } catch (const pqxx::sql_error& error) {
      throw DatabaseError(shown_url, in_one_line(error.what()), error.sqlstate());
    } catch (const pqxx::failure& error) {
      throw DatabaseError(shown_url, in_one_line(error.what()), "");
    }
  }

  std::string shown_url_;
  pqxx::connection connection_;
  Interruption::Scope interruptible_;
  std::map<std::string, std::string> prepared_;  // SQL → name
};

}  // namespace diamond::serve
