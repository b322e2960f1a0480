"""diamond-serve over real sockets, with its log in SQLite."""

import csv
import io
import itertools
import json
import math
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import unittest

from harness import BIN, DIAMONDS, ROOT, STONE, Case, train, wait_until, write_diamonds

SAMPLE = {"cut": "Ideal", "color": "E", "clarity": "VS2", "weight": 0.7, "n_samples": 5}


GRADES = {"cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"], "color": list("JIHGFED"),
          "clarity": ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"]}


def cleaned_stones():
    """The stones that a model is trained on, in the data's order."""
    with DIAMONDS.open() as file:
        stones = [{name: value if name in GRADES else float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return [s for s in stones if s["x"] * s["y"] * s["z"] != 0 and s["price"] > 0]


class Prices(Case):
    """Each test has a copy of one history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = tempfile.TemporaryDirectory(prefix="diamond-e2e-")
        cls.addClassCleanup(place.cleanup)
        cls.trained = pathlib.Path(place.name)
        cls.manifest, = json.loads(train("--data", DIAMONDS, "--models-dir", cls.trained / "models", "--model", "linear", "--no-report", "--json").stdout)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.trained, self.folder, dirs_exist_ok=True)
        self.server = self.serve_sqlite()

    def test_a_price_and_what_it_comes_with(self):
        answer = self.server.predict()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        model = json.loads((self.models / self.manifest["id"] / "model.json").read_text())
        c = model["coefficients"]
        price = math.exp(model["intercept"] + 1.0 * c["carat"] + 6.5 * c["x"] + c["cut_Ideal"] + c["color_E"] + c["clarity_VVS1"])
        told = answer.json()
        interval = told.pop("interval")
        self.assertLess(interval["low"], price)
        self.assertGreater(interval["high"], price)
        self.assertEqual(told, {"predicted_value": round(price, 2), "currency": "USD", "warnings": [],
                                "model": {"id": self.manifest["id"], "kind": "linear"}})

    def test_the_explanation_of_the_linear_model_is_its_coefficients(self):
        told = self.server.ask("POST", "/predict?explain=true", STONE).json()
        cheaper = self.server.ask("POST", "/predict?explain=true", {**STONE, "color": "G"}).json()
        effects = {c["field"]: c for c in told["explanation"]["contributions"]}
        self.assertAlmostEqual(told["explanation"]["base_value"] + sum(c["effect"] for c in effects.values()), told["predicted_value"], 2)
        for field in ("depth", "table", "y", "z"):  # the linear model does not look at them
            self.assertEqual((effects[field]["effect"], effects[field]["factor"]), (0, 1))
        c = json.loads((self.models / self.manifest["id"] / "model.json").read_text())["coefficients"]
        factors = [next(f["factor"] for f in answer["explanation"]["contributions"] if f["field"] == "color") for answer in (told, cheaper)]
        self.assertAlmostEqual(factors[0] / factors[1], math.exp(c["color_E"] - c["color_G"]), 9)

    def test_a_stone_that_is_not_wholly_known_has_a_price_and_what_was_assumed_is_said(self):
        known = {name: STONE[name] for name in ("carat", "cut", "color", "clarity")}
        told = self.server.ask("POST", "/predict", {**known, "x": None}).json()
        self.assertGreater(told["predicted_value"], 0)
        self.assertEqual({w["field"] for w in told["warnings"]}, {"depth", "table", "x", "y", "z"})
        for warning in told["warnings"]:
            self.assertIn("is not given", warning["message"])
            self.assertEqual((warning["code"], list(warning["suggested"])), ("assumed", [warning["field"]]))
        given = {**known, **{field: value for w in told["warnings"] for field, value in w["suggested"].items()}}
        self.assertEqual(self.server.ask("POST", "/predict", given).json()["predicted_value"], told["predicted_value"])

    def test_a_misplaced_decimal_point_is_told_once(self):
        warnings = self.server.ask("POST", "/predict", {**STONE, "x": 65}).json()["warnings"]
        self.assertEqual([w["field"] for w in warnings], ["x"])
        self.assertIn("did you mean 6.5?", warnings[0]["message"])
        self.assertEqual((warnings[0]["code"], warnings[0]["suggested"]), ("decimal-point", {"x": 6.5}))
        self.assertEqual(self.server.predict(**warnings[0]["suggested"]).json()["warnings"], [])

    def test_a_stone_that_no_stone_of_the_data_is_near_is_told_with_the_nearest(self):
        lonely = {**STONE, "carat": 2.9, "clarity": "IF", "color": "D", "x": None, "y": None, "z": None}
        warning = self.server.ask("POST", "/predict", lonely).json()["warnings"][-1]
        self.assertRegex(warning["message"], "no stone of the training data is near: the nearest, .* carat")
        self.assertEqual((warning["code"], f"{warning['nearest']['carat']:g} carat" in warning["message"]), ("no-neighbour", True))
        self.assertGreater(warning["nearest"]["distance"], 2)

    def test_ten_thousand_stones_in_one_request(self):
        stones = [{**STONE, "carat": 0.3 + i / 10_000} for i in range(10_000)]
        stones[17]["cut"] = "Nice"
        answer = self.server.ask("POST", "/predict/batch", {"diamonds": stones})
        self.assertEqual(answer.status, 200)
        predictions = answer.json()["predictions"]
        self.assertEqual(len(predictions), 10_000)
        self.assertEqual(predictions[17]["errors"][0]["field"], "cut")
        for i in (0, 16, 18, 9_999):
            self.assertEqual(predictions[i]["predicted_value"], self.server.predict(carat=stones[i]["carat"]).json()["predicted_value"])
        self.assertEqual(self.server.ask("POST", "/predict/batch", {"diamonds": stones + [STONE]}).status, 422)

    def test_a_table_comes_back_with_its_prices(self):
        table = "\n".join(DIAMONDS.read_text().splitlines()[:101]) + "\n"
        answer = self.server.ask("POST", "/predict/batch", table, {"Content-Type": "text/csv"})
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/csv; charset=utf-8"))
        rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
        self.assertEqual(len(rows), 100)
        for row in rows:
            self.assertLessEqual(float(row["low"]), float(row["predicted_value"]))
            self.assertEqual(row["error"], "")

    def test_traffic_like_the_data_does_not_drift_and_other_traffic_does(self):
        with DIAMONDS.open() as file:
            for row in itertools.islice(csv.DictReader(file), 0, 53_940, 200):
                stone = {name: row[name] if name in ("cut", "color", "clarity") else float(row[name]) for name in STONE}
                self.server.ask("POST", "/predict", stone)
        level = lambda: {f["field"]: f["level"] for f in self.server.ask("GET", "/drift").json()["fields"]}
        self.assertEqual(set(level().values()), {"none"})
        for i in range(300):
            self.server.predict(carat=2.5)
        self.assertEqual((level()["carat"], level()["table"]), ("strong", "strong"))

    def test_what_was_not_asked_for_is_named_and_ignored(self):
        answer = self.server.predict(colour="E", note=[{"deep": [1]}]).json()
        self.assertEqual(answer["predicted_value"], self.server.predict().json()["predicted_value"])
        self.assertEqual([w["field"] for w in answer["warnings"]], ["colour", "note"])
        self.assertIn("'color'", answer["warnings"][0]["message"])
        self.assertEqual([(w["code"], w.get("suggested_field")) for w in answer["warnings"]], [("unknown-field", "color"), ("unknown-field", None)])

    def test_every_faulty_field_is_named_at_once_with_what_is_allowed(self):
        wrong = {"carat": 0, "cut": "ideal", "color": 5, "depth": "61", "table": -1, "x": 101, "y": [], "z": False, "extra": 1}
        answer = self.server.ask("POST", "/predict", wrong)
        problem = answer.json()
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (422, "application/problem+json"))
        self.assertEqual({e["field"] for e in problem["errors"]}, {"carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z"})
        errors = {e["field"]: e for e in problem["errors"]}
        self.assertIn("'Ideal'", errors["cut"]["message"])
        self.assertEqual(errors["cut"]["allowed"], ["Fair", "Good", "Very Good", "Premium", "Ideal"])
        self.assertEqual(errors["x"]["allowed"]["at_most"], 100)
        self.assertEqual(errors["clarity"]["message"], "is missing")
        for key in ("type", "title", "status", "detail", "instance", "request_id"):
            self.assertIn(key, problem)

    def test_bodies_that_are_no_request(self):
        send = lambda body, **headers: self.server.ask("POST", "/predict", body, {"Content-Type": "application/json", **headers})
        valid = json.dumps(STONE)
        for body, headers, status, says in [
            ("", {}, 400, "byte"),
            ('{"carat":1', {}, 400, "byte"),
            (b'{"cut":"\xff\xfe"}', {}, 400, "UTF-8"),
            ('{"a":' + "[" * 100 + "]" * 100 + "}", {}, 400, "32 levels"),
            ("[" * 100_000, {}, 400, "32 levels"),
            ('{"carat":NaN}', {}, 400, "byte"),
            ('{"carat":1e999}', {}, 422, "not finite"),
            ("[1,2]", {}, 422, "object"),
            (valid[:-1] + ',"carat":2}', {}, 422, "more than once"),
            (valid, {"Content-Type": "text/plain"}, 415, "application/json"),
            (valid, {"Content-Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
            (valid, {"Content-Encoding": "gzip"}, 415, "compressed"),
            (valid + " " * 5_000_000, {}, 413, "bytes"),
        ]:
            with self.subTest(body=body[:40], headers=headers):
                answer = send(body, **headers)
                self.assertEqual((answer.status, answer.headers["Content-Type"]), (status, "application/problem+json"))
                self.assertIn(says, answer.json()["detail"])
        self.assertEqual(send(valid, **{"Content-Type": "application/json; charset=utf-8"}).status, 200)

    def test_samples_are_the_nearest_by_weight_and_then_in_the_datas_order(self):
        stones = cleaned_stones()
        for weight, count in [(0.7, 5), (1.0, 1000), (0.001, 3), (99.0, 3), (0.315, 40)]:
            same = [s for s in stones if (s["cut"], s["color"], s["clarity"]) == ("Ideal", "E", "VS2")]
            expected = sorted(same, key=lambda s: abs(s["carat"] - weight))[:count]  # a stable sort
            answer = self.server.ask("POST", "/samples", {**SAMPLE, "weight": weight, "n_samples": count})
            self.assertEqual(answer.json(), expected)
        by_carat = {k: v for k, v in SAMPLE.items() if k not in ("weight", "n_samples")} | {"carat": 0.7}
        self.assertEqual(self.server.ask("POST", "/samples", by_carat).json(), self.server.ask("POST", "/samples", SAMPLE).json())

    def test_similar_stones_are_the_nearest_across_grades(self):
        stones = cleaned_stones()

        def distance(one, other):
            grades = [GRADES[field].index(one[field]) - GRADES[field].index(other[field]) for field in GRADES]
            return math.hypot(*grades, math.log(one["carat"] / other["carat"]) / math.log(1.1), (one["depth"] - other["depth"]) / 2, (one["table"] - other["table"]) / 3)

        for stone, count in [(STONE, 10), ({**STONE, "carat": 3.2, "cut": "Fair", "color": "D"}, 50), (stones[4711], 1)]:
            asked = {field: stone[field] for field in STONE}
            answer = self.server.ask("POST", "/similar", {**asked, "count": count}).json()
            self.assertEqual(answer["model"]["id"], self.manifest["id"])
            found = [similar.pop("distance") for similar in answer["stones"]]
            self.assertEqual(len(found), count)
            for told, real in zip(found, sorted(distance(stone, other) for other in stones)):
                self.assertAlmostEqual(told, real, delta=0.001)
            for told, similar in zip(found, answer["stones"]):
                self.assertIn(similar, stones)
                self.assertAlmostEqual(distance(stone, similar), told, delta=0.001)

    def test_similar_stones_of_a_stone_that_is_not_wholly_known(self):
        known = {name: STONE[name] for name in ("carat", "cut", "color", "clarity")}
        told = {field: value for w in self.server.ask("POST", "/predict", known).json()["warnings"] for field, value in w["suggested"].items()}
        ask = lambda stone: self.server.ask("POST", "/similar", stone).json()["stones"]
        self.assertEqual(ask({**known, "x": None, "note": "not known"}), ask({**known, **told}))
        self.assertEqual(len(ask(known)), 10)

    def test_similar_stones_that_cannot_be(self):
        for changes, field in [({"count": 0}, "count"), ({"count": 1001}, "count"), ({"count": "5"}, "count"), ({"carat": 0}, "carat"), ({"cut": "ideal"}, "cut"),
                               ({"depth": 101}, "depth")]:
            answer = self.server.ask("POST", "/similar", {**STONE, **changes})
            self.assertEqual((answer.status, [e["field"] for e in answer.json()["errors"]]), (422, [field]), changes)
        self.assertEqual(self.server.ask("GET", "/similar").status, 405)
        self.assertEqual(self.server.ask("POST", "/similar", "[1]", {"Content-Type": "application/json"}).status, 422)
        self.assertEqual(self.server.ask("POST", "/similar", json.dumps(STONE), {"Content-Type": "text/plain"}).status, 415)
        self.assertEqual({entry["endpoint"] for entry in self.server.ask("GET", "/logs?endpoint=similar").json()}, {"similar"})

    def test_of_similar_stones_the_log_keeps_their_number(self):
        self.server.ask("POST", "/similar", {**STONE, "count": 7})
        entry = self.server.ask("GET", "/logs?endpoint=similar&limit=1").json()[0]
        self.assertEqual(entry["response"]["stones"], 7)
        self.assertEqual(entry["response"]["model"]["id"], entry["model_id"])

    def test_samples_that_cannot_be(self):
        none = self.server.ask("POST", "/samples", {**SAMPLE, "cut": "Fair", "color": "J", "clarity": "IF"})
        self.assertEqual((none.status, "Fair" in none.json()["detail"]), (404, True))
        for changes, field in [({"n_samples": 0}, "n_samples"), ({"n_samples": 1001}, "n_samples"), ({"n_samples": 1.5}, "n_samples"),
                               ({"weight": -1}, "weight"), ({"weight": None}, "weight"), ({"carat": 1}, "carat")]:
            answer = self.server.ask("POST", "/samples", {**SAMPLE, **changes})
            self.assertEqual((answer.status, answer.json()["errors"][0]["field"]), (422, field), changes)

    def test_every_answer_carries_the_requests_id_and_a_sane_one_is_kept(self):
        self.assertEqual(self.server.ask("GET", "/livez", headers={"X-Request-Id": "shop-17:a.b_C"}).headers["X-Request-Id"], "shop-17:a.b_C")
        for bad in ("a b", "x" * 129, "<script>"):
            self.assertRegex(self.server.ask("GET", "/nowhere", headers={"X-Request-Id": bad}).headers["X-Request-Id"], "^[0-9a-f]{32}$")
        refused = self.server.ask("POST", "/predict", {}, headers={"X-Request-Id": "mine"})
        self.assertEqual(refused.json()["request_id"], "mine")

    def test_addresses_and_methods(self):
        for method, path, status in [("GET", "/nowhere", 404), ("GET", "/predict", 405), ("PUT", "/predict", 405), ("DELETE", "/models", 405),
                                     ("POST", "/logs", 405), ("GET", "/models/none", 404), ("GET", "/models/..%2F..%2Fetc", 404),
                                     ("HEAD", "/livez", 200), ("GET", "/livez", 200), ("GET", "/readyz", 200), ("GET", "/", 200)]:
            answer = self.server.ask(method, path)
            self.assertEqual(answer.status, status, f"{method} {path}")
        self.assertEqual(self.server.ask("GET", "/predict").headers["Allow"], "POST")
        self.assertEqual([m["id"] for m in self.server.ask("GET", "/models").json()], [self.manifest["id"]])
        one = self.server.ask("GET", "/models/champion").json()
        self.assertEqual(one, {**self.manifest, "champion": True})

    def test_a_connection_is_kept_and_answers_in_order(self):
        connection = self.server.connect()
        prices = [self.server.ask("POST", "/predict", {**STONE, "carat": 0.5 + i / 100}, connection=connection).json()["predicted_value"] for i in range(50)]
        self.assertEqual(len(set(prices)), 50)
        connection.close()

    @unittest.skipUnless(shutil.which("chromium"), "no chromium here: run scripts/setup test")
    def test_the_documentation_page_works_in_a_browser_without_the_internet(self):
        profile = self.folder / "chromium"
        shown = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--virtual-time-budget=10000", "--dump-dom",
             f"http://127.0.0.1:{self.server.port}/docs"], capture_output=True, text=True, timeout=120, check=True).stdout
        for path in ("/predict", "/samples", "/logs", "/models", "/readyz"):
            self.assertIn(f'data-path="{path}"', shown)


class TrafficLog(Case):
    def setUp(self):
        super().setUp()
        self.manifest = self.train_small()
        self.server = self.serve_sqlite()

    def test_every_exchange_is_in_the_database_errors_too(self):
        self.server.ask("POST", "/predict", STONE, headers={"X-Request-Id": "first"})
        self.server.ask("POST", "/predict", {**STONE, "cut": "Nice"})
        self.server.ask("POST", "/predict", b'{"cut":"\xff', headers={"Content-Type": "application/json"})
        self.server.ask("POST", "/samples", {**SAMPLE, "n_samples": 1})
        self.server.ask("GET", "/predict")
        self.server.ask("GET", "/models")
        for unlogged in ("/livez", "/readyz", "/docs", "/openapi.json", "/nowhere"):
            self.server.ask("GET", unlogged)
        entries = self.server.ask("GET", "/logs").json()
        self.assertEqual([(e["endpoint"], e["method"], e["status"]) for e in entries],
                         [("predict", "GET", 405), ("samples", "POST", 200), ("predict", "POST", 400), ("predict", "POST", 422), ("predict", "POST", 200)])
        first = entries[-1]
        self.assertEqual(list(first), ["id", "timestamp", "request_id", "endpoint", "method", "path", "status", "duration_ms", "model_id", "request", "response", "client", "api_key", "trace_id"])
        self.assertEqual((first["request_id"], first["path"], first["request"], first["model_id"]), ("first", "/predict", STONE, self.manifest["id"]))
        self.assertEqual(first["response"]["model"]["id"], self.manifest["id"])
        self.assertRegex(first["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertIsInstance(entries[2]["request"], str)
        with sqlite3.connect(self.folder / "traffic.db") as database:
            rows = database.execute("SELECT endpoint, status FROM exchanges ORDER BY id").fetchall()
        self.assertEqual(rows[:5], [("predict", 200), ("predict", 422), ("predict", 400), ("samples", 200), ("predict", 405)])
        self.assertEqual(sorted(rows[5:]), [("logs", 200), ("models", 200)])

    def test_the_log_can_be_paged_and_filtered(self):
        for i in range(25):
            self.server.predict(carat=0.5 + i / 100)
            if i % 5 == 0:
                self.server.predict(carat=-1)
        pages, before = [], None
        while True:
            page = self.server.ask("GET", "/logs?limit=7" + (f"&before={before}" if before else "")).json()
            if not page:
                break
            pages += page
            before = page[-1]["id"]
        self.assertEqual(len(pages), 30)
        self.assertEqual([e["id"] for e in pages], sorted((e["id"] for e in pages), reverse=True))
        self.assertEqual(len(self.server.ask("GET", "/logs?status=4xx").json()), 5)
        self.assertEqual(len(self.server.ask("GET", "/logs?status=422&limit=2").json()), 2)
        self.assertEqual(self.server.ask("GET", "/logs?endpoint=samples").json(), [])
        self.assertGreater(len(self.server.ask("GET", "/logs?endpoint=all").json()), 30)
        for wrong in ("limit=0", "limit=1001", "limit=x", "before=-1", "endpoint=price", "status=999", "since=now"):
            answer = self.server.ask("GET", "/logs?" + wrong)
            self.assertEqual((answer.status, answer.json()["errors"][0]["field"]), (422, wrong.split("=")[0]))

    def test_what_was_answered_survives_the_death_of_the_program(self):
        for _ in range(20):
            self.assertEqual(self.server.predict().status, 200)
        self.server.process.kill()
        self.server.process.wait()
        self.server = self.serve_sqlite()
        self.assertEqual(len(self.server.ask("GET", "/logs").json()), 20)

    def test_a_web_app_of_the_original_service_finds_what_it_knows(self):
        """What such a page does: posts the nine fields, asks for samples by weight, lists the log, shows FastAPI's detail."""
        self.assertIsInstance(self.server.ask("POST", "/predict", STONE).json()["predicted_value"], float)
        self.assertEqual(set(self.server.ask("POST", "/samples", {k: v for k, v in SAMPLE.items() if k != "n_samples"}).json()[0]),
                         {"carat", "cut", "color", "clarity", "depth", "table", "price", "x", "y", "z"})
        self.assertEqual(len(self.server.ask("POST", "/samples", {k: v for k, v in SAMPLE.items() if k != "n_samples"}).json()), 5)
        self.server.ask("GET", "/logs")
        for entry in self.server.ask("GET", "/logs").json():
            self.assertTrue({"id", "endpoint", "request", "response", "timestamp"} <= set(entry))
            self.assertIn(entry["endpoint"], ("predict", "samples"))
            self.assertIsInstance(entry["request"], dict)
        refused = self.server.ask("POST", "/predict", {"carat": 1})
        self.assertEqual((refused.status, "detail" in refused.json()), (422, True))
        missing = self.server.ask("POST", "/samples", {**SAMPLE, "cut": "Fair", "color": "J", "clarity": "IF"})
        self.assertEqual((missing.status, "detail" in missing.json()), (404, True))


class Models(Case):
    def test_without_a_model_it_says_so_and_serves_the_first_that_comes(self):
        server = self.serve_sqlite()
        for answer in (server.predict(), server.ask("GET", "/readyz")):
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (503, "application/problem+json"))
            self.assertIn("diamond-train", answer.json()["detail"])
        self.assertEqual(server.ask("GET", "/livez").status, 200)
        self.train_small()
        wait_until(lambda: server.predict().status == 200, "the first model to be served")
        self.assertEqual(server.ask("GET", "/readyz").json()["status"], "ready")

    def test_a_new_champion_is_served_without_a_failed_request(self):
        old = self.train_small()
        server = self.serve_sqlite()
        answers, stop = [], threading.Event()

        def client():
            connection = server.connect()
            while not stop.is_set():
                answer = server.ask("POST", "/predict", STONE, connection=connection)
                answers.append((answer.status, answer.json()["model"]["id"]))
            connection.close()

        clients = [threading.Thread(target=client) for _ in range(4)]
        for thread in clients:
            thread.start()
        new, = json.loads(train("--data", write_diamonds(self.folder / "new.csv", 3000, factor=2), "--models-dir", self.models, "--model", "linear", "--no-report", "--json").stdout)
        wait_until(lambda: answers and answers[-1][1] == new["id"], "the new champion in service")
        train("rollback", "--no-report", "--models-dir", self.models)
        wait_until(lambda: answers[-1][1] == old["id"], "the old champion back in service")
        stop.set()
        for thread in clients:
            thread.join()
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertEqual({model for _, model in answers}, {old["id"], new["id"]})

    def test_a_model_that_does_not_load_leaves_the_old_one_in_service_and_is_said(self):
        old = self.train_small()
        server = self.serve_sqlite()
        new, = json.loads(train("--data", write_diamonds(self.folder / "new.csv", 3000, factor=2), "--models-dir", self.models, "--model", "linear", "--no-report", "--json").stdout)
        wait_until(lambda: server.predict().json()["model"]["id"] == new["id"], "the new champion")
        train("promote", old["id"], "--no-report", "--models-dir", self.models)
        wait_until(lambda: server.predict().json()["model"]["id"] == old["id"], "the old champion")
        model_file = self.models / new["id"] / "model.json"
        model_file.write_text(model_file.read_text().replace("0", "1", 1))
        train("rollback", "--no-report", "--models-dir", self.models)  # to whom it was: nobody looks at the files
        ready = wait_until(lambda: (lambda r: r if "problem" in r else None)(server.ask("GET", "/readyz").json()), "readyz to say what is wrong")
        self.assertIn("model.json", ready["problem"])
        self.assertEqual(ready["model"]["id"], old["id"])
        wait_until(lambda: "model.json" in server.log(), "a word in the log")
        self.assertEqual(server.predict().json()["model"]["id"], old["id"])

    def test_which_model_is_served_can_be_chosen(self):
        first = self.train_small()
        train("--data", write_diamonds(self.folder / "new.csv", 3000), "--models-dir", self.models, "--model", "linear", "--no-report")
        history = json.loads(train("history", "--json", "--sort", "rmse", "--models-dir", self.models).stdout)
        self.assertEqual(self.serve_sqlite("--model", first["id"]).predict().json()["model"]["id"], first["id"])
        self.assertEqual(self.serve_sqlite("--model", "best:rmse").predict().json()["model"]["id"], history[0]["id"])


class Running(Case):
    def start_badly(self, *arguments, env=None, code=2):
        done = subprocess.run([BIN / "diamond-serve", "--models-dir", self.models, *arguments], cwd=self.folder, capture_output=True,
                              text=True, timeout=30, env=env, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_options_beat_variables_and_those_beat_the_file(self):
        self.train_small()
        config = self.folder / "api.json"
        config.write_text(json.dumps({"models_dir": str(self.folder / "from-file"), "database": "none", "log_format": "json", "port": 1}))
        env = {**os.environ, "DIAMOND_SERVE_CONFIG": str(config), "DIAMOND_SERVE_LOG_FORMAT": "text", "DIAMOND_SERVE_PORT": "2"}
        server = self.serve("--threads", "8", env=env)
        self.assertIn("database=none", server.log())
        self.assertIn("NO TRAFFIC IS LOGGED", server.log())
        self.assertEqual(server.predict().status, 200)
        self.assertEqual(server.ask("GET", "/logs").json(), [])

    def test_a_configuration_of_the_original_service_is_read_as_it_is(self):
        self.train_small()
        original = json.loads((ROOT / "config/examples/original_api.json").read_text())
        original |= {"models_path": "nowhere", "request_database": str(self.folder / "requests.db")}
        (self.folder / "api.json").write_text(json.dumps(original))
        server = self.serve("--config", self.folder / "api.json")
        self.assertEqual(server.predict().status, 200)
        self.assertTrue((self.folder / "requests.db").exists())

    def test_wrong_settings_are_told_in_one_line(self):
        (self.folder / "api.json").write_text('{"prot": 8000}')
        for arguments, says in [(["--port", "70000"], "--port"), (["--bogus"], "--bogus"), (["--model", "best:speed"], "r2, mae, rmse, mape"),
                                (["--database", "mysql://me:secret@host/db"], "mysql://me:***@host/db"), (["--config", "nowhere.json"], "nowhere.json"),
                                (["--config", "api.json"], "did you mean 'port'"), (["--log-durability", "none"], "--log-durability")]:
            error = self.start_badly(*arguments)
            self.assertIn(says, error)
            self.assertEqual(len(error.strip().splitlines()), 1, error)
        self.assertIn("--threads", self.start_badly(env={**os.environ, "DIAMOND_SERVE_THREADS": "many"}))

    def test_a_database_that_cannot_be_is_told(self):
        (self.folder / "file").write_text("this is no database" * 100)
        for url in ("sqlite:file", "sqlite:file/below.db", "sqlite:/proc/none.db"):
            self.assertIn(url.split(":")[1].split("/below")[0], self.start_badly("--database", url, code=1))

    def test_an_address_in_use_is_told(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            error = self.start_badly("--database", "none", "--port", str(taken.getsockname()[1]), code=1)
        self.assertIn("--port", error)

    def test_sigterm_answers_what_has_begun_and_ends_with_0(self):
        self.train_small()
        server = self.serve_sqlite()
        slow = socket.create_connection(("127.0.0.1", server.port))
        body = json.dumps(STONE).encode()
        slow.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
                     b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        self.assertIn(b"100 Continue", slow.recv(65536))  # it has read the head: the request has begun
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "stopping" in server.log(), "the server to begin to stop")
        slow.sendall(body)
        answer = b""
        while piece := slow.recv(65536):
            answer += piece
        slow.close()
        self.assertIn(b"200 OK", answer)
        self.assertEqual(server.stop(), 0)
        self.assertIn("stopped", server.log())

    def test_sighup_looks_for_a_new_model(self):
        self.train_small()
        server = self.serve_sqlite()
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "SIGHUP" in server.log(), "a word about SIGHUP")
        self.assertEqual(server.predict().status, 200)

    def test_beyond_this_machine_it_serves_prices_and_keeps_its_log_to_itself(self):
        self.train_small()
        server = self.serve_sqlite("--host", "0.0.0.0")
        self.assertIn("/logs is refused", server.log())
        self.assertEqual(server.predict().status, 200)
        self.assertEqual(server.ask("GET", "/logs").status, 403)

    def asked_for(self, server, **headers):
        """The statuses of a price, of the log and of drift."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return [server.ask("POST", "/predict", STONE, headers).status, *(server.ask("GET", path, headers=headers).status for path in ("/logs", "/drift"))]

    def test_what_comes_through_a_proxy_gets_prices_and_not_the_log(self):
        self.train_small()
        trusting = self.serve_sqlite("--trusted-proxy", "127.0.0.1")
        self.assertIn("/logs is refused", trusting.log())
        self.assertEqual(self.asked_for(trusting, X_Forwarded_For="203.0.113.9"), [200, 403, 403])
        self.assertEqual(self.asked_for(trusting), [200, 403, 403])  # a proxy may leave it out
        self.assertIn("keys", trusting.ask("GET", "/logs").json()["detail"])
        trusting.stop()
        server = self.serve_sqlite()  # which knows of no proxy
        self.assertEqual(self.asked_for(server, X_Forwarded_For="203.0.113.9"), [200, 403, 403])
        self.assertEqual(self.asked_for(server), [200, 200, 200])

    def test_a_page_whose_name_was_made_to_lead_here_does_not_get_the_log(self):
        self.train_small()
        server = self.serve_sqlite()
        for host in ("evil.example", f"evil.example:{server.port}", f"localhost.evil.example:{server.port}"):
            self.assertEqual(self.asked_for(server, Host=host), [200, 403, 403], host)
        for host in ("localhost", f"localhost:{server.port}", f"127.0.0.1:{server.port}", f"[::1]:{server.port}"):
            self.assertEqual(self.asked_for(server, Host=host), [200, 200, 200], host)

    def test_web_pages_that_were_named_may_ask(self):
        self.train_small()
        server = self.serve_sqlite("--cors-origin", "https://shop.example", "--cors-origin", "https://b.example")
        allowed = server.ask("POST", "/predict", STONE, {"Origin": "https://b.example"})
        self.assertEqual(allowed.headers["Access-Control-Allow-Origin"], "https://b.example")
        preflight = server.ask("OPTIONS", "/predict", headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"})
        self.assertEqual((preflight.status, "POST" in preflight.headers["Access-Control-Allow-Methods"]), (204, True))
        self.assertIsNone(server.ask("POST", "/predict", STONE, {"Origin": "https://evil.example"}).headers["Access-Control-Allow-Origin"])
        self.assertIsNone(server.predict().headers["Access-Control-Allow-Origin"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
