"""Studies as a data scientist sees them: interrupted, killed, out of disk, at a terminal."""

import json
import os
import pty
import resource
import select
import signal
import subprocess
import time
import unittest

from harness import BIN, PATIENCE, Case, train, wait_until, write_diamonds

SPACE = {"learning_rate": {"type": "float", "min": 0.02, "max": 0.5, "log": True},
         "max_depth": {"type": "int", "min": 3, "max": 9},
         "subsample": {"type": "categorical", "values": [0.5, 0.8, 1.0]}}


class Tuning(Case):
    def setUp(self):
        super().setUp()
        self.data = write_diamonds(self.folder / "a.csv", 2000)

    def config(self, trials=12, trees=60, name="tuned.json", **tuning):
        path = self.folder / name
        path.write_text(json.dumps({
            "dataset_path": str(self.data), "models_path": str(self.models), "report": False,
            "models": [{"kind": "xgboost", "params": {"n_estimators": trees},
                        "tuning": {"trials": trials, "search_space": SPACE, **tuning}}]}))
        return path

    def start(self, config, *arguments, **options):
        process = subprocess.Popen([BIN / "diamond-train", "--config", config, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        return process

    def lines_so_far(self):
        files = list((self.models / ".studies").glob("*.jsonl"))
        return files[0].read_text().count("\n") if files else 0

    @staticmethod
    def trials(directory):
        trials = [json.loads(line) for line in (directory / "trials.jsonl").read_text().splitlines()]
        for trial in trials:
            del trial["duration_seconds"]
        return trials

    def test_a_study_that_is_killed_again_and_again_ends_as_one_that_was_not(self):
        undisturbed, = json.loads(train("--config", self.config(), "--models-dir", self.folder / "other/models", "--json").stdout)
        for enough in (1, 3, 4, 8):
            process = self.start(self.config(trees=60))
            wait_until(lambda: self.lines_so_far() >= enough or process.poll() is not None, f"{enough} trials")
            process.kill()
            process.wait()
        self.assertEqual([p for p in self.models.glob("*") if not p.name.startswith(".")], [])
        model, = json.loads(train("--config", self.config(), "--json").stdout)
        self.assertEqual(self.trials(self.models / model["id"]), self.trials(self.folder / "other/models" / undisturbed["id"]))
        self.assertEqual((model["params"], model["metrics"]), (undisturbed["params"], undisturbed["metrics"]))
        self.assertEqual(model["files"]["model.ubj"], undisturbed["files"]["model.ubj"])
        self.assertEqual(list((self.models / ".studies").iterdir()), [])
        self.assertIn("nothing new", train("--config", self.config()).stdout)

    def test_ctrl_c_ends_a_study_with_the_best_so_far_as_a_whole_model(self):
        process = self.start(self.config(trials=10_000), "--json")
        wait_until(lambda: self.lines_so_far() >= 3, "three trials")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("the best so far will be kept", err)
        model, = json.loads(out)
        self.assertEqual(model["tuning"]["end"], "stopped")
        values = [t["value"] for t in self.trials(self.models / model["id"]) if t["state"] == "complete"]
        self.assertEqual(model["tuning"]["best"]["value"], min(values))
        self.assertEqual(json.loads((self.models / "champion.json").read_text())["id"], model["id"])
        with self.serve_sqlite() as server:
            self.assertEqual(server.predict().json()["model"]["id"], model["id"])

    def test_ctrl_c_twice_ends_at_once(self):
        process = self.start(self.config(trials=10_000))
        wait_until(lambda: self.lines_so_far() >= 1, "a trial")
        process.send_signal(signal.SIGINT)
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        self.assertIn(process.wait(PATIENCE), (-signal.SIGINT, 0))  # 0: it was done before the second one came

    def test_a_time_budget_that_nothing_is_taken_from_is_kept(self):
        train("--data", write_diamonds(self.folder / "few.csv", 500), "--models-dir", self.models, "--model", "linear", "--time-budget", "60", "--quiet")

    def test_a_time_budget_ends_a_study_well(self):
        model, = json.loads(train("--config", self.config(trials=100_000), "--time-budget", "1", "--json").stdout)
        self.assertEqual(model["tuning"]["end"], "time_budget")
        self.assertGreater(model["tuning"]["trials"]["complete"], 0)
        self.assertIn("nothing new", train("--config", self.config(trials=100_000), "--time-budget", "1").stdout)

    def test_trials_on_the_command_line_tune_a_kind_over_its_own_space(self):
        config = self.folder / "plain.json"
        config.write_text(json.dumps({"dataset_path": str(self.data), "models_path": str(self.models), "report": False,
                                      "models": [{"kind": "xgboost", "params": {"n_estimators": 20}}]}))
        model, = json.loads(train("--config", config, "--trials", "2", "--json").stdout)
        self.assertEqual(sum(model["tuning"]["trials"].values()), 2)
        done = train("--config", config, "--model", "linear", "--trials", "2", code=2)
        self.assertIn("--trials: none of the models is tuned", done.stderr)

    def test_the_original_services_tuning_is_run_as_it_is(self):
        config = self.folder / "original.json"
        config.write_text(json.dumps({
            "dataset_path": str(self.folder), "models_path": str(self.models), "test_size": 0.25, "random_seed": 7,
            "preprocessing_fn": "src.data_manager.diamond_xgb_preprocessor",
            "model": {"class": "xgboost.XGBRegressor", "params": {"enable_categorical": True, "random_state": 7}, "log_normalize": False,
                      "parameter_tuning": {"val_perc": 0.2, "random_seed": 7, "metric": "sklearn.metrics.mean_absolute_error", "n_trials": 5,
                                           "learning_rate": {"type": "float", "min": 0.001, "max": 1.0},
                                           "max_depth": {"type": "int", "min": 3, "max": 9},
                                           "subsample": {"type": "categorical", "values": [0.5, 0.8, 1.0]}}},
            "val_metrics": ["sklearn.metrics.r2_score", "sklearn.metrics.mean_absolute_error"]}))
        model, = json.loads(train("--config", config, "--json").stdout)
        self.assertEqual((model["kind"], model["log_target"], sum(model["tuning"]["trials"].values())), ("xgboost", False, 5))
        self.assertEqual((model["params"]["features"], model["params"]["n_estimators"]), ("notebook", 100))

    def test_a_full_disk_in_a_study_is_told_and_leaves_the_history_as_it_was(self):
        old = self.train_small()
        before = sorted(p.name for p in self.models.iterdir())

        def small_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))  # enough for the data and some trials

        process = self.start(self.config(trials=10_000, trees=5), preexec_fn=small_disk)
        _, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, err)
        self.assertIn(".jsonl", err.splitlines()[-1])
        self.assertEqual(sorted(p.name for p in self.models.iterdir() if p.name != ".studies"), [n for n in before if n != ".studies"])
        self.assertEqual(json.loads((self.models / "champion.json").read_text())["id"], old["id"])

    def test_at_a_terminal_one_line_tells_how_far_it_is(self):
        leader, follower = pty.openpty()
        process = subprocess.Popen([BIN / "diamond-train", "--config", self.config(trials=4)], stdout=subprocess.DEVNULL, stderr=follower)
        os.close(follower)
        said = b""
        while process.poll() is None or select.select([leader], [], [], 0.2)[0]:
            if select.select([leader], [], [], 0.2)[0]:
                try:
                    said += os.read(leader, 4096)
                except OSError:  # the other end is closed
                    break
        os.close(leader)
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertRegex(said.decode(), r"xgboost  trial 1 of 4 .* left *\r")
        self.assertNotIn("number=1", said.decode())


class WrongInput(Case):
    def refused(self, model, says):
        data = write_diamonds(self.folder / "a.csv", 300)
        config = self.folder / "wrong.json"
        config.write_text(json.dumps({"dataset_path": str(data), "models_path": str(self.models), "report": False, "models": [model]}))
        error = train("--config", config, code=2).stderr.strip().splitlines()[-1]
        for word in says:
            self.assertIn(word, error)
        self.assertFalse(self.models.exists())

    def test_parameters_and_search_spaces(self):
        self.refused({"kind": "xgboost", "params": {"max_dept": 3}}, ["wrong.json#/models/0/params/max_dept", "did you mean max_depth?"])
        self.refused({"kind": "xgboost", "params": {"learning_rate": -1}}, ["wrong.json#/models/0/params/learning_rate", "-1"])
        self.refused({"kind": "xgboost", "tuning": {"search_space": {}}}, ["#/models/0/tuning/search_space", "nothing to tune"])
        self.refused({"kind": "xgboost", "tuning": {"search_space": {"eta": {"type": "float", "min": 1, "max": 0.1}}}}, ["#/models/0/tuning/search_space/eta"])
        self.refused({"kind": "xgboost", "tuning": {"search_space": {"eta": {"type": "real", "min": 0.1, "max": 1}}}}, ["search_space/eta/type"])
        self.refused({"kind": "xgboost", "tuning": {"trials": 0}}, ["#/models/0/tuning/trials"])
        self.refused({"kind": "linear", "tuning": {}}, ["#/models/0/tuning/search_space", "nothing to tune"])
        self.refused({"kind": "blend", "params": {"members": [{"kind": "forest"}]}}, ["#/models/0/params/members/0/kind"])
        self.refused({"kind": "xgboost", "target": "log", "log_target": False}, ["#/models/0/target"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
