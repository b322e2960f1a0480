"""diamond-train as a data scientist and cron use it."""

import json
import os
import pathlib
import subprocess
import unittest

from harness import BIN, DIAMONDS, ROOT, Case, train, wait_until, write_diamonds


class Training(Case):
    def test_the_first_model_is_published_and_becomes_champion(self):
        done = train("--data", DIAMONDS, "--models-dir", self.models, "--model", "linear", "--no-report", "--json")
        manifest, = json.loads(done.stdout)
        self.assertEqual(manifest["dataset"]["sha256"], "243996d7650e84e190a88d505b44c3a0be1bcfc7b4f32606d60d103a51494b9e")
        self.assertEqual((manifest["dataset"]["rows"], manifest["dataset"]["rows_kept"]), (53940, 53920))
        self.assertEqual(manifest["dataset"]["rejected"], [{"reason": "zero_dimension", "rows": 20}])
        directory = self.models / manifest["id"]
        self.assertEqual(sorted(p.name for p in directory.iterdir()), ["interval.json", "manifest.json", "model.json", "test_predictions.csv"])
        self.assertEqual(json.loads((directory / "manifest.json").read_text()), manifest)
        lines = (directory / "test_predictions.csv").read_text().splitlines()
        self.assertEqual((lines[0], len(lines)), ("actual,predicted", 10785))
        self.assertEqual((self.folder / f"datasets/{manifest['dataset']['sha256']}.csv").read_bytes(), DIAMONDS.read_bytes())
        champion = json.loads((self.models / "champion.json").read_text())
        self.assertEqual((champion["id"], champion["previous"]), (manifest["id"], None))
        self.assertIn("mae", champion["reason"])
        self.assertEqual((champion["promoted_by"], champion["comparison"], champion["earlier"]), ("diamond-train", None, []))

    def test_unchanged_data_and_configuration_are_nothing_new_unless_forced(self):
        first = self.train_small()
        again = ["--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--no-report"]
        self.assertIn("nothing new", train(*again).stdout)
        self.assertEqual(json.loads(train(*again, "--json").stdout), [])
        forced, = json.loads(train(*again, "--force", "--json").stdout)
        self.assertNotEqual(forced["id"], first["id"])
        self.assertEqual(forced["metrics"], first["metrics"])
        other_seed, = json.loads(train(*again, "--seed", "7", "--json").stdout)
        self.assertNotEqual(other_seed["metrics"], first["metrics"])
        self.assertEqual(len(list((self.folder / "datasets").iterdir())), 1)

    def test_each_trains_on_every_file_and_merged_on_all_of_them_without_duplicates(self):
        data = self.folder / "data"
        data.mkdir()
        write_diamonds(data / "a.csv", 1000)
        write_diamonds(data / "b.csv", 1000, skip=500)
        each = json.loads(train("--data", data, "--models-dir", self.models, "--model", "linear", "--no-report", "--json").stdout)
        self.assertEqual([pathlib.Path(m["dataset"]["path"]).name for m in each], ["a.csv", "b.csv"])
        config = self.folder / "config.json"
        config.write_text(json.dumps({"dataset_path": str(data), "datasets": "merged", "models": [{"kind": "linear"}]}))
        merged, = json.loads(train("--config", config, "--models-dir", self.models, "--json").stdout)
        rows = set((data / "a.csv").read_text().splitlines()[1:]) | set((data / "b.csv").read_text().splitlines()[1:])
        self.assertEqual(merged["dataset"]["rows"], len(rows))
        self.assertEqual(len(merged["dataset"]["sources"]), 2)

    def test_a_configuration_of_the_original_service_is_read_as_it_is(self):
        config = json.loads((ROOT / "config/examples/original_linear.json").read_text())
        config["log_file"] = str(self.folder / "training.log")
        (self.folder / "original.json").write_text(json.dumps(config))
        manifest, = json.loads(train("--config", self.folder / "original.json", "--models-dir", self.models, "--json").stdout)
        self.assertEqual((manifest["kind"], manifest["log_target"], sorted(manifest["metrics"])), ("linear", True, ["mae", "r2"]))
        self.assertIn("model trained", (self.folder / "training.log").read_text())

    def test_history_show_promote_and_rollback_tell_and_change_who_is_champion(self):
        first = self.train_small()
        second, = json.loads(train("--data", write_diamonds(self.folder / "new.csv", 3000, factor=2), "--models-dir", self.models,
                                   "--model", "linear", "--no-report", "--json").stdout)
        at = ["--models-dir", self.models]
        champion = json.loads((self.models / "champion.json").read_text())
        self.assertEqual((champion["comparison"]["against"], champion["earlier"][0]["id"]), (first["id"], first["id"]))
        self.assertIn("by diamond-train: " + champion["reason"], train("show", "champion", *at).stdout)
        self.assertEqual(json.loads(train("show", "champion", "--json", *at).stdout)["id"], second["id"])
        history = json.loads(train("history", "--json", "--sort", "r2", *at).stdout)
        self.assertEqual([m["metrics"]["r2"] for m in history], sorted((m["metrics"]["r2"] for m in history), reverse=True))
        self.assertEqual({m["id"]: m["champion"] for m in history}, {first["id"]: False, second["id"]: True})
        self.assertEqual(json.loads(train("promote", first["id"], "--json", *at).stdout)["id"], first["id"])
        back = train("rollback", *at, env={**os.environ, "SUDO_USER": "jane"}).stdout
        self.assertIn("champion is now " + second["id"], back)
        self.assertIn("by jane: rolled back by hand from " + first["id"], back)
        self.assertIn(second["id"], train("show", second["id"][:-2], *at).stdout)
        for line in train("history", *at).stdout.splitlines():
            self.assertNotIn("\x1b", line)
        self.assertEqual([k["kind"] for k in json.loads(train("kinds", "--json").stdout)], ["blend", "gaussian_process", "linear", "xgboost"])

    def test_a_damaged_model_is_no_champion_and_is_trained_again(self):
        data = write_diamonds(self.folder / "a.csv", 1000)
        again = ["--data", data, "--models-dir", self.models, "--model", "linear", "--no-report", "--json"]
        damaged, = json.loads(train(*again).stdout)
        with open(self.models / damaged["id"] / "model.json", "a") as file:
            file.write(" ")
        before = (self.models / "champion.json").read_text()
        refused = train("promote", damaged["id"], "--models-dir", self.models, code=1)
        self.assertIn("not as it was when the model was published", refused.stderr)
        self.assertEqual((self.models / "champion.json").read_text(), before)
        healed, = json.loads(train(*again).stdout)
        self.assertEqual(json.loads((self.models / "champion.json").read_text())["id"], healed["id"])

    def test_a_file_that_is_wrong_holds_up_no_other(self):
        folder = self.folder / "lists"
        folder.mkdir()
        write_diamonds(folder / "a.csv", 300)
        (folder / "b.csv").write_text("carat,cut\n")
        write_diamonds(folder / "c.csv", 400)
        done = train("--data", folder, "--models-dir", self.models, "--model", "linear", "--no-report", "--json", code=3)
        self.assertEqual([model["dataset"]["rows"] for model in json.loads(done.stdout)], [300, 400])
        self.assertIn("b.csv:1", done.stderr)
        champion = json.loads((self.models / "champion.json").read_text())["id"]
        self.assertEqual(json.loads(train("show", champion, "--models-dir", self.models, "--json").stdout)["dataset"]["rows"], 400)

    def test_a_champion_that_stays_is_said_with_the_figures(self):
        first = self.train_small()
        said = train("--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--no-report", "--force").stdout
        self.assertIn("champion stays: " + first["id"], said)
        # Of the 400 test rows one equals a training row.
        self.assertIn("USD on 399 rows that neither was trained on: as good (95 % interval 0.00 to 0.00)", said)

    def test_a_champion_chosen_by_hand_stays_while_nothing_new_comes(self):
        first = self.train_small()
        train("--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--no-report", "--force")
        train("promote", first["id"], "--models-dir", self.models)
        train("--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--no-report")
        self.assertEqual(json.loads((self.models / "champion.json").read_text())["id"], first["id"])

    def test_broken_manifests_are_named_and_skipped(self):
        good = self.train_small()
        for number, damage in enumerate([lambda t: t[: len(t) // 2], lambda t: t.replace('"kind": "linear"', '"kind": "liners"'), lambda t: ""]):
            broken = self.models / f"2020010{number}T000000Z-linear-abcdef"
            broken.mkdir()
            (broken / "manifest.json").write_text(damage((self.models / good["id"] / "manifest.json").read_text()))
        (self.models / "20200109T000000Z-linear-abcdef").mkdir()
        done = train("history", "--json", "--models-dir", self.models)
        self.assertEqual([m["id"] for m in json.loads(done.stdout)], [good["id"]])
        skipped = [line for line in done.stderr.splitlines() if "skipped" in line]
        self.assertEqual(len(skipped), 4)
        for number in (0, 1, 2, 9):
            self.assertTrue(any(f"2020010{number}T" in line for line in skipped), done.stderr)

    def test_a_second_trainer_ends_at_once_and_names_the_first(self):
        fifo = self.folder / "slow.csv"
        os.mkfifo(fifo)  # the first trainer waits for its data as long as we like
        first = subprocess.Popen([BIN / "diamond-train", "--data", fifo, "--models-dir", self.models, "--model", "linear", "--no-report"],
                                 stderr=subprocess.PIPE, text=True)
        self.addCleanup(first.kill)
        wait_until(lambda: (self.models / ".training.lock").exists() and (self.models / ".training.lock").read_text(), "the first trainer's lock")
        done = train("--data", DIAMONDS, "--models-dir", self.models, code=5)
        self.assertIn(f"process {first.pid} ", done.stderr)
        first.kill()
        first.wait()
        first.stderr.close()
        train("--data", write_diamonds(self.folder / "a.csv"), "--models-dir", self.models, "--model", "linear", "--no-report")  # a dead trainer leaves no lock


class WrongInput(Case):
    """Each gets one line that says what, where and what to do, and the contract's exit code; nothing is published."""

    def check(self, code, *arguments, says):
        done = train("--models-dir", self.models, *arguments, code=code)
        error = done.stderr.strip().splitlines()[-1]
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, error)
        self.assertEqual(done.stdout, "")
        self.assertEqual([p for p in self.models.glob("*") if not p.name.startswith(".")], [])
        self.assertEqual(list((self.folder / "datasets").glob("*")), [])

    def csv(self, text, name="wrong.csv"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    HEADER = "carat,cut,color,clarity,depth,table,price,x,y,z\n"
    ROW = "0.23,Ideal,E,SI2,61.5,55,326,3.95,3.98,2.43\n"

    def test_data(self):
        many = self.HEADER + self.ROW * 30000
        for text, says in [
            ("", "is empty"),
            ("\n\r\n\n", "is empty"),
            (self.HEADER, "no stones"),
            (os.urandom(4096) + b"\0", "wrong.csv:1"),
            ("carat,cut\n1,Ideal\n", ["wrong.csv:1", "lacks color, clarity"]),
            (many + "0.23,Ideal,E,SI2,61.5\n", ["wrong.csv:30002", "cut short", "'table'"]),
            (many + "0.23,Idael,E,SI2,61.5,55,326,3.95,3.98,2.43\n", ["wrong.csv:30002", "column 'cut'", "did you mean 'Ideal'"]),
            (many + "0.23,Ideal,E,SI2,61.5,55,$326,3.95,3.98,2.43\n", ["wrong.csv:30002", "column 'price'", "'$326' is not a number"]),
            (self.HEADER + self.ROW * 7 + "0.23,Ideal,E,SI2,61.5,55,326,0,3.98,2.43\n" * 3, ["30.0 %", "zero_dimension 3", "--max-rejected"]),
        ]:
            with self.subTest(says=says):
                self.check(3, "--data", self.csv(text), says=says)

    def test_one_row_cannot_be_split(self):
        self.check(3, "--data", self.csv(self.HEADER + self.ROW), says="no training rows")

    def test_a_directory_without_csv_and_a_path_that_is_not_there(self):
        (self.folder / "empty").mkdir()
        self.check(2, "--data", self.folder / "empty", says="no *.csv")
        self.check(2, "--data", self.folder / "nowhere", says=["nowhere", "no such file"])

    def test_options(self):
        for arguments, says in [
            (["--bogus"], "--bogus"),
            (["--test-size", "1.5"], "--test-size"),
            (["--seed", "-1"], "--seed"),
            (["--model", "liner"], ["liner", "the kinds are"]),
            (["--config", "nowhere.json"], "nowhere.json"),
            (["--memory", "lots"], ["--memory", "must be an amount such as 512MiB", "not lots"]),
            (["--log-format", "1"], ["--log-format", "text"]),
            (["history", "--limit", "0"], ["--limit", "must be a number above 0"]),
            (["prune", "--keep", "few"], ["--keep", "must be a whole number"]),
            (["show", "nothing"], "nothing"),
            (["promote", "nothing"], "nothing"),
            (["rollback"], "no champion"),
        ]:
            with self.subTest(arguments=arguments):
                self.check(2, *arguments, says=says)

    def test_configurations(self):
        for text, says in [
            ('{"test_size": 0.2,', ":1:"),
            ('{"test_size": 2}', ["#/test_size", "below 1"]),
            ('{"test_sise": 0.2}', ["#/test_sise", "did you mean 'test_size'"]),
            ('{"models": [{"kind": "linear", "params": {"quantity": []}}]}', ["#/models/0/params/quantity", "quantities"]),
            ('{"models": [{"kind": "forest"}]}', ["#/models/0/kind", "'forest'"]),
            ('{"models": []}', "#/models"),
            ('{"model": {"class": "sklearn.svm.SVR"}}', ["#/model/class", "LinearRegression"]),
            ('[]', "allowed is type object"),
        ]:
            with self.subTest(text=text):
                self.check(2, "--config", self.csv(text, "wrong.json"), says=says)

    def test_a_models_directory_that_cannot_be_is_said(self):
        (self.folder / "file").write_text("")
        done = train("--models-dir", self.folder / "file", "--data", DIAMONDS, code=1)
        self.assertIn(str(self.folder / "file"), done.stderr)

    def test_errors_are_json_where_the_log_is(self):
        done = train("--models-dir", self.models, "--data", "nowhere", "--log-format", "json", code=2)
        for line in done.stderr.splitlines():
            self.assertIn(json.loads(line)["level"], ("info", "error"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
