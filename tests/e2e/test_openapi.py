"""/openapi.json is complete and true: what stands in it is what the server does, and what the server does stands in it."""

import collections
import contextlib
import csv
import gzip
import io
import json
import os
import random
import resource
import socket
import subprocess
import unittest
import urllib.parse
from http.client import HTTPResponse

from harness import BIN, DIAMONDS, ROOT, STONE, Answer, Case, train, write_diamonds
from openapi import FILE, Document, closed, errors_of, is_valid
from request_generator import RequestGenerator

WEB = ROOT / "tests/web"
REQUESTS = 5000
SEED = 20261126
FILLED = {"id": "champion", "name": "diamond", "version": "champion"}  # what places of an address are filled with


class Text(unittest.TestCase):
    """What can be said of the description without a server."""

    def setUp(self):
        self.document = Document()

    def test_the_linter_has_nothing_to_say(self):
        environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
        done = subprocess.run(["node", WEB / "node_modules/@redocly/cli/bin/cli.js", "lint", FILE, "--config", WEB / "redocly.yaml", "--format", "json"],
                              env=environment, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(json.loads(done.stdout)["totals"], {"errors": 0, "warnings": 0, "ignored": 0}, done.stdout)

    def test_every_example_is_of_its_schema(self):
        examples = 0
        for place, node in self.document.nodes():
            if "example" in node and "schema" in node:
                self.assertEqual(errors_of(closed(node["schema"]), node["example"]), [], place)
                examples += 1
            for example in node.get("examples", []) if "type" in node else []:
                self.assertEqual(errors_of(closed(node), example), [], place)
                examples += 1
            if "default" in node and "type" in node:
                self.assertEqual(errors_of(node, node["default"]), [], place)
        self.assertGreater(examples, 100)

    def test_every_operation_field_and_parameter_is_explained(self):
        for operation in self.document.operations:
            described = operation.described
            self.assertTrue(described["summary"] and described["tags"] and "security" in described, operation.name)
            self.assertIn("default", operation.responses, f"{operation.name}: what any request may be answered with")
            self.assertTrue({"X-Request-Id", "traceparent"} <= {parameter["name"] for parameter in operation.parameters}, operation.name)
            for parameter in operation.parameters:
                self.assertTrue(parameter["description"], f"{operation.name}: {parameter['name']}")
            for status, response in operation.responses.items():
                self.assertTrue(response["description"], f"{operation.name}: {status}")
        for place, node in self.document.nodes():
            if place.endswith("/contains"):
                continue  # a rule, and no field
            for name, rule in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
                self.assertTrue(rule.get("description"), f"{place}: {name}")
            for name, rule in node.get("headers", {}).items():
                self.assertTrue(rule.get("description"), f"{place}: {name}")

    def test_bodies_and_answers_have_examples(self):
        for operation in self.document.operations:
            if operation.path in ("/", "/docs", "/openapi.json"):
                continue  # they are their own
            for media_type, content in operation.bodies.items():
                self.assertIn("example", content, f"{operation.name}: {media_type}")
            for status, response in operation.responses.items():
                for media_type, content in response.get("content", {}).items():
                    self.assertIn("example", content, f"{operation.name}: {status} {media_type}")


class ServerCase(Case):
    def setUp(self):
        super().setUp()
        self.document = Document()

    def train(self):
        """Two models; the second one is the champion."""
        old, = json.loads(train("--data", write_diamonds(self.folder / "some.csv", 5000), "--models-dir", self.models, "--model", "linear", "--json").stdout)
        new, = json.loads(train("--data", DIAMONDS, "--models-dir", self.models, "--model", "linear", "--json").stdout)
        train("promote", new["id"], "--models-dir", self.models)
        return old["id"], new["id"]

    def example_requests(self, operation, **filled):
        """Target, body and headers: the address with all examples of its query together, once for each kind of body."""
        target = operation.path
        for parameter in operation.parameters_in("path"):
            target = target.replace("{" + parameter["name"] + "}", {**FILLED, **filled}[parameter["name"]])
        query = {parameter["name"]: written(parameter["example"]) for parameter in operation.parameters_in("query") if "example" in parameter}
        target += "?" + urllib.parse.urlencode(query) if query else ""
        if not operation.bodies:
            yield target, None, {}
        for media_type, content in operation.bodies.items():
            example = content["example"]
            yield target, example if isinstance(example, str) else json.dumps(example), {"Content-Type": media_type}

    def ask_all(self, server, headers=None, **filled):
        """The statuses with which each operation answers its examples; each answer is as described."""
        statuses = collections.defaultdict(set)
        for operation in self.document.operations:
            for target, body, own in self.example_requests(operation, **filled):
                answer = server.ask(operation.method, target, body, {**own, **(headers or {})})
                self.assertEqual(operation.faults_of(answer), [], f"{operation.method} {target}: {answer.status} {answer.body[:500]}")
                statuses[operation.name].add(answer.status)
        return statuses

    def described_with(self, status):
        return {operation.name for operation in self.document.operations if status in operation.statuses()}


def written(value):
    return value if isinstance(value, str) else json.dumps(value)


def those_with(status, *answers):
    return {name for one in answers for name, statuses in one.items() if status in statuses}


class Answers(ServerCase):
    def test_it_is_what_the_server_serves_and_of_the_servers_version(self):
        server = self.serve_sqlite()
        served = server.ask("GET", "/openapi.json")
        self.assertEqual(served.body.decode(), self.document.text)
        self.assertEqual(served.json()["info"]["version"], server.ask("GET", "/livez").json()["version"])

    def test_every_example_is_answered_and_the_answer_is_as_described(self):
        self.train()
        server = self.serve_sqlite()
        server.predict()
        statuses = self.ask_all(server)
        self.assertEqual(those_with(200, statuses), {operation.name for operation in self.document.operations})
        self.assertEqual({status for one in statuses.values() for status in one}, {200})
        for operation in self.document.operations:
            if operation.method != "GET":
                continue
            (target, _, _), = self.example_requests(operation)
            for parameter in operation.parameters_in("query"):
                for example in parameter["schema"].get("examples", []):
                    answer = server.ask("GET", target.split("?")[0] + "?" + urllib.parse.urlencode({parameter["name"]: written(example)}))
                    self.assertEqual((answer.status, operation.faults_of(answer)), (200, []), f"{operation.name}: {parameter['name']}")
            head = server.ask("HEAD", target)
            self.assertEqual((head.status, head.body), (200, b""))

    def test_models_of_every_kind_and_what_they_answer_are_as_described(self):
        data = self.folder / "data"
        data.mkdir()
        for name, skip in (("a.csv", 0), ("b.csv", 20_000)):
            write_diamonds(data / name, 600, skip)
        small = {"kind": "xgboost", "params": {"n_estimators": 5}}
        config = self.folder / "config.json"
        config.write_text(json.dumps({"dataset_path": str(data), "datasets": "merged", "metrics": ["mae"], "models": [
            {"kind": "linear", "target": "price"},
            {**small, "target": "sqrt", "tuning": {"trials": 2, "search_space": {"max_depth": {"type": "int", "min": 2, "max": 4}}}},
            {"kind": "gaussian_process", "target": "log_per_carat"},
            {"kind": "blend", "params": {"members": [small, {"kind": "linear"}]}}]}))
        train("--config", config, "--models-dir", self.models)
        train("--data", write_diamonds(self.folder / "few.csv", 60), "--models-dir", self.models, "--model", "linear")  # too few for intervals
        server = self.serve_sqlite()
        models = server.ask("GET", "/models").json()
        self.assertEqual({model["kind"] for model in models}, {"linear", "xgboost", "gaussian_process", "blend"})
        self.assertEqual({bool(model["interval"]) for model in models}, {True, False})
        asked = {operation.name: operation for operation in self.document.operations}
        for model in models:
            for name, target, body in (("model", f"/models/{model['id']}", None), ("predict", f"/predict?explain=true&model={model['id']}", STONE),
                                       ("predictBatch", f"/predict/batch?model={model['id']}", {"diamonds": [STONE, {}, 7]}),
                                       ("model_metadata_of_version", f"/v2/models/diamond/versions/{model['id']}", None)):
                answer = server.ask(asked[name].method, target, body)
                self.assertEqual((answer.status, asked[name].faults_of(answer)), (200, []), f"{target}: {answer.body[:2000]}")

    def test_large_answers_come_compressed_where_that_is_described(self):
        self.train()
        server = self.serve_sqlite()
        compressed = 0
        for operation in self.document.operations:
            for target, body, headers in self.example_requests(operation):
                answer = server.ask(operation.method, target, body, {**headers, "Accept-Encoding": "gzip"})
                if answer.headers["Content-Encoding"]:
                    compressed += 1
                    answer.body = gzip.decompress(answer.body)
                self.assertEqual(operation.faults_of(answer), [], operation.name)
        self.assertGreater(compressed, 0)

    def test_what_is_kept_is_304(self):
        self.train()
        server = self.serve_sqlite()
        self.assertEqual(those_with(304, self.ask_all(server, {"If-None-Match": "*"})), self.described_with(304))

    def test_keys_open_and_shut_what_is_described(self):
        self.train()
        file = self.folder / "keys.json"
        keys = {}
        for name, role, more in (("shop", "predict", []), ("reader", "read-logs", []), ("boss", "admin", []), ("slow", "admin", ["--rate", "0.001", "--burst", "1"])):
            keys[name] = subprocess.run([BIN / "diamond-serve", "keys", "add", name, "--role", role, *more, "--api-keys", file], capture_output=True, text=True,
                                        check=True, timeout=30).stdout.strip()
        server = self.serve_sqlite("--api-keys", file)
        self.assertEqual(those_with(401, self.ask_all(server)), self.described_with(401))
        self.assertEqual(those_with(401, self.ask_all(server, {"X-API-Key": "guess"})), self.described_with(401))
        self.assertEqual(those_with(403, *(self.ask_all(server, {"X-API-Key": keys[name]}) for name in ("shop", "reader"))), self.described_with(403))
        self.assertEqual(those_with(403, self.ask_all(server, {"Authorization": "Bearer " + keys["boss"]})), set())
        server.ask("GET", "/models", headers={"X-API-Key": keys["slow"]})
        self.assertEqual(those_with(429, self.ask_all(server, {"X-API-Key": keys["slow"]})), self.described_with(429))
        secured = {operation.name for operation in self.document.operations if operation.described["security"]}
        self.assertEqual(secured, self.described_with(401) | {"readyz"})

    def test_what_cannot_be_answered_now_is_503_where_that_is_described(self):
        none = self.ask_all(self.serve("--database", "none"))
        old, _ = self.train()
        (self.models / old / "model.json").write_text("{}")
        damaged = self.ask_all(self.serve("--database", "none"), version=old)
        server = self.serve_sqlite()
        server.predict()
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        full = self.ask_all(server)
        self.assertEqual(those_with(503, none, damaged, full), self.described_with(503))

    def test_what_the_door_refuses_is_described(self):
        self.train()
        server = self.serve_sqlite("--request-timeout", "0.2")
        for operation in self.document.operations:
            target, _, _ = next(self.example_requests(operation))
            answer = server.ask("BREW", target)
            self.assertEqual((answer.status, operation.faults_of(answer)), (501, []), operation.name)
            answer = self.answer_to_half_a_request(server, f"{operation.method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
            self.assertEqual((answer.status, operation.faults_of(answer)), (408, []), operation.name)

    def answer_to_half_a_request(self, server, text):
        with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
            connection.sendall(text.encode())
            response = HTTPResponse(connection)
            response.begin()
            return Answer(response, response.read())

    def test_web_pages_that_may_ask_are_told_so_as_described(self):
        self.train()
        server = self.serve_sqlite("--cors-origin", "https://shop.example")
        answer = server.ask("OPTIONS", "/predict", headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"})
        self.assertEqual(answer.status, 204)
        for parameter in ("X-Request-Id", "traceparent", "If-None-Match"):
            self.assertIn(parameter, answer.headers["Access-Control-Allow-Headers"])
        exposed = server.predict().headers  # without an Origin there is nothing to tell
        self.assertIsNone(exposed["Access-Control-Allow-Origin"])
        told = server.ask("POST", "/predict", STONE, {"Origin": "https://shop.example"}).headers
        self.assertEqual(told["Access-Control-Allow-Origin"], "https://shop.example")
        for header in told["Access-Control-Expose-Headers"].split(", "):
            self.assertIn(header, self.document.json["info"]["description"])


class Generated(ServerCase):
    """Thousands of requests, valid and broken."""

    def setUp(self):
        super().setUp()
        self.train()
        self.server = self.serve_sqlite()
        self.connection = self.server.connect()
        self.addCleanup(self.connection.close)

    def test_requests_made_from_the_schemas_are_answered_as_these_say(self):
        models = sorted(path.name for path in self.models.iterdir() if (path / "manifest.json").exists())
        generator = RequestGenerator(self.document, models, random.Random(SEED))
        seen, faults = collections.defaultdict(collections.Counter), []
        for _ in range(REQUESTS):
            request = generator.next()
            answer = self.server.ask(request.method, request.target, request.body, request.headers, self.connection)
            seen[request.operation.name][answer.status] += 1
            faults += [f"{request}\n    {answer.status} {answer.body[:300]}\n    {fault}" for fault in self.faults_of(request, answer)]
            self.assertLess(len(faults), 20, "\n".join(faults))
        self.assertEqual(faults, [], "\n".join(faults))
        self.assertEqual([status for statuses in seen.values() for status in statuses if status >= 500], [])
        for operation in self.document.operations:  # what has no key, no limit and no trouble
            self.assertEqual(operation.statuses() - {401, 403, 429, 503} - set(seen[operation.name]), set(), f"{operation.name} was never answered so: {seen[operation.name]}")
        taken = sum(statuses[200] for statuses in seen.values())
        self.assertTrue(REQUESTS / 4 < taken < REQUESTS * 3 / 4, f"{taken} of {REQUESTS} were valid")

    def faults_of(self, request, answer):
        if answer.status not in request.statuses:
            yield f"the schemas make it {sorted(request.statuses)}"
        yield from request.operation.faults_of(answer)
        yield from self.faults_of_id(request, answer)
        if answer.status == 200 and request.operation.name == "predictBatch":
            yield from self.faults_of_batch(request, answer)
        if answer.status == 405 and answer.headers["Allow"] != ", ".join(sorted(self.methods_at(request.operation.path))):
            yield f"Allow: {answer.headers['Allow']}"

    def methods_at(self, path):
        """Where GET is described HEAD is answered."""
        methods = {operation.method for operation in self.document.operations if operation.path == path}
        return methods | {"HEAD"} if "GET" in methods else methods

    def faults_of_id(self, request, answer):
        schema = next(parameter["schema"] for parameter in request.operation.parameters if parameter["name"] == "X-Request-Id")
        sent, told = request.headers.get("X-Request-Id"), answer.headers["X-Request-Id"]
        if sent is not None and is_valid(schema, sent) != (sent == told):
            yield f"X-Request-Id {sent} became {told}"
        if not is_valid(schema, told):
            yield f"X-Request-Id {told}"

    def faults_of_batch(self, request, answer):
        """Each stone is judged by itself."""
        if request.headers["Content-Type"].lower().startswith("text/csv"):
            asked, told = (list(csv.reader(io.StringIO(text.decode()))) for text in (request.body, answer.body))
            if [row[:-5] for row in told] != asked:
                yield "another table came back"
            return
        schema = request.operation.bodies["application/json"]["schema"]["properties"]["diamonds"]["items"]
        stones, told = json.loads(request.body)["diamonds"], answer.json()["predictions"]
        for stone, prediction in zip(stones, told, strict=True):
            if is_valid(schema, stone) != ("predicted_value" in prediction):
                yield f"{stone} was answered with {prediction}"


if __name__ == "__main__":
    unittest.main(verbosity=2)
