"""The traffic log as it is read, kept and removed: from SQLite and PostgreSQL the same."""

import csv
import datetime
import json
import os
import re
import shutil
import sqlite3
import subprocess
import unittest
import urllib.parse

from harness import BIN, STONE, PostgresCase, wait_until

BEFORE = """
    CREATE TABLE exchanges (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, timestamp TIMESTAMPTZ NOT NULL, request_id TEXT NOT NULL, endpoint TEXT NOT NULL,
      method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, duration_ms DOUBLE PRECISION NOT NULL, model_id TEXT, request JSONB, response JSONB);
    CREATE INDEX exchanges_by_endpoint ON exchanges (endpoint, id) WHERE endpoint <> 'predict';
    CREATE INDEX exchanges_by_status ON exchanges (status, id) WHERE status >= 400;
    CREATE TABLE shipping_marks (outbox TEXT PRIMARY KEY, last_id BIGINT NOT NULL);
    CREATE TABLE rejected (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rejected_at TIMESTAMPTZ NOT NULL DEFAULT now(), reason TEXT NOT NULL, exchange TEXT NOT NULL);
    CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL);
    INSERT INTO schema_migrations VALUES (1, now()), (2, now()), (3, now());
"""


def day(ahead=0):
    """As in the names of partitions."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=ahead)).strftime("%Y%m%d")


def next_address(answer):
    link = answer.headers["Link"]
    return re.fullmatch(r'<(/logs\?.*)>; rel="next"', link).group(1) if link else None


class Log(PostgresCase):
    def setUp(self):
        super().setUp()
        self.model = self.train_small()["id"]

    def trouble(self, server):
        return server.ask("GET", "/readyz").json()["log"].get("problem", "")

    def partitions(self):
        return [name for name, in self.postgres.sql("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'exchanges'::regclass ORDER BY 1")]

    def arrived(self):
        """Not counting who read the log."""
        return int(self.postgres.sql("SELECT count(*) FROM exchanges WHERE endpoint <> 'logs'")[0][0])

    def read_pages(self, server, address):
        """All pages, by the links from each to the next."""
        entries, pages = [], 0
        while address:
            answer = server.ask("GET", address)
            self.assertEqual(answer.status, 200, answer.body)
            entries += answer.json()
            address, pages = next_address(answer), pages + 1
        return entries, pages

    def some_traffic(self, server):
        for i in range(10):
            server.ask("POST", "/predict", {**STONE, "carat": 0.5 + i / 100 if i % 3 else -1}, headers={"X-Request-Id": f"price-{i}"})
        server.ask("POST", "/samples", {"cut": "Ideal", "color": "E", "clarity": "VVS1", "weight": 1.0}, headers={"X-Request-Id": "samples-0"})
        server.ask("GET", "/models/none", headers={"X-Request-Id": "models-0"})

    def test_both_databases_answer_the_same_to_every_filter(self):
        servers = [self.serve_sqlite(), self.serve_postgres()]
        for server in servers:
            self.some_traffic(server)
        wait_until(lambda: self.arrived() == 12, "all to arrive")
        tomorrow = urllib.parse.quote((datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).isoformat(timespec="seconds"))
        for query, expected in (
                ("", [f"price-{i}" for i in range(10)] + ["samples-0"]),
                ("status=4xx", ["price-0", "price-3", "price-6", "price-9"]),
                ("status=422", ["price-0", "price-3", "price-6", "price-9"]),
                ("status=2xx&endpoint=predict", [f"price-{i}" for i in range(10) if i % 3]),
                ("status=404&endpoint=all", ["models-0"]),
                ("endpoint=samples", ["samples-0"]),
                (f"model={self.model}", [f"price-{i}" for i in range(10) if i % 3] + ["samples-0"]),
                ("model=another", []),
                ("request_id=price-7", ["price-7"]),
                ("request_id=models-0", ["models-0"]),
                ("since=2026-01-01&endpoint=models", ["models-0"]),
                (f"since={tomorrow}", []),
                ("until=2026-01-01", []),
                (f"until={tomorrow}&status=200&endpoint=samples", ["samples-0"])):
            for server in servers:
                with self.subTest(query, database=servers.index(server)):
                    entries, pages = self.read_pages(server, f"/logs?limit=3&{query}")
                    self.assertEqual([e["request_id"] for e in entries], expected[::-1])
                    self.assertEqual(pages, max(1, -(-len(expected) // 3)))
        ignored = ("id", "timestamp", "duration_ms")
        first, second = ([{k: v for k, v in entry.items() if k not in ignored} for entry in server.ask("GET", "/logs").json()] for server in servers)
        self.assertEqual(first, second)
        self.assertEqual(first[0]["client"], "127.0.0.0/24")

    def test_times_are_found_to_the_millisecond(self):
        for server in (self.serve_sqlite(), self.serve_postgres()):
            for _ in range(5):
                server.predict()
            entries = server.ask("GET", "/logs").json()
            third = urllib.parse.quote(entries[2]["timestamp"])
            newer = [e["id"] for e in entries if e["timestamp"] >= entries[2]["timestamp"]]
            self.assertEqual([e["id"] for e in server.ask("GET", f"/logs?since={third}").json()], newer)
            self.assertEqual([e["id"] for e in server.ask("GET", f"/logs?until={third}").json()], [e["id"] for e in entries if e["id"] not in newer])

    def test_what_waits_in_the_outbox_is_visible_and_keeps_its_id(self):
        server = self.serve_postgres()
        server.predict(carat=0.5)
        wait_until(lambda: self.arrived() == 1, "the first")
        with self.postgres.session() as session:
            session.stdin.write("BEGIN; LOCK TABLE exchanges IN SHARE MODE;\n")  # who reads goes on, who writes waits
            session.stdin.flush()
            wait_until(lambda: self.postgres.sql("SELECT 1 FROM pg_locks WHERE mode = 'ShareLock' AND granted"), "the lock")
            for i in range(3):
                server.predict(carat=0.6 + i / 10)
            both, pages = self.read_pages(server, "/logs?limit=2")
            self.assertEqual(([e["request"]["carat"] for e in both], pages), ([0.8, 0.7, 0.6, 0.5], 2))
            waiting = server.ask("GET", "/logs?waiting=true").json()
            self.assertEqual(waiting, both[:3])
        wait_until(lambda: self.arrived() == 4, "the rest")
        self.assertEqual(server.ask("GET", "/logs").json(), both)
        self.assertEqual(server.ask("GET", "/logs?waiting=true").json(), [])

    def test_what_waits_is_visible_while_the_database_is_away(self):
        server = self.serve_postgres()
        self.postgres.stop()
        self.addCleanup(self.postgres.start)
        server.predict(carat=0.5)
        refused = server.ask("GET", "/logs")
        self.assertEqual(refused.status, 503)
        self.assertIn("waiting=true", refused.json()["detail"])
        self.assertEqual([e["request"]["carat"] for e in server.ask("GET", "/logs?waiting=true").json()], [0.5])

    def test_two_servers_on_one_database_give_ids_of_their_own_in_the_order_of_time(self):
        servers = [self.serve_postgres(outbox=f"outbox-{i}.db") for i in range(2)]
        for i in range(6):
            servers[i % 2].predict(carat=0.5 + i / 10)
        wait_until(lambda: self.arrived() == 6, "all to arrive")
        entries = servers[0].ask("GET", "/logs").json()
        self.assertEqual([e["request"]["carat"] for e in entries], [1.0, 0.9, 0.8, 0.7, 0.6, 0.5])
        self.assertEqual(sorted({e["id"] % 32 for e in entries}), [0, 1])
        self.assertEqual([row[0] for row in self.postgres.sql("SELECT slot FROM shipping_marks ORDER BY slot")], ["0", "1"])

    def prices(self):
        return [carat for carat, in self.postgres.sql("SELECT request->>'carat' FROM exchanges WHERE endpoint = 'predict' ORDER BY id")]

    def test_an_outbox_that_was_put_back_sends_nothing_twice(self):
        server = self.serve_postgres()
        with self.postgres.frozen():
            for i in range(5):
                server.predict(carat=0.5 + i / 10)
            server.process.kill()
            server.process.wait()
        shutil.copytree(self.folder, self.folder / "backup", ignore=lambda _, names: [name for name in names if not name.startswith("outbox.db")])
        again = self.serve_postgres()
        wait_until(lambda: self.arrived() == 5, "all to arrive")
        again.stop()
        shutil.copytree(self.folder / "backup", self.folder, dirs_exist_ok=True)
        server = self.serve_postgres()
        server.predict(carat=1.5)
        wait_until(lambda: self.arrived() >= 6, "one more")
        wait_until(lambda: server.ask("GET", "/readyz").json()["log"]["waiting"] == 0, "an empty outbox")
        self.assertEqual(self.prices(), ["0.5", "0.6", "0.7", "0.8", "0.9", "1.5"])

    def test_what_two_servers_record_in_copies_of_one_outbox_all_arrives(self):
        self.serve_postgres(outbox="one.db").stop()
        shutil.copy(self.folder / "one.db", self.folder / "other.db")
        servers = [self.serve_postgres(outbox=name) for name in ("one.db", "other.db")]
        with self.postgres.frozen():
            for i in range(20):
                servers[i % 2].predict(carat=round(0.5 + i / 100, 2))
        wait_until(lambda: self.arrived() == 20, "all to arrive")
        self.assertEqual(sorted(self.prices()), sorted(str(round(0.5 + i / 100, 2)) for i in range(20)))

    def test_the_slot_of_an_outbox_that_is_gone_goes_to_another(self):
        self.serve_postgres().stop()
        self.postgres.sql("UPDATE shipping_marks SET slot = NULL")
        self.postgres.sql("INSERT INTO shipping_marks (outbox, mark, slot, seen_at) SELECT 'gone-' || n, 0, n, now() - make_interval(days => 40 + (n * 7) % 32) FROM generate_series(0, 31) AS n")
        oldest, = self.postgres.sql("SELECT slot, outbox FROM shipping_marks ORDER BY seen_at LIMIT 1")
        server = self.serve_postgres()
        server.predict()
        self.assertEqual(server.ask("GET", "/logs").json()[0]["id"] % 32, int(oldest[0]))
        self.assertEqual(self.postgres.sql(f"SELECT slot FROM shipping_marks WHERE outbox = '{oldest[1]}'"), [[""]])

    def test_partitions_are_made_ahead_and_for_what_comes_late(self):
        server = self.serve_postgres()
        wait_until(lambda: f"exchanges_{day(7)}" in self.partitions(), "partitions ahead")
        with self.postgres.frozen():
            server.predict()
            server.process.kill()
            server.process.wait()
        with sqlite3.connect(self.folder / "outbox.db") as outbox:  # as after a long outage
            self.assertEqual(outbox.execute("UPDATE exchanges SET timestamp = '2026-01-05T12:00:00.000Z'").rowcount, 1)
        self.serve_postgres()
        wait_until(lambda: self.postgres.sql("SELECT to_regclass('exchanges_20260105')") != [[""]] and self.postgres.sql("SELECT count(*) FROM exchanges_20260105") == [["1"]], "the row of that day")

    def test_what_is_older_than_the_retention_is_removed_and_the_rest_stays(self):
        self.serve_postgres().stop()
        self.postgres.sql("SELECT make_exchanges_partition((now() AT TIME ZONE 'UTC')::date - d) FROM generate_series(0, 40) AS d")
        self.postgres.sql("INSERT INTO exchanges SELECT d, now() - make_interval(days => d), 'r', 'predict', 'POST', '/predict', 200, 1 FROM generate_series(0, 40) AS d")
        self.postgres.sql("INSERT INTO rejected (rejected_at, reason, exchange) VALUES (now() - interval '40 days', 'old', '{}'), (now(), 'new', '{}')")
        server = self.serve_postgres("--retention-days", 30)
        wait_until(lambda: f"exchanges_{day(-31)}" not in self.partitions(), "old partitions to go")
        wait_until(lambda: self.postgres.sql("SELECT max(id) FROM exchanges") == [["30"]], "the last of them to go")
        self.assertEqual(self.arrived(), 31)
        self.assertEqual(self.postgres.sql("SELECT reason FROM rejected"), [["new"]])
        self.assertIn(f"exchanges_{day(-31)}", server.log())

    def test_what_is_older_than_the_retention_is_removed_from_sqlite_too(self):
        server = self.serve_sqlite()
        for i in range(5):
            server.predict(carat=0.5 + i / 10)
        server.stop()
        month = 30 * 24 * 3600 * 2_000_000  # in ids
        with sqlite3.connect(self.folder / "traffic.db") as log:
            log.execute("UPDATE exchanges SET id = id - ? WHERE id IN (SELECT id FROM exchanges ORDER BY id LIMIT 3)", (month,))
        server = self.serve_sqlite("--retention-days", 29)
        wait_until(lambda: "old exchanges are removed" in server.log(), "the old ones to go")
        self.assertEqual([e["request"]["carat"] for e in server.ask("GET", "/logs").json()], [0.9, 0.8])

    def test_a_log_of_the_schema_before_is_brought_up_to_date(self):
        self.postgres.sql(BEFORE)
        self.postgres.sql("INSERT INTO exchanges (timestamp, request_id, endpoint, method, path, status, duration_ms, request) "
                          "SELECT timestamptz '2026-11-20 23:59:59.5Z' + make_interval(secs => n / 2 * 0.5), 'old-' || n, 'predict', 'POST', '/predict', 200, 1, '{}' FROM generate_series(1, 4) AS n")
        self.postgres.sql("GRANT SELECT ON exchanges TO PUBLIC")
        self.postgres.sql("CREATE VIEW prices AS SELECT response FROM exchanges")
        server = self.serve_postgres()
        server.predict()
        wait_until(lambda: "these views read it: prices;" in self.trouble(server), "a word about the view")
        self.assertEqual(server.ask("GET", "/logs").status, 503)
        self.postgres.sql("DROP VIEW prices")
        wait_until(lambda: server.ask("GET", "/logs").status == 200, "the log")
        self.assertEqual(self.postgres.sql("SELECT has_table_privilege('pg_monitor', 'exchanges', 'SELECT')"), [["t"]])
        entries = server.ask("GET", "/logs").json()
        self.assertEqual([e["request_id"] for e in entries[1:]], ["old-4", "old-3", "old-2", "old-1"])
        self.assertEqual([e["request_id"] for e in server.ask("GET", "/logs?since=2026-11-21&until=2026-11-22").json()], ["old-4", "old-3", "old-2"])
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM exchanges_20261120"), [["1"]])

    def export(self, database, *arguments):
        """The file with what the command prints, and the most memory that it held, MB."""
        exported = self.folder / "exported"
        with open(exported, "wb") as out:
            process = subprocess.Popen([BIN / "diamond-serve", "logs", "export", "--database", database, *arguments], stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return exported, usage.ru_maxrss / 1024

    def test_an_export_is_the_log_from_its_start_to_its_end(self):
        for server, database in ((self.serve_sqlite(), f"sqlite:{self.folder}/traffic.db"), (self.serve_postgres(), self.postgres.url)):
            self.some_traffic(server)
            if database == self.postgres.url:
                wait_until(lambda: self.arrived() == 12, "all to arrive")
            entries = server.ask("GET", "/logs").json()[::-1]
            lines = [json.loads(line) for line in self.export(database, "--until", "9999-12-31")[0].read_text().splitlines()]
            self.assertEqual([line for line in lines if line["endpoint"] in ("predict", "samples")], entries)
            self.assertEqual(lines[11]["endpoint"], "models")
            rows = list(csv.DictReader(self.export(database, "--format", "csv", "--endpoint", "predict", "--status", "422")[0].read_text().splitlines()))
            self.assertEqual([row["request_id"] for row in rows], ["price-0", "price-3", "price-6", "price-9"])
            self.assertEqual(json.loads(rows[1]["request"])["carat"], -1)

    def test_an_export_does_not_hold_the_log_in_memory(self):
        self.serve_sqlite().stop()
        self.serve_postgres().stop()
        columns = "id, timestamp, request_id, endpoint, method, path, status, duration_ms, request"
        large = "x" * 4000
        sanitized = "asan" in str(BIN) or "tsan" in str(BIN)  # which is slow, and holds more memory
        rows = 1000 if sanitized else 50_000
        with sqlite3.connect(self.folder / "traffic.db") as log:
            log.execute(f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) INSERT INTO exchanges ({columns}) "
                        f"SELECT n, '2026-11-24T08:00:00.000Z', 'r', 'predict', 'POST', '/predict', 200, 1, '\"{large}\"' FROM numbers")
        self.postgres.sql("SELECT make_exchanges_partition('2026-11-24')")
        self.postgres.sql(f"INSERT INTO exchanges ({columns}) SELECT n, '2026-11-24 08:00Z', 'r', 'predict', 'POST', '/predict', 200, 1, '\"{large}\"' FROM generate_series(1, {rows}) AS n")
        for database in (f"sqlite:{self.folder}/traffic.db", self.postgres.url):
            exported, megabytes = self.export(database)  # the memory of this program would count too: it reads line by line
            with exported.open() as lines:
                self.assertEqual(sum(1 for _ in lines), rows)
            if not sanitized:
                self.assertLess(megabytes, 100)

    def test_how_much_of_the_client_is_kept(self):
        for choice, kept in (("full", "127.0.0.1"), ("prefix", "127.0.0.0/24"), ("none", None)):
            server = self.serve("--database", f"sqlite:{self.folder}/{choice}.db", "--log-client", choice)
            server.predict()
            self.assertEqual(server.ask("GET", "/logs").json()[0]["client"], kept)


if __name__ == "__main__":
    unittest.main(verbosity=2)
