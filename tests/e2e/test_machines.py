"""What machines ask of a server: metrics, with the alerts and the dashboard made of them; traces, the access log, and what spares the
network."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import BIN, PATIENCE, ROOT, STONE, Case, PostgresCase, train, wait_until

PROMTOOL = shutil.which("promtool") or "/usr/bin/promtool"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARD = ROOT / "deploy/grafana/diamond.json"


def promtool(*arguments, text=None):
    """What it says; it has to be content."""
    done = subprocess.run([PROMTOOL, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"promtool {arguments}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def read_metrics(server):
    """{'name{labels}': value}, of a page that promtool approves of."""
    answer = server.ask("GET", "/metrics")
    assert answer.status == 200, answer.body
    text = answer.body.decode()
    promtool("check", "metrics", text=text)
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.M)}


def wait_for_drift(server, figure):
    """The log is read for whoever looks at the page, and the page waits for nothing."""
    wait_until(lambda: f"\ndiamond_drift_{figure}" in server.ask("GET", "/metrics").body.decode(), f"diamond_drift_{figure}")


def names_in(expression):
    return set(re.findall(r"\b(diamond_\w+)", expression))


class Metrics(Case):
    def setUp(self):
        super().setUp()
        self.model = self.train_small()["id"]
        self.server = self.serve_sqlite()

    def requests(self, endpoint, status):
        return read_metrics(self.server).get(f'diamond_http_requests_total{{endpoint="{endpoint}",status="{status}"}}', 0)

    def test_each_answer_is_counted(self):
        self.assertEqual(self.server.predict().status, 200)
        self.assertEqual(self.server.predict(carat=-1).status, 422)
        for method, path, status, endpoint in (
                ("GET", "/logs", 200, "logs"), ("GET", "/models/none", 404, "models"), ("GET", "/predict", 405, "predict"),
                ("GET", "/readyz", 200, "readyz"), ("GET", "/docs", 200, "web"), ("HEAD", "/livez", 200, "livez"),
                ("GET", "/nothing", 404, "none"), ("GET", "/" + "a" * 9000, 414, "none"), ("BREW", "/tea", 501, "none")):
            self.assertEqual(self.server.ask(method, path).status, status, path)
            self.assertGreaterEqual(self.requests(endpoint, status), 1, path)
        self.assertEqual(self.requests("predict", 200), 1)
        self.assertEqual(self.requests("predict", 422), 1)
        figures = read_metrics(self.server)
        self.assertEqual(figures[f'diamond_predictions_total{{model="{self.model}"}}'], 1)
        self.assertEqual(figures['diamond_http_request_duration_seconds_count{endpoint="predict"}'], 3)

    def test_whatever_is_asked_for_the_page_does_not_grow(self):
        self.server.ask("GET", "/nothing")
        wait_for_drift(self.server, "requests")
        before = set(read_metrics(self.server))
        for i in range(50):
            self.server.ask("GET", f"/nothing/{i}")
            self.server.ask(f"BREW{i}", "/tea")
            self.server.ask("GET", "/nothing", headers={"X-Request-Id": f"id-{i}", "Host": f"host-{i}"})
        new = set(read_metrics(self.server)) - before
        self.assertLessEqual(new, {'diamond_http_requests_total{endpoint="none",status="501"}'})

    def test_prometheus_reads_them_without_a_key(self):
        program = ["keys", "add", "shop", "--role", "predict", "--api-keys", self.folder / "keys.json"]
        subprocess.run([BIN / "diamond-serve", *map(str, program)], check=True, capture_output=True)
        guarded = self.serve("--database", f"sqlite:{self.folder}/guarded.db", "--api-keys", self.folder / "keys.json")
        self.assertEqual(guarded.predict().status, 401)
        self.assertEqual(read_metrics(guarded)['diamond_http_requests_total{endpoint="predict",status="401"}'], 1)
        self.assertEqual(guarded.ask("GET", "/logs").status, 401)

    def test_they_tell_what_drift_tells(self):
        for i in range(200):
            self.server.predict(carat=0.3 + i / 100, table=None)
        wait_for_drift(self.server, "psi")
        figures = read_metrics(self.server)
        told = self.server.ask("GET", "/drift").json()
        self.assertEqual(figures["diamond_drift_requests"], told["requests"])
        for field in told["fields"]:
            label = f'{{field="{field["field"]}"}}'
            if field["level"] == "unknown":
                self.assertNotIn("diamond_drift_psi" + label, figures)
                continue
            self.assertAlmostEqual(figures["diamond_drift_psi" + label], field["psi"], 4)
            self.assertAlmostEqual(figures["diamond_drift_outside_share" + label], field["outside"], 4)
        self.assertNotIn('diamond_drift_psi{field="table"}', figures)

    def test_they_are_not_in_the_log(self):
        read_metrics(self.server)
        self.assertEqual(self.server.ask("GET", "/logs?endpoint=all").json(), [])


TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{TRACE}-{PARENT}-01"}


class Tracing(PostgresCase):
    def entries(self, server, query):
        """None while PostgreSQL's schema is made or brought up to date: it answers 503."""
        answer = server.ask("GET", f"/logs?{query}")
        self.assertIn(answer.status, (200, 503), answer.body)
        return answer.json() if answer.status == 200 else []

    def test_what_was_asked_is_found_by_its_trace_in_both_databases(self):
        self.train_small()
        for server in (self.serve_sqlite(), self.serve_postgres()):
            server.predict()
            for name, method, path, body in (("first", "POST", "/predict", STONE), ("second", "GET", "/models", None)):
                server.ask(method, path, body, headers={**TRACEPARENT, "X-Request-Id": name})
            server.ask("GET", "/models", headers={"traceparent": f"00-{TRACE}-{'0' * 16}-01"})  # not valid

            def found(query):
                return [(e["request_id"], e["trace_id"]) for e in self.entries(server, query)]

            with self.subTest(server.process.args):
                wait_until(lambda: len(found(f"trace_id={TRACE}")) == 2, "the log")
                self.assertEqual(found(f"trace_id={TRACE}"), [("second", TRACE), ("first", TRACE)])
                self.assertEqual(found(f"trace_id={TRACE}&endpoint=predict"), [("first", TRACE)])
                self.assertEqual(found(f"trace_id={'1' * 32}"), [])
                self.assertEqual(server.ask("GET", "/logs?trace_id=x").status, 422)

    def test_a_log_of_the_schema_before_gets_the_column(self):
        self.train_small()
        self.serve_postgres().stop()
        self.postgres.sql("ALTER TABLE exchanges DROP COLUMN trace_id")
        self.postgres.sql("DELETE FROM schema_migrations WHERE version = 5")
        server = self.serve_postgres()
        server.ask("POST", "/predict", STONE, headers=TRACEPARENT)
        entries = wait_until(lambda: self.entries(server, f"trace_id={TRACE}"), "the entry")
        self.assertEqual(entries[0]["endpoint"], "predict")


class AccessLog(Case):
    def setUp(self):
        super().setUp()
        self.train_small()
        self.file = self.folder / "access.log"

    def lines(self, count):
        wait_until(lambda: self.file.exists() and self.file.read_text().count("\n") >= count, f"{count} lines")
        return self.file.read_text().splitlines()

    def test_each_answer_is_a_line(self):
        server = self.serve_sqlite("--access-log", self.file, "--log-client", "full")
        server.ask("POST", "/predict", STONE, headers={**TRACEPARENT, "X-Request-Id": "price"})
        server.ask("GET", "/logs?limit=1", headers={"X-Request-Id": "log"})
        server.ask("GET", "/nothing", headers={"X-Request-Id": "none"})
        server.ask("BREW", "/tea", headers={"X-Request-Id": "tea"})
        server.ask("HEAD", "/livez", headers={"X-Request-Id": "alive"})
        words = [line.split(" ") for line in self.lines(5)]
        self.assertEqual([(w[1], w[2], w[3], w[5], w[6], w[7]) for w in words], [
            ("POST", "/predict", "200", "price", TRACE, "127.0.0.1"), ("GET", "/logs", "200", "log", "-", "127.0.0.1"),
            ("GET", "/nothing", "404", "none", "-", "127.0.0.1"), ("BREW", "/tea", "501", "tea", "-", "127.0.0.1"),
            ("HEAD", "/livez", "200", "alive", "-", "127.0.0.1")])
        for line in words:
            self.assertEqual(len(line), 8)
            self.assertGreaterEqual(float(line[4]), 0)

    def test_lines_are_json_where_the_log_is(self):
        config = self.folder / "api.json"
        config.write_text(json.dumps({"access_log": str(self.file), "log_format": "json"}))
        with subprocess.Popen([BIN / "diamond-serve", "--config", config, "--host", f"unix:{self.folder}/s", "--models-dir", self.models,
                               "--database", "none"], stderr=subprocess.PIPE) as process:
            client = wait_until(lambda: connected(f"{self.folder}/s"), "the server")
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: one\r\nConnection: close\r\n\r\n")
            line = json.loads(self.lines(1)[0])
            client.close()
            process.terminate()
            process.communicate()
        self.assertEqual(list(line), ["time", "method", "path", "status", "duration_ms", "request_id", "trace_id", "client"])
        self.assertEqual((line["method"], line["path"], line["status"], line["request_id"], line["trace_id"], line["client"]),
                         ("GET", "/livez", 200, "one", None, None))

    def test_a_log_that_nobody_takes_holds_nobody_up(self):
        os.mkfifo(self.file)
        reader = os.open(self.file, os.O_RDONLY | os.O_NONBLOCK)  # it reads nothing
        self.addCleanup(os.close, reader)
        server = self.serve_sqlite("--access-log", self.file)
        connection = server.connect()
        self.addCleanup(connection.close)
        path = "/" + "a" * 900
        for _ in range(6000):  # more than the pipe and the server's memory for it hold
            self.assertEqual(server.ask("GET", path, connection=connection).status, 404)
        wait_until(lambda: "lines of the access log are lost" in server.log(), "the server to say so")
        self.assertEqual(server.stop(), 0)

    def test_a_file_that_cannot_be_written_ends_the_server_at_its_start(self):
        done = subprocess.run([BIN / "diamond-serve", "--port", "0", "--models-dir", self.models, "--database", "none", "--access-log", self.folder / "none/access.log"],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("none/access.log: cannot be written", done.stderr)


class Caching(Case):
    """Entity tags: a client that has an answer is not sent it again."""

    def setUp(self):
        super().setUp()
        self.model = self.train_small()["id"]
        self.server = self.serve_sqlite()

    def ask(self, path, method="GET", **headers):
        return self.server.ask(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def test_what_the_client_has_is_not_sent_again(self):
        for path in ("/openapi.json", "/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/favicon.png", f"/models/{self.model}", "/models/champion", "/models"):
            with self.subTest(path):
                first = self.ask(path)
                self.assertEqual(first.status, 200)
                self.assertIn("no-cache", first.headers["Cache-Control"])
                for method in ("GET", "HEAD"):
                    again = self.ask(path, method, If_None_Match=f'"other", {first.headers["ETag"]}')
                    self.assertEqual((again.status, again.body), (304, b""))
                    self.assertIsNone(again.headers["Content-Length"])
                    for name in ("ETag", "Cache-Control"):
                        self.assertEqual(again.headers[name], first.headers[name])
                self.assertEqual(self.ask(path, If_None_Match='"other"').body, first.body)

    def test_a_connection_goes_on_after_a_304(self):
        connection = self.server.connect()
        self.addCleanup(connection.close)
        tag = self.server.ask("GET", "/openapi.json", connection=connection).headers["ETag"]
        for status, headers in ((304, {"If-None-Match": tag}), (200, {}), (304, {"If-None-Match": "*"}), (200, {"If-None-Match": "W/"})):
            self.assertEqual(self.server.ask("GET", "/openapi.json", headers=headers, connection=connection).status, status)

    def test_a_model_that_is_not_the_champion_any_more_is_another_answer(self):
        tag = self.ask(f"/models/{self.model}").headers["ETag"]
        other = json.loads(train("--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--seed", 8, "--no-report", "--json").stdout)[0]["id"]
        train("promote", other, "--no-report", "--models-dir", self.models)
        answer = self.ask(f"/models/{self.model}", If_None_Match=tag)
        self.assertEqual((answer.status, answer.json()["champion"]), (200, False))
        self.assertEqual(self.ask(f"/models/{other}", If_None_Match=tag).status, 200)
        train("promote", self.model, "--no-report", "--models-dir", self.models)
        self.assertEqual(self.ask(f"/models/{self.model}", If_None_Match=tag).status, 304)

    def test_a_model_that_is_not_there_is_not_had(self):
        self.assertEqual(self.ask("/models/none", If_None_Match="*").status, 404)

    def test_head_answers_as_get_does_without_the_body(self):
        for path in ("/openapi.json", "/docs", f"/models/{self.model}", "/livez", "/metrics", "/nothing"):
            get, head = self.ask(path, X_Request_Id="same"), self.ask(path, "HEAD", X_Request_Id="same")
            self.assertEqual((head.status, head.body), (get.status, b""))
            ours, theirs = dict(head.headers), dict(get.headers)
            if path == "/metrics":
                ours.pop("Content-Length"), theirs.pop("Content-Length")
            self.assertEqual(ours, theirs, path)


class Compression(Case):
    def setUp(self):
        super().setUp()
        self.train_small()
        self.server = self.serve_sqlite()

    def check_compressed(self, method, path, body=None):
        """In both forms the same."""
        plain = self.server.ask(method, path, body)
        packed = self.server.ask(method, path, body, headers={"Accept-Encoding": "gzip"})
        self.assertEqual((packed.status, packed.headers["Content-Encoding"]), (plain.status, "gzip"), path)
        self.assertIsNone(plain.headers["Content-Encoding"])
        self.assertEqual(int(packed.headers["Content-Length"]), len(packed.body))
        self.assertLess(len(packed.body), len(plain.body) / 2)
        for answer in (plain, packed):
            self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
        return plain, gzip.decompress(packed.body)

    def test_large_answers_are_compressed_for_those_who_take_it(self):
        for path in ("/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/openapi.json"):
            plain, expanded = self.check_compressed("GET", path)
            self.assertEqual(expanded, plain.body)
        plain, expanded = self.check_compressed("POST", "/samples", {"cut": "Ideal", "color": "E", "clarity": "VS2", "weight": 1.0, "n_samples": 1000})
        self.assertEqual(expanded, plain.body)
        for _ in range(30):
            self.server.predict()
        plain, expanded = self.check_compressed("GET", "/logs?endpoint=predict")
        self.assertEqual(json.loads(expanded), plain.json())
        self.check_compressed("GET", "/metrics")

    def test_the_log_holds_what_was_answered_not_how_it_was_packed(self):
        self.server.ask("POST", "/samples", {"cut": "Ideal", "color": "E", "clarity": "VS2", "weight": 1.0, "n_samples": 1000}, headers={"Accept-Encoding": "gzip"})
        entry = self.server.ask("GET", "/logs?endpoint=samples").json()[0]
        self.assertGreater(len(entry["response"]), 10)

    def test_a_price_is_not_compressed(self):
        answer = self.server.ask("POST", "/predict", STONE, headers={"Accept-Encoding": "gzip"})
        self.assertIsNone(answer.headers["Content-Encoding"])
        self.assertIsNone(answer.headers["Vary"])

    def test_tags_and_head_are_those_of_the_form_that_is_sent(self):
        for taken in ("gzip", "identity"):
            headers = {"Accept-Encoding": taken, "X-Request-Id": "same"}
            get = self.server.ask("GET", "/openapi.json", headers=headers)
            head = self.server.ask("HEAD", "/openapi.json", headers=headers)
            self.assertEqual(dict(head.headers), dict(get.headers))
            self.assertEqual(get.headers["ETag"].startswith("W/"), taken == "gzip")
            for other in ("gzip", "identity"):
                again = self.server.ask("GET", "/openapi.json", headers={"Accept-Encoding": other, "If-None-Match": get.headers["ETag"]})
                self.assertEqual((again.status, again.headers["Vary"]), (304, "Accept-Encoding"))
                self.assertEqual(again.headers["ETag"].startswith("W/"), other == "gzip")
                self.assertIsNone(again.headers["Content-Encoding"])


def connected(path):
    client = socket.socket(socket.AF_UNIX)
    try:
        client.connect(path)
        return client
    except OSError:
        client.close()
        return None


class Deploy(Case):
    """deploy/prometheus and deploy/grafana."""

    def setUp(self):
        super().setUp()
        self.train_small()
        server = self.serve_sqlite()
        for _ in range(200):
            server.predict()
        server.predict(carat=-1)
        wait_for_drift(server, "psi")
        figures = read_metrics(server)
        self.known = {re.match(r"\w+", name).group() for name in figures}

    def expressions_of_the_dashboard(self):
        return [target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]]

    def test_prometheus_takes_the_files(self):
        self.assertIn("1 rule files found", promtool("check", "config", ROOT / "deploy/prometheus/prometheus.yml"))

    def test_the_alerts_wake_whom_they_should(self):
        self.assertIn("SUCCESS", promtool("test", "rules", ROOT / "tests/e2e/alerts_test.yml"))

    def test_alerts_and_dashboard_speak_of_figures_that_there_are(self):
        alerts = "\n".join(line for line in ALERTS.read_text().splitlines() if not line.lstrip().startswith(("#", "- name")))
        for expression in [alerts, *self.expressions_of_the_dashboard()]:
            self.assertLessEqual(names_in(expression), self.known, expression)

    def test_prometheus_understands_the_dashboard(self):
        """As rules, so that promtool reads them; Grafana fills in the variables."""
        expressions = self.expressions_of_the_dashboard()
        self.assertGreater(len(expressions), 10)
        rules = [{"record": f"diamond:dashboard:{i}", "expr": expression.replace("$__rate_interval", "5m").replace("$instance", ".*")}
                 for i, expression in enumerate(expressions)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml", dir=self.folder) as file:  # JSON is YAML
            json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            self.assertIn(f"SUCCESS: {len(rules)} rules found", promtool("check", "rules", file.name))

    def test_the_dashboards_panels_have_places_of_their_own(self):
        panels = json.loads(DASHBOARD.read_text())["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = set()
        for place in (panel["gridPos"] for panel in panels):
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken)
            self.assertLessEqual(place["x"] + place["w"], 24)
            taken |= cells


if __name__ == "__main__":
    unittest.main(verbosity=2)
