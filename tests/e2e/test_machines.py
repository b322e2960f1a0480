"""What machines ask of a server: metrics, and the alerts and the dashboard made of them."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import PATIENCE, ROOT, STONE, Case

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
        read_metrics(self.server)
        before = set(read_metrics(self.server))
        for i in range(50):
            self.server.ask("GET", f"/nothing/{i}")
            self.server.ask(f"BREW{i}", "/tea")
            self.server.ask("GET", "/nothing", headers={"X-Request-Id": f"id-{i}", "Host": f"host-{i}"})
        new = set(read_metrics(self.server)) - before
        self.assertLessEqual(new, {'diamond_http_requests_total{endpoint="none",status="501"}'})

    def test_prometheus_reads_them_without_a_key(self):
        program = ["keys", "add", "shop", "--role", "predict", "--api-keys", self.folder / "keys.json"]
        subprocess.run([self.server.process.args[0], *map(str, program)], check=True, capture_output=True)
        guarded = self.serve("--database", f"sqlite:{self.folder}/guarded.db", "--api-keys", self.folder / "keys.json")
        self.assertEqual(guarded.predict().status, 401)
        self.assertEqual(read_metrics(guarded)['diamond_http_requests_total{endpoint="predict",status="401"}'], 1)
        self.assertEqual(guarded.ask("GET", "/logs").status, 401)

    def test_they_are_not_in_the_log(self):
        read_metrics(self.server)
        self.assertEqual(self.server.ask("GET", "/logs?endpoint=all").json(), [])


class Deploy(Case):
    """deploy/prometheus and deploy/grafana."""

    def setUp(self):
        super().setUp()
        self.train_small()
        server = self.serve_sqlite()
        server.predict()
        server.predict(carat=-1)
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
