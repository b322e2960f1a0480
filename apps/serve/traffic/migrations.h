// The schemas of the databases, as numbered steps.
//
// Step n brings a database from version n-1 to n. Steps are never changed once released; a new one
// is appended. What a database has seen is in its table `schema_migrations(version, applied_at)`.
#pragma once

#include <array>
#include <string_view>

namespace diamond::serve {

/// `exchanges`: one row for each exchange. Also the outbox's table. `outbox` holds the name of this
/// file as a source of rows.
inline constexpr std::array<std::string_view, 3> sqlite_migrations = {R"sql(
  CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an id never comes back, even when its row was moved on
    timestamp TEXT NOT NULL,
    request_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    model_id TEXT,
    request TEXT,
    response TEXT
  );
  CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id);
  CREATE INDEX exchanges_by_status ON exchanges (status, id);
  CREATE TABLE outbox (name TEXT NOT NULL);
  INSERT INTO outbox (name) VALUES (lower(hex(randomblob(16))));
)sql",
                                                                      R"sql(
  -- Most rows are prices that were answered: the newest of them are found without an index, and each
  -- is a third cheaper to write. What is rare is in an index; log_sql repeats its condition.
  DROP INDEX exchanges_by_endpoint;
  DROP INDEX exchanges_by_status;
  CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id) WHERE endpoint <> 'predict';
  CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status >= 400;
)sql",
                                                                      R"sql(
  ALTER TABLE outbox ADD COLUMN reached TEXT;  -- the database that it was connected to
)sql"};

/// `shipping_marks`: how far the rows of each outbox have come.
inline constexpr std::array<std::string_view, 3> postgres_migrations = {R"sql(
  CREATE TABLE exchanges (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    timestamp TIMESTAMPTZ NOT NULL,
    request_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_ms DOUBLE PRECISION NOT NULL,
    model_id TEXT,
    request JSONB,
    response JSONB
  );
  CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id);
  CREATE INDEX exchanges_by_status ON exchanges (status, id);
  CREATE TABLE shipping_marks (
    outbox TEXT PRIMARY KEY,
    last_id BIGINT NOT NULL
  );
)sql",
                                                                        R"sql(
  -- What `exchanges` cannot hold, and why. The exchange is JSON in ASCII, which any column takes.
  CREATE TABLE rejected (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rejected_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    reason TEXT NOT NULL,
    exchange TEXT NOT NULL
  );
)sql",
                                                                        R"sql(
  -- As in SQLite: most rows are prices that were answered, and need no index to be found.
  DROP INDEX exchanges_by_endpoint;
  DROP INDEX exchanges_by_status;
  CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id) WHERE endpoint <> 'predict';
  CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status >= 400;
)sql"};

}  // namespace diamond::serve
