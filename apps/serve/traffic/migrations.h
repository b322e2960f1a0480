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
inline constexpr std::array<std::string_view, 5> sqlite_migrations = {R"sql(
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
)sql",
                                                                      R"sql(
  ALTER TABLE exchanges ADD COLUMN client TEXT;
  ALTER TABLE exchanges ADD COLUMN api_key TEXT;
  ALTER TABLE outbox ADD COLUMN slot INTEGER;  -- see exchange_id.h; null: none is given yet
  -- A class of statuses (4xx) is found in the order of ids.
  DROP INDEX exchanges_by_status;
  CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status <> 200;
  CREATE INDEX exchanges_by_status_class ON exchanges (status / 100, id) WHERE status <> 200;
)sql",
                                                                      R"sql(
  ALTER TABLE exchanges ADD COLUMN trace_id TEXT;
)sql"};

/// What a log has and an outbox, out of which rows soon go, has not. Each index holds the id too,
/// last. Ids of the schema before 4 tell the time then: see exchange_id.h.
inline constexpr std::string_view sqlite_search = R"sql(
  UPDATE exchanges SET id = CAST(round((julianday(timestamp) - 2440587.5) * 86400000) AS INTEGER) * 2000 + id % 2000
    WHERE id < 2000000000000000;
  UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(id), 0) FROM exchanges));
  CREATE INDEX IF NOT EXISTS exchanges_by_model ON exchanges (model_id);
  CREATE INDEX IF NOT EXISTS exchanges_by_request_id ON exchanges (request_id);
  CREATE INDEX IF NOT EXISTS exchanges_by_trace_id ON exchanges (trace_id) WHERE trace_id IS NOT NULL;
)sql";

/// `shipping_marks`: how far the rows of each outbox have come.
inline constexpr std::array<std::string_view, 5> postgres_migrations = {R"sql(
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
)sql",
                                                                        R"sql(
  -- As who adds rows locks them: else the two could wait for each other.
  LOCK TABLE shipping_marks, exchanges IN ACCESS EXCLUSIVE MODE;
  DO $$
  DECLARE
    views TEXT;
  BEGIN
    SELECT string_agg(DISTINCT ev_class::REGCLASS::TEXT, ', ') INTO views
      FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
      WHERE classid = 'pg_rewrite'::REGCLASS AND refobjid = 'exchanges'::REGCLASS AND ev_class <> 'exchanges'::REGCLASS;
    IF views IS NOT NULL THEN
      RAISE EXCEPTION 'the table exchanges is made anew, with partitions, and these views read it: %; drop them, and make them again afterwards', views;
    END IF;
  END $$;
  -- A server of the version before, which knows no partitions, does not find its column, and waits.
  ALTER TABLE shipping_marks RENAME COLUMN last_id TO mark;
  -- The slot of each outbox: see exchange_id.h.
  ALTER TABLE shipping_marks ADD COLUMN slot SMALLINT UNIQUE;
  ALTER TABLE shipping_marks ADD COLUMN seen_at TIMESTAMPTZ NOT NULL DEFAULT now();

  ALTER TABLE exchanges RENAME TO exchanges_before;
  DROP INDEX IF EXISTS exchanges_by_endpoint;
  DROP INDEX IF EXISTS exchanges_by_status;

  -- A partition for each day: see make_exchanges_partition.
  CREATE TABLE exchanges (
    id BIGINT NOT NULL,  -- given by the server: see exchange_id.h
    timestamp TIMESTAMPTZ NOT NULL,
    request_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_ms DOUBLE PRECISION NOT NULL,
    model_id TEXT,
    request JSONB,
    response JSONB,
    client TEXT,
    api_key TEXT
  ) PARTITION BY RANGE (timestamp);
  CREATE INDEX exchanges_by_id ON exchanges (id);
  CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id) WHERE endpoint <> 'predict';
  CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status <> 200;
  CREATE INDEX exchanges_by_status_class ON exchanges ((status / 100), id) WHERE status <> 200;
  CREATE INDEX exchanges_by_model ON exchanges (model_id, id);
  CREATE INDEX exchanges_by_request_id ON exchanges (request_id);

  -- `exchanges_20261125` holds the exchanges of that day (UTC). To attach a table holds up neither
  -- who reads nor who writes; to make it as a partition would.
  CREATE FUNCTION make_exchanges_partition(day DATE) RETURNS VOID LANGUAGE plpgsql AS $$
  DECLARE
    partition TEXT := 'exchanges_' || to_char(day, 'YYYYMMDD');
  BEGIN
    IF to_regclass(partition) IS NOT NULL THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE exchanges INCLUDING ALL)', partition);
    EXECUTE format('ALTER TABLE exchanges ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
                   day::TIMESTAMP AT TIME ZONE 'UTC', (day + 1)::TIMESTAMP AT TIME ZONE 'UTC');
    -- A day has few models, and who asks for one mostly asks in vain: that shall be found out in the
    -- index of models, in the order of ids, whatever the statistics of the day say.
    EXECUTE format('ALTER TABLE %I ALTER COLUMN model_id SET (n_distinct = 100)', partition);
  END $$;

  SELECT make_exchanges_partition(day) FROM
    (SELECT DISTINCT (timestamp AT TIME ZONE 'UTC')::DATE AS day FROM exchanges_before) AS days;
  INSERT INTO exchanges
    SELECT (extract(epoch FROM timestamp) * 1000)::BIGINT * 2000 + id % 2000, timestamp, request_id, endpoint, method,
           path, status, duration_ms, model_id, request, response FROM exchanges_before;
  DO $$
  DECLARE
    given RECORD;
  BEGIN
    FOR given IN
      SELECT privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS receiver
        FROM pg_class, aclexplode(relacl) WHERE oid = 'exchanges_before'::REGCLASS
    LOOP
      EXECUTE format('GRANT %s ON exchanges TO %s', given.privilege_type, given.receiver);
    END LOOP;
  END $$;
  DROP TABLE exchanges_before;
)sql",
                                                                        R"sql(
  LOCK TABLE shipping_marks, exchanges IN ACCESS EXCLUSIVE MODE;  -- in the order of who adds rows
  ALTER TABLE exchanges ADD COLUMN trace_id TEXT;
  CREATE INDEX exchanges_by_trace_id ON exchanges (trace_id) WHERE trace_id IS NOT NULL;
)sql"};

}  // namespace diamond::serve
