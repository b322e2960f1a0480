"""A trained model put to use: what diamond-train says of stones, as a data scientist asks it."""

import csv
import io
import json
import os
import signal
import subprocess
import unittest

from harness import BIN, DIAMONDS, PATIENCE, Case, train

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
        self.check_refused(1, "predict", "--data", self.folder / "none.csv", says=["none.csv", "No such file"])
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
