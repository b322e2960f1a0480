"""A trained model put to use: what diamond-train says of stones, as a data scientist asks it."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import unittest

from harness import BIN, DIAMONDS, PATIENCE, STONE, Case, train, write_diamonds

HEADER = "carat,cut,color,clarity,depth,table,x,y,z\n"
ROW = "1.0,Ideal,E,VVS1,61.0,55,6.5,6.5,4.0\n"


class ScoringCase(Case):
    """With a small model, the champion."""

    def setUp(self):
        super().setUp()
        self.model = self.train_small()

    def run_command(self, *arguments, code=0):
        return train(*arguments, "--models-dir", self.models, code=code)

    def file(self, text, name="stones.csv"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def check_refused(self, code, *arguments, says):
        """One line on stderr that says what, where and what to do; nothing on stdout."""
        done = self.run_command(*arguments, code=code)
        error = done.stderr.strip().splitlines()[-1]
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, error)
        self.assertEqual(done.stdout, "")

    def damage_model(self):
        with open(self.models / self.model["id"] / "model.json", "a") as file:
            file.write("\n")

    def interrupt_half_way(self, *arguments):
        """Ctrl-C while the command has read some of its input and waits for more."""
        fifo = self.folder / "slow.csv"
        os.mkfifo(fifo)
        process = subprocess.Popen([BIN / "diamond-train", *map(str, arguments), "--data", fifo, "--models-dir", self.models],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        with open(fifo, "w") as feed:
            feed.write(HEADER + ROW * 20000)
            feed.flush()
            # Once it has read more than a pipe holds, it is at work.
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(PATIENCE), -signal.SIGINT)


class Predicting(ScoringCase):
    def predict(self, *arguments, **options):
        return self.run_command("predict", *arguments, **options)

    def rows(self, text):
        return list(csv.DictReader(io.StringIO(text)))

    def test_prices_are_those_of_the_server(self):
        done = self.predict("--data", DIAMONDS)
        self.assertEqual(done.stdout.splitlines()[0], DIAMONDS.read_text().splitlines()[0] + ",predicted_value,low,high")
        rows = self.rows(done.stdout)
        self.assertEqual(len(rows), 53940)
        asked = "\n".join(DIAMONDS.read_text().splitlines()[:2001])
        answer = self.serve().ask("POST", "/predict/batch", asked, {"Content-Type": "text/csv"})
        for ours, served in zip(rows, self.rows(answer.body.decode())):
            for column in ("predicted_value", "low", "high"):
                self.assertEqual(float(ours[column]), float(served[column]))

    def test_stones_that_are_not_wholly_known_have_the_prices_of_the_server(self):
        text = "carat,cut,color,clarity,depth,z\n0.7,Ideal,E,VS1,,\n1.2,Fair,J,I1,65,\n0.5,Good,D,IF,,3.1\n"
        done = self.predict("--data", self.file(text))
        self.assertIn("table, x, y will be assumed", done.stderr)
        answer = self.serve().ask("POST", "/predict/batch", text, {"Content-Type": "text/csv"})
        for ours, served in zip(self.rows(done.stdout), self.rows(answer.body.decode()), strict=True):
            for column in ("predicted_value", "low", "high"):
                self.assertEqual(float(ours[column]), float(served[column]))

    def test_a_file_appears_whole_and_says_what_was_done(self):
        out = self.folder / "priced.csv"
        text = HEADER + ROW * 3 + ROW.replace("4.0", "0") + ROW.replace("1.0", "", 1)
        done = self.predict("--data", self.file(text), "--out", out, "--model", self.model["id"][:20], "--json")
        self.assertEqual(json.loads(done.stdout), {
            "model": self.model["id"], "file": str(out), "rows": 5, "priced": 3,
            "first_unpriced": {"line": 5, "why": "z must be above 0 and at most 100, not 0"}})
        self.assertIn("2 of 5 rows have no price; the first is", done.stderr)
        self.assertIn("stones.csv:5", done.stderr)
        lines = out.read_text().splitlines()
        self.assertEqual([line.endswith(",,,") for line in lines], [False, False, False, False, True, True])
        self.assertEqual(self.predict("--data", self.folder / "stones.csv").stdout, out.read_text())

    def test_a_file_may_be_priced_in_its_own_place(self):
        stones = self.file(HEADER + ROW)
        self.predict("--data", stones, "--out", stones)
        self.assertIn("predicted_value", stones.read_text())

    def test_stones_come_from_a_pipe_and_go_into_one(self):
        feed = subprocess.Popen(["cat", DIAMONDS], stdout=subprocess.PIPE)
        head = subprocess.Popen(["head", "-n", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        scorer = subprocess.Popen([BIN / "diamond-train", "predict", "--data", "-", "--models-dir", self.models], stdin=feed.stdout,
                                  stdout=head.stdin, stderr=subprocess.PIPE, text=True)
        feed.stdout.close()
        head.stdin.close()
        self.assertEqual(len(head.stdout.read().splitlines()), 2)
        self.assertIn(scorer.wait(PATIENCE), (0, -signal.SIGPIPE))
        self.assertNotIn("error", scorer.stderr.read())  # nobody wants to hear of a closed pipe
        for process in (feed, head):
            process.wait(PATIENCE)
        for stream in (head.stdout, scorer.stderr):
            stream.close()

    def test_what_cannot_be_is_refused_and_leaves_no_file(self):
        out = self.folder / "priced.csv"
        for code, text, says in [
            (3, "", "is empty"),
            (3, "carat,cut,clarity\n1,Ideal,E\n", ["stones.csv:1", "lacks color"]),
            (3, HEADER + ROW * 20000 + "1.0,Ideal\n", ["stones.csv:20002", "cut short"]),
            (3, HEADER + ROW * 20000 + ROW.replace("Ideal", "Idael"), ["stones.csv:20002", "did you mean 'Ideal'"]),
            (3, "low," + HEADER + "1," + ROW, ["stones.csv:1", "'low' already", "rename"]),
        ]:
            with self.subTest(says=says):
                self.check_refused(code, "predict", "--data", self.file(text), "--out", out, says=says)
                self.assertFalse(out.exists())
        stones = self.file(HEADER + ROW)
        self.check_refused(2, "predict", "--data", self.folder / "none.csv", says=["none.csv", "No such file"])
        self.check_refused(1, "predict", "--data", stones, "--out", self.folder / "none/priced.csv", says=["none/priced.csv", "No such file"])
        self.check_refused(2, "predict", "--data", stones, "--model", "nothing", says="nothing")
        self.check_refused(2, "predict", "--data", stones, "--json", says="--out")
        self.damage_model()
        self.check_refused(1, "predict", "--data", stones, says=["model.json", "not as it was"])

    def test_a_full_disk_is_told(self):
        stones = self.file(HEADER + ROW * 20000)
        self.check_refused(1, "predict", "--data", stones, "--out", "/dev/full", says=["/dev/full", "No space left"])
        with open("/dev/full", "w") as full:
            done = subprocess.run([BIN / "diamond-train", "predict", "--data", stones, "--models-dir", self.models], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout: cannot be written: No space left", done.stderr)

    def test_ctrl_c_leaves_nothing_behind(self):
        out = self.folder / "out"
        out.mkdir()
        (out / "priced.csv").write_text("old")
        self.interrupt_half_way("predict", "--out", out / "priced.csv")
        self.assertEqual([p.name for p in out.iterdir()], ["priced.csv"])
        self.assertEqual((out / "priced.csv").read_text(), "old")


class Evaluating(ScoringCase):
    def evaluate(self, *arguments, **options):
        return self.run_command("evaluate", *arguments, **options)

    def test_a_model_is_judged_by_other_data(self):
        done = self.evaluate("--data", write_diamonds(self.folder / "new.csv", rows=1500, skip=20000), "--json")
        judged = json.loads(done.stdout)
        self.assertEqual((judged["model"], judged["rows"], judged["rows_judged"], judged["rows_in_training"], judged["rows_in_test"]),
                         (self.model["id"], 1500, 1500, 0, 0))
        self.assertEqual(list(judged["metrics"]), ["r2", "mae", "rmse", "mape"])
        for estimate in judged["metrics"].values():
            self.assertLess(estimate["low"], estimate["value"])
            self.assertLess(estimate["value"], estimate["high"])
        self.assertEqual(judged["interval"]["coverage"], 0.9)
        for field in ("carat", "cut", "color", "clarity"):
            self.assertEqual(sum(s["rows"] for s in judged["slices"] if s["field"] == field), 1500)
        self.assertNotIn("warning", done.stderr)
        table = self.evaluate("--data", self.folder / "new.csv").stdout
        for word in (self.model["id"], "ITS TEST ROWS", "95.0 % INTERVAL", "price intervals:", "clarity VVS1"):
            self.assertIn(word, table)

    def test_rows_of_its_training_are_told_loudly(self):
        done = self.evaluate("--data", self.folder / "small.csv", "--json", "--quiet")
        judged = json.loads(done.stdout)
        self.assertGreaterEqual(judged["rows_in_training"], 1600)  # four fifths, and what equals one of them
        self.assertIn(f"warning {judged['rows_in_training']} of 2000 rows were in its training", done.stderr)
        self.assertGreaterEqual(judged["rows_in_test"], 400)
        self.assertIn(f"warning {judged['rows_in_test']} of 2000 rows are those that its price intervals were learned from", done.stderr)

    def test_rows_that_are_left_out_are_counted(self):
        text = (DIAMONDS.read_text().splitlines()[0] + "\n0.23,Ideal,E,SI2,61.5,55,326,3.95,3.98,0\n"
                + "\n".join(DIAMONDS.read_text().splitlines()[30000:30100]) + "\n")
        done = self.evaluate("--data", self.file(text))
        self.assertIn("left out: 1 rows, zero_dimension", done.stdout)
        self.assertIn("100 of the 101 rows", done.stdout)

    def test_without_its_data_it_is_not_known_what_it_was_trained_on(self):
        for dataset in (self.folder / "datasets").iterdir():
            dataset.unlink()
        done = self.evaluate("--data", DIAMONDS, "--json")
        self.assertIsNone(json.loads(done.stdout)["rows_in_training"])
        self.assertIn("is not known", done.stderr)

    def test_what_cannot_be_is_refused(self):
        header = DIAMONDS.read_text().splitlines()[0] + "\n"
        self.check_refused(2, "evaluate", "--data", self.folder / "none.csv", says=["none.csv", "No such file"])
        self.check_refused(3, "evaluate", "--data", self.file(HEADER + ROW), says=["stones.csv:1", "lacks price"])
        self.check_refused(3, "evaluate", "--data", self.file(header + "0.2,Ideal,E,SI2,61.5,55,326,3.9,3.9,0\n"), says=["none of the rows"])
        self.check_refused(2, "evaluate", "--data", DIAMONDS, "--model", "nothing", says="nothing")
        self.damage_model()
        self.check_refused(1, "evaluate", "--data", DIAMONDS, says=["model.json", "not as it was"])

    def test_a_result_that_cannot_be_written_is_told(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([BIN / "diamond-train", "evaluate", "--data", self.folder / "small.csv", "--models-dir", self.models],
                                  stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout: the result could not be written", done.stderr)


class Comparing(ScoringCase):
    def setUp(self):
        super().setUp()
        config = self.folder / "poor.json"
        config.write_text(json.dumps({"models": [{"kind": "linear", "name": "poor", "params": {"quantities": []}}]}))
        self.poor, = json.loads(self.run_command("--data", self.folder / "small.csv", "--config", config, "--json").stdout)

    def test_two_models_are_judged_by_rows_that_neither_has_seen(self):
        done = self.run_command("compare", self.poor["id"], "champion", "--json")
        report = json.loads(done.stdout)
        self.assertEqual((report["holder"], report["challenger"], report["verdict"]), (self.poor["id"], self.model["id"], "better"))
        self.assertLessEqual(report["rows"], 400)
        self.assertEqual(list(report["metrics"]), ["r2", "mae", "rmse", "mape"])
        for result in report["metrics"].values():
            self.assertLess(0, result["low"])
        self.assertIn(report["sentence"], self.run_command("compare", self.poor["id"], "champion").stdout)
        back = self.run_command("compare", "champion", self.poor["id"], "--metric", "rmse").stdout
        self.assertTrue(back.startswith(f"{self.poor['id']} is worse than {self.model['id']}: rmse "), back)
        self.assertIn("B loses", back)

    def test_what_cannot_be_is_refused(self):
        self.check_refused(2, "compare", "champion", self.model["id"], says="the same model")
        self.check_refused(2, "compare", "champion", "nothing", says="nothing")
        self.check_refused(2, "compare", "champion", self.poor["id"], "--metric", "mea", says="--metric")
        few, = json.loads(self.run_command("--data", write_diamonds(self.folder / "few.csv", 500, skip=9000), "--model", "linear",
                                           "--json").stdout)
        self.check_refused(3, "compare", self.poor["id"], few["id"], says=["cannot be compared", "200 are needed"])
        self.damage_model()
        self.check_refused(1, "compare", self.poor["id"], self.model["id"], says=["model.json", "not as it was"])


class Explaining(ScoringCase):
    def explain(self, *arguments, **options):
        return self.run_command("explain", *arguments, **options)

    def test_the_answer_is_that_of_the_server(self):
        partial = {name: STONE[name] for name in ("carat", "cut", "color", "clarity")}
        server = self.serve()
        for stone in (STONE, partial, {**STONE, "x": 65}, {**STONE, "colour": "D"}):
            with self.subTest(stone=stone):
                answer = server.ask("POST", "/predict?explain=true", stone).json()
                self.assertEqual(json.loads(self.explain(json.dumps(stone), "--json").stdout), answer)

    def test_people_get_a_table_that_adds_up(self):
        shown = self.explain(json.dumps(STONE)).stdout
        self.assertRegex(shown, r"price +\d+\.\d\d USD\ninterval ")
        table = shown.split("\n\n")[1].splitlines()[1:]
        amounts = [float(re.search(r"[+-]?\d+\.\d\d(?=  |$)", line).group()) for line in table]
        self.assertEqual(len(amounts), 11)
        self.assertAlmostEqual(sum(amounts[:-1]), amounts[-1], places=6)
        self.assertEqual(f"price     {amounts[-1]:.2f} USD", shown.splitlines()[0])

    def test_a_file_is_explained_stone_by_stone(self):
        stones = self.file(HEADER + ROW + ROW.replace("1.0", "", 1))
        one = json.loads(self.explain(json.dumps(STONE), "--json").stdout)
        done = self.explain("--data", stones, "--json")
        first, second = map(json.loads, done.stdout.splitlines())
        self.assertEqual((first, second), (one, {"error": "carat is missing"}))
        self.assertIn("1 of 2 rows have no price; the first is", done.stderr)
        first, second = csv.DictReader(io.StringIO(self.explain("--data", stones).stdout))
        self.assertEqual(float(first["predicted_value"]), one["predicted_value"])
        for contribution in one["explanation"]["contributions"]:
            self.assertEqual(float(first["effect_" + contribution["field"]]), contribution["effect"])
        self.assertEqual((second["predicted_value"], second["warnings"]), ("", ""))

    def test_what_cannot_be_is_refused(self):
        for arguments, says in [
            ([], "name a stone"),
            (["{"], "STONE:1:"),
            (["[]"], "no JSON object"),
            (['{"carat": 1}'], ["STONE: cut is missing; color is missing; clarity is missing"]),
            ([json.dumps({**STONE, "cut": "Idael"})], "did you mean 'Ideal'"),
            ([json.dumps({**STONE, "x": 0})], "x must be above 0 and at most 100, not 0"),
            ([json.dumps(STONE), "--model", "nothing"], "nothing"),
            ([json.dumps(STONE), "--data", "a.csv"], "name a stone, or a file"),
        ]:
            with self.subTest(arguments=arguments):
                self.check_refused(2, "explain", *arguments, says=says)
        self.check_refused(2, "explain", "--data", self.folder / "none.csv", says=["none.csv", "No such file"])
        self.check_refused(3, "explain", "--data", self.file("carat,cut\n"), says=["stones.csv:1", "lacks color, clarity"])
        self.damage_model()
        self.check_refused(1, "explain", json.dumps(STONE), says=["model.json", "not as it was"])

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([BIN / "diamond-train", "explain", "--data", self.file(HEADER + ROW), "--models-dir", self.models],
                                  stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout: cannot be written: No space left", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
