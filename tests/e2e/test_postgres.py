"""diamond-serve with its log in a real PostgreSQL, which goes away and comes back."""

import contextlib
import http.client
import json
import resource
import sqlite3
import subprocess
import threading
import unittest

from harness import BIN, PATIENCE, STONE, PostgresCase, wait_until


class PostgresTraffic(PostgresCase):
    def setUp(self):
        super().setUp()
        self.train_small()

    def count(self):
        return int(self.postgres.sql("SELECT count(*) FROM exchanges WHERE endpoint = 'predict'")[0][0])

    def test_exchanges_arrive_as_jsonb_in_the_same_columns(self):
        server = self.serve_postgres()
        server.ask("POST", "/predict", {**STONE, "note": "a\u0000b \\u0000"}, headers={"X-Request-Id": "mine"})
        server.ask("POST", "/predict", b'{"cut":"\xff', headers={"Content-Type": "application/json"})
        entries = server.ask("GET", "/logs").json()
        self.assertEqual([e["status"] for e in entries], [400, 200])
        self.assertEqual(list(entries[0]), ["id", "timestamp", "request_id", "endpoint", "method", "path", "status", "duration_ms", "model_id", "request", "response", "client", "api_key", "trace_id"])
        self.assertEqual(entries[1]["request"], {**STONE, "note": "a\ufffdb \\u0000"})
        self.assertRegex(entries[1]["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        wait_until(lambda: self.count() == 2, "both to arrive")
        row, = self.postgres.sql("SELECT request->>'cut', (response->'predicted_value')::float > 0, pg_typeof(request), pg_typeof(response), model_id IS NULL "
                                 "FROM exchanges WHERE request_id = 'mine'")
        self.assertEqual(row, ["Ideal", "t", "jsonb", "jsonb", "f"])
        self.assertEqual(self.postgres.sql("SELECT version FROM schema_migrations ORDER BY version"), [["1"], ["2"], ["3"], ["4"], ["5"]])

    def test_paging_and_filters_answer_as_with_sqlite(self):
        server = self.serve_postgres()
        for i in range(10):
            server.predict(carat=0.5 + i / 100 if i % 2 else -1)
        self.assertEqual(len(server.ask("GET", "/logs?status=4xx").json()), 5)
        page = server.ask("GET", "/logs?limit=4").json()
        self.assertEqual(len(server.ask("GET", f"/logs?limit=100&before={page[-1]['id']}").json()), 6)

    def test_an_outage_fails_no_prediction_and_loses_nothing(self):
        server = self.serve_postgres()
        self.assertEqual(server.predict().status, 200)
        wait_until(lambda: self.count() == 1, "the first row")
        self.postgres.stop()
        for _ in range(50):
            self.assertEqual(server.predict().status, 200)
        refused = server.ask("GET", "/logs")
        self.assertEqual((refused.status, refused.headers["Content-Type"]), (503, "application/problem+json"))
        wait_until(lambda: "waits in the outbox" in server.log(), "a word in the log")
        self.assertNotIn("secret", server.log())
        self.postgres.start()
        wait_until(lambda: self.count() == 51, "all rows to arrive")
        self.assertEqual(len(server.ask("GET", "/logs?limit=1000").json()), 51)
        self.postgres.stop()
        self.postgres.start()
        self.assertEqual(server.ask("GET", "/logs").status, 200, "a connection that was cut while nobody asked is not told")

    def test_what_waited_when_the_program_died_arrives_once_after_the_next_start(self):
        server = self.serve_postgres()
        stop, answered = threading.Event(), []

        def client():
            connection = server.connect()
            try:
                while not stop.is_set():
                    answered.append(server.ask("POST", "/predict", STONE, connection=connection).headers["X-Request-Id"])
            except (OSError, http.client.HTTPException):
                pass  # the server was killed
            finally:
                connection.close()

        clients = [threading.Thread(target=client) for _ in range(3)]
        for thread in clients:
            thread.start()
        wait_until(lambda: len(answered) > 300, "some traffic")
        server.process.kill()
        stop.set()
        for thread in clients:
            thread.join()
        self.serve_postgres()
        with sqlite3.connect(self.folder / "outbox.db") as outbox:
            wait_until(lambda: outbox.execute("SELECT count(*) FROM exchanges").fetchone() == (0,), "the outbox to empty")
        arrived = [row[0] for row in self.postgres.sql("SELECT request_id FROM exchanges")]
        self.assertEqual(len(arrived), len(set(arrived)), "some rows arrived twice")
        self.assertLessEqual(set(answered), set(arrived))

    def test_two_servers_start_together_on_one_empty_database(self):
        servers = []
        starting = [threading.Thread(target=lambda n=n: servers.append(self.serve_postgres(outbox=f"outbox-{n}.db"))) for n in range(2)]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        self.assertEqual(len(servers), 2)
        for server in servers:
            self.assertEqual(server.predict().status, 200)
        wait_until(lambda: self.count() == 2, "a row of each")

    def start_badly(self, url):
        done = subprocess.run([BIN / "diamond-serve", "--port", "0", "--models-dir", self.models, "--database", url, "--outbox", self.folder / "outbox.db"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, len(done.stderr.strip().splitlines())), (1, 1), done.stderr)
        self.assertNotIn("secret", done.stderr)
        return done.stderr

    def test_a_database_that_is_not_there_at_start_is_an_error_with_its_url(self):
        self.assertIn("postgresql://postgres:***@/nothing?host=", self.start_badly(self.postgres.url.replace("/traffic", "/nothing")))
        self.assertIn("postgresql://me:***@127.0.0.1:1/db", self.start_badly("postgresql://me:secret@127.0.0.1:1/db"))
        self.postgres.stop()
        self.assertIn(str(self.postgres.folder), self.start_badly(self.postgres.url))

    def log_state(self, server):
        return server.ask("GET", "/readyz").json()["log"]

    def wait_until_all_is_well(self, server):
        def is_well():
            ready = server.ask("GET", "/readyz")
            return ready.status == 200 and ready.json()["log"]["waiting"] == 0 and "problem" not in ready.json()["log"]
        wait_until(is_well, "the log to be well", patience=2 * PATIENCE)

    def test_a_server_that_starts_again_during_an_outage_serves_and_its_rows_arrive_later(self):
        self.serve_postgres().stop()
        self.postgres.stop()
        server = self.serve_postgres()
        for _ in range(10):
            self.assertEqual(server.predict().status, 200)
        state = self.log_state(server)
        self.assertEqual(state["waiting"], 10)
        self.assertGreater(state["behind_seconds"], 0)
        self.assertIn(str(self.postgres.folder), state["problem"])
        self.assertNotIn("secret", str(state))
        self.assertEqual(server.ask("GET", "/readyz").status, 200)
        self.postgres.start()
        self.wait_until_all_is_well(server)
        self.assertEqual(self.count(), 10)
        self.assertEqual(self.log_state(server), {"waiting": 0, "behind_seconds": 0, "dropped": 0, "rejected": 0})

    def test_a_frozen_database_delays_no_prediction_and_no_stop(self):
        server = self.serve_postgres()
        self.assertEqual(server.predict().status, 200)
        wait_until(lambda: self.count() == 1, "the first row")
        with self.postgres.frozen():
            for _ in range(100):
                self.assertEqual(server.predict().status, 200)
            wait_until(lambda: "has not answered for" in self.log_state(server).get("problem", ""), "a word of the silence")
            refused = server.ask("GET", "/logs")
            self.assertEqual((refused.status, refused.json()["type"]), (503, "urn:diamond:problem:database-unavailable"))
            self.assertEqual(server.stop(), 0)
        self.serve_postgres()
        wait_until(lambda: self.count() == 101, "all rows to arrive")

    def disconnect_all(self):
        self.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'traffic' AND pid <> pg_backend_pid()", database="postgres")

    @contextlib.contextmanager
    def set_for_all(self, setting, undone):
        self.postgres.sql(f"ALTER DATABASE traffic {setting}", database="postgres")
        self.disconnect_all()
        try:
            yield
        finally:
            self.postgres.sql(f"ALTER DATABASE traffic {undone}", database="postgres")

    @contextlib.contextmanager
    def locked_table(self):
        with self.postgres.session() as session:
            session.stdin.write("BEGIN; LOCK TABLE exchanges;\n")
            session.stdin.flush()
            wait_until(lambda: self.postgres.sql("SELECT 1 FROM pg_locks WHERE relation = 'exchanges'::regclass AND mode = 'AccessExclusiveLock' AND granted"), "the lock")
            yield

    @contextlib.contextmanager
    def emptied(self):
        """As it is after a backup from before the first row."""
        self.postgres.sql("DROP SCHEMA public CASCADE")
        try:
            yield
        finally:
            self.postgres.sql("CREATE SCHEMA public")

    def test_whatever_is_wrong_with_the_database_predictions_go_on_and_arrive_later(self):
        server = self.serve_postgres()
        arrived = 0
        for name, trouble in (("no connection", self.set_for_all("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true")),
                              ("read only", self.set_for_all("SET default_transaction_read_only = on", "RESET default_transaction_read_only")),
                              ("a locked table", self.locked_table())):
            with self.subTest(name):
                with trouble:
                    for _ in range(10):
                        self.assertEqual(server.predict().status, 200)
                    arrived += 10
                    wait_until(lambda: "problem" in self.log_state(server), "the trouble to be told")
                    self.assertEqual(self.log_state(server)["waiting"], 10)
                self.disconnect_all()  # what was set holds for new connections
                self.wait_until_all_is_well(server)
                self.assertEqual(self.count(), arrived)
        with self.emptied():
            for _ in range(10):
                self.assertEqual(server.predict().status, 200)
        wait_until(lambda: self.postgres.sql("SELECT to_regclass('exchanges')") != [[""]] and self.count() == 10, "the rows since then to arrive")

    def test_a_server_starts_while_the_database_that_it_knows_is_frozen(self):
        self.serve_postgres().stop()
        with self.postgres.frozen():
            server = self.serve_postgres()
            self.assertEqual(server.predict().status, 200)
        self.wait_until_all_is_well(server)
        self.assertEqual(self.count(), 1)

    def test_what_the_url_says_stands_before_what_the_server_adds(self):
        names = ("?me@shop", "me@shop")
        for name, given in zip(names, ("%3Fme@shop", "me@shop")):
            server = self.serve("--database", f"{self.postgres.url}&application_name={given}", "--outbox", self.folder / "outbox.db")
            self.assertEqual(self.postgres.sql("SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = 'traffic' AND pid <> pg_backend_pid()"), [[name]])
            server.stop()

    def test_a_row_that_the_database_never_takes_is_set_aside_and_the_rest_flows_on(self):
        server = self.serve_postgres()
        self.postgres.sql("ALTER TABLE exchanges ADD CHECK (request_id <> 'unfit')")
        with self.postgres.frozen():
            for i in range(21):
                self.assertEqual(server.ask("POST", "/predict", STONE, headers={"X-Request-Id": "unfit" if i == 5 else f"fit-{i}"}).status, 200)
        wait_until(lambda: self.count() == 20, "the others to arrive")
        (reason, request), = self.postgres.sql("SELECT reason, exchange::json->>'request' FROM rejected WHERE exchange::json->>'request_id' = 'unfit'")
        self.assertIn("violates check constraint", reason)
        self.assertEqual(json.loads(request), STONE)
        self.assertEqual(self.log_state(server)["rejected"], 1)
        self.assertIn("request_id=unfit", server.log())

    def test_numbers_with_more_digits_than_jsonb_has_arrive_as_the_numbers_that_they_are(self):
        server = self.serve_postgres()
        for carat in ("1." + "0" * 20000 + "1", "1" + "0" * 200000 + "e-200000", "1e-20000"):
            body = json.dumps({**STONE, "carat": 0}).replace('"carat": 0', f'"carat": {carat}')
            server.ask("POST", "/predict", body, headers={"Content-Type": "application/json"})
        wait_until(lambda: self.count() == 3, "all to arrive")
        carats = [row[0] for row in self.postgres.sql("SELECT request->>'carat' FROM exchanges ORDER BY id")]
        self.assertEqual([float(carat) for carat in carats], [1, 1, 0])
        self.assertEqual(self.log_state(server)["rejected"], 0)

    def test_a_full_outbox_refuses_or_drops_as_chosen(self):
        for choice in ("refuse", "drop"):
            with self.subTest(choice):
                self.postgres.sql("DROP SCHEMA public CASCADE")
                self.postgres.sql("CREATE SCHEMA public")
                server = self.serve_postgres("--outbox-limit", "1MB", "--when-full", choice, outbox=f"{choice}.db")
                with self.postgres.frozen():
                    statuses = [server.predict(note="x" * 10000).status for _ in range(200)]
                    kept = statuses.count(200)
                    if choice == "refuse":
                        self.assertEqual(set(statuses), {200, 503})
                        refused = server.predict(note="x" * 10000)
                        self.assertEqual((refused.status, refused.headers["Content-Type"]), (503, "application/problem+json"))
                        self.assertIn("no room", refused.json()["detail"])
                        ready = server.ask("GET", "/readyz")
                        self.assertEqual((ready.status, ready.json()["type"]), (503, "urn:diamond:problem:not-recording"))
                    else:
                        self.assertEqual(set(statuses), {200})
                        kept -= self.log_state(server)["dropped"]
                        self.assertLess(kept, 200)
                        self.assertIn("NOT recorded", server.log())
                self.wait_until_all_is_well(server)
                self.assertEqual(self.count(), kept)
                self.assertEqual(server.predict().status, 200)
                wait_until(lambda: self.count() == kept + 1, "one more")

    def test_a_second_server_on_the_same_outbox_is_refused_by_name(self):
        first = self.serve_postgres()
        said = self.start_badly(self.postgres.url)
        self.assertIn("another server has this outbox", said)
        self.assertIn(f"process {first.process.pid} (diamond-serve)", said)
        self.assertIn("give each server an --outbox of its own", said)

    def test_a_full_disk_is_503_with_the_reason_and_recovers(self):
        server = self.serve_postgres()
        self.assertEqual(server.predict().status, 200)
        size = max(path.stat().st_size for path in self.folder.glob("outbox.db*"))
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        with self.postgres.frozen():
            answers = [server.predict(note="x" * 10000) for _ in range(100)]
            refused = [answer for answer in answers if answer.status != 200]
            self.assertEqual({answer.status for answer in refused}, {503})
            self.assertIn("cannot be recorded", refused[0].json()["detail"])
            ready = server.ask("GET", "/readyz")
            self.assertEqual((ready.status, ready.json()["type"]), (503, "urn:diamond:problem:not-recording"))
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            self.assertEqual(server.predict().status, 200)
        self.assertEqual(server.log().count("exchanges cannot be recorded"), 1)
        self.assertIn("exchanges are recorded again", server.log())
        self.wait_until_all_is_well(server)
        self.assertEqual(self.count(), 2 + len(answers) - len(refused))

    def test_a_newer_schema_is_refused(self):
        self.serve_postgres().stop()
        self.postgres.sql("INSERT INTO schema_migrations VALUES (99, now())")
        self.assertIn("newer schema 99", self.start_badly(self.postgres.url))


if __name__ == "__main__":
    unittest.main(verbosity=2)
