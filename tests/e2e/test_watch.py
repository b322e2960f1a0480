"""diamond-train --watch: a folder that files are dropped into, and what may go wrong on the way."""

import json
import os
import re
import signal
import subprocess
import unittest

from harness import BIN, PATIENCE, Case, train, wait_until, write_diamonds


class Watching(Case):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.data.mkdir()

    def watch(self, *arguments, settle="0.1"):
        log = open(self.folder / "watch.log", "w")
        process = self.process = subprocess.Popen([BIN / "diamond-train", "--watch", "--watch-settle", settle, "--data", self.data, "--models-dir", self.models,
                                         *(arguments or ("--model", "linear", "--no-report"))], stdout=subprocess.PIPE, stderr=log, text=True)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), log.close()))
        self.says(" watching ")

    def log(self):
        return (self.folder / "watch.log").read_text()

    def says(self, text):
        def said():
            self.assertIsNone(self.process.poll(), self.log())
            return re.search(text, self.log())

        return wait_until(said, text)

    def trained(self):
        """The rows of each model's data, by the file's name."""
        models = json.loads(train("history", "--json", "--sort", "created", "--models-dir", self.models).stdout)
        return {os.path.basename(model["dataset"]["path"]): model["dataset"]["rows"] for model in reversed(models)}

    def wait_for(self, **rows):
        expected = {f"{name}.csv": number for name, number in rows.items()}
        wait_until(lambda: self.trained() == expected, f"models of {expected}")

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.assertEqual(self.process.wait(PATIENCE), 0, self.log())

    def test_what_is_there_is_trained_on_at_once_and_what_comes_or_changes_when_it_does(self):
        write_diamonds(self.data / "a.csv", 300)
        self.watch("--model", "linear", "--no-report", "--json")
        self.wait_for(a=300)
        write_diamonds(self.data / "b.csv", 400)
        self.wait_for(a=300, b=400)
        write_diamonds(self.folder / "new.csv", 500).rename(self.data / "b.csv")
        self.wait_for(a=300, b=500)
        self.says("(new champion|champion stays).*\n(?s:.*)(new champion|champion stays).*\n(?s:.*)(new champion|champion stays)")
        self.end()
        printed = [json.loads(line) for line in self.process.stdout.read().splitlines()]
        self.assertEqual([[model["dataset"]["rows"] for model in models] for models in printed], [[300], [400], [500]])
        self.assertNotIn("warning", self.log().replace("warning stopping", ""))

    def test_a_file_that_is_copied_in_stalls_is_waited_for_and_the_others_are_not(self):
        self.watch()
        text = write_diamonds(self.folder / "whole.csv", 300).read_text()
        with open(self.data / "slow.csv", "w") as slow:
            for piece, (name, rows) in enumerate([("b", 310), ("c", 320)]):
                half = len(text) // 2
                slow.write(text[piece * half:(piece + 1) * half])
                slow.flush()
                write_diamonds(self.data / f"{name}.csv", rows)  # later than the half: were it taken for whole, it would be trained on by now
                wait_until(lambda: self.trained().get(f"{name}.csv") == rows, f"the model of {name}.csv")
                self.assertNotIn("slow.csv", self.trained())
            slow.write(text[2 * half:])
        self.wait_for(slow=300, b=310, c=320)
        self.assertNotIn("error", self.log())

    def test_names_of_files_on_their_way_are_passed_over(self):
        for name in (".a.csv", "a.csv.part", "a.tmp"):
            write_diamonds(self.data / name, 300)
        self.watch()
        write_diamonds(self.data / "b.csv", 310)
        self.wait_for(b=310)

    def test_a_bad_file_is_told_once_and_tried_again_when_it_is_mended(self):
        (self.data / "bad.csv").write_text(write_diamonds(self.folder / "good.csv", 300).read_text().replace("Ideal", "Idael", 1))
        write_diamonds(self.data / "b.csv", 310)
        self.watch()
        self.says(r"error .*bad.csv:\d+.*did you mean 'Ideal'")
        self.wait_for(b=310)
        write_diamonds(self.data / "c.csv", 320)
        self.wait_for(b=310, c=320)
        self.assertEqual(self.log().count("did you mean"), 1)
        (self.folder / "good.csv").rename(self.data / "bad.csv")
        self.wait_for(b=310, c=320, bad=300)

    def test_a_training_that_fails_does_not_end_it(self):
        lines = write_diamonds(self.folder / "small.csv", 300).read_text().splitlines()
        for number in range(1, len(lines)):  # the squares of such prices are more than a number can be
            fields = lines[number].split(",")
            fields[6] += "e200"
            lines[number] = ",".join(fields)
        (self.data / "a.csv").write_text("\n".join(lines))
        self.assertIn("not finite", train("--data", self.data, "--models-dir", self.folder / "other/models", "--model", "linear", code=4).stderr)
        self.watch()
        self.says("error .*not finite")
        write_diamonds(self.data / "b.csv", 310)
        self.wait_for(b=310)

    def test_data_of_one_row_are_told_and_do_not_end_it(self):
        write_diamonds(self.data / "a.csv", 1)
        self.watch()
        self.says("error .*no training rows")
        write_diamonds(self.data / "b.csv", 310)
        self.wait_for(b=310)

    def test_while_another_training_runs_it_waits(self):
        fifo = self.folder / "slow.csv"
        os.mkfifo(fifo)
        other = subprocess.Popen([BIN / "diamond-train", "--data", fifo, "--models-dir", self.models, "--model", "linear"], stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (other.kill(), other.wait()))
        lock = self.models / ".training.lock"
        wait_until(lambda: lock.exists() and f"process {other.pid} " in lock.read_text(), "the other trainer's lock")
        write_diamonds(self.data / "a.csv", 300)
        self.watch()
        self.says(f"another training runs here: process {other.pid} ")
        other.kill()
        other.wait()
        self.wait_for(a=300)
        self.assertEqual(self.log().count("another training runs here"), 1)
        self.assertEqual(self.log().count("training begins"), 1)

    def test_an_idle_watcher_says_nothing_and_ends_at_sigterm_and_ctrl_c(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            self.watch()
            before = self.log()
            self.end(how)
            self.assertRegex(self.log()[len(before):], r"^\S+ warning stopping.*\n\S+ info +no longer watching.*\n$")
            self.assertEqual(self.process.stdout.read(), "")

    def test_a_signal_and_its_echo_are_one(self):
        """timeout(1) signals the program and its group, at once."""
        for how in 5 * [signal.SIGTERM, signal.SIGINT]:
            self.watch()
            self.process.send_signal(how)
            self.end(how)
            self.assertIn("no longer watching", self.log())

    def test_a_study_ends_with_the_best_so_far_when_the_watcher_is_told_to_end(self):
        write_diamonds(self.data / "a.csv", 2000)
        config = self.folder / "tuned.json"
        config.write_text(json.dumps({"models": [{"kind": "xgboost", "params": {"n_estimators": 60},
                                                  "tuning": {"trials": 10000, "search_space": {"max_depth": {"type": "int", "min": 3, "max": 9}}}}]}))
        self.watch("--config", config)
        self.says(" trial ")
        self.end()
        model, = json.loads(train("history", "--json", "--models-dir", self.models).stdout)
        self.assertEqual(model["tuning"]["end"], "stopped")

    def test_wrong_wishes_end_it(self):
        for arguments, says in [
            (["--watch", "--data", self.folder / "nowhere"], ["nowhere", "no such file or directory to watch"]),
            (["--watch", "--force"], "--force"),
            (["--watch-settle", "3"], "--watch"),
            (["--watch", "--watch-settle", "-1"], "--watch-settle"),
            (["--watch", "--watch-settle", "soon"], "--watch-settle"),
            (["--watch", "--data", self.data, "--model", "liner"], ["liner", "the kinds are"]),
        ]:
            with self.subTest(arguments=arguments):
                done = train("--models-dir", self.models, *arguments, code=2)
                for word in [says] if isinstance(says, str) else says:
                    self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
