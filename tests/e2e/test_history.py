"""The history kept in order: looked through, pruned, verified, exported."""

import csv
import io
import json
import os
import subprocess
import unittest

from harness import BIN, Case, train, wait_until, write_diamonds


class HistoryCase(Case):
    """Models "one" to "four", each on data of its own, the last of which is champion, and the third was before."""

    NAMES = ("one", "two", "three", "four")

    def setUp(self):
        super().setUp()
        self.ids = []
        for number, name in enumerate(self.NAMES):
            config = self.folder / f"{name}.json"
            data = write_diamonds(self.folder / f"{name}.csv", 300 + 100 * number)
            config.write_text(json.dumps({"dataset_path": str(data), "models": [{"kind": "linear", "name": name}]}))
            model, = json.loads(self.run_train("--config", config, "--no-report", "--json").stdout)
            self.ids.append(model["id"])
            self.run_train("promote", model["id"], "--no-report")

    def run_train(self, *arguments, code=0):
        return train(*arguments, "--models-dir", self.models, code=code)

    def json_of(self, *arguments, code=0):
        return json.loads(self.run_train(*arguments, "--json", code=code).stdout)

    def standing(self):
        return sorted(p.name for p in self.models.iterdir() if not p.name.startswith(".") and p.is_dir())

    def data(self):
        return sorted(p.name for p in (self.folder / "datasets").iterdir())

    def refused(self, *arguments, says, code=2):
        done = self.run_train(*arguments, code=code)
        error = done.stderr.strip().splitlines()[-1]
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, error)
        self.assertEqual(done.stdout, "")


class Looking(HistoryCase):
    def names(self, *arguments):
        return [model["name"] for model in self.json_of("history", *arguments)]

    def test_models_that_fit_are_listed_in_the_order_that_is_asked_for(self):
        self.assertEqual(self.names("--sort", "created"), ["four", "three", "two", "one"])
        self.assertEqual(self.names("--sort", "rows", "--limit", "2"), ["four", "three"])
        self.assertEqual(self.names("--where", "rows<450", "--where", "name!=one"), ["two"])
        self.assertEqual(self.names("--where", "champion=yes"), ["four"])
        self.assertEqual(sorted(self.names("--where", "created>=2020-01-01")), sorted(self.NAMES))
        self.assertEqual(self.names("--where", "created<2020-01-01"), [])
        self.assertIn("no model fits", self.run_train("history", "--where", "kind=xgboost").stdout)

    def test_csv_has_a_line_for_each_model_with_what_json_says_of_it(self):
        text = self.run_train("history", "--csv", "--sort", "created").stdout
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        models = self.json_of("history", "--sort", "created")
        self.assertEqual([row["id"] for row in rows], [model["id"] for model in models])
        for row, model in zip(rows, models):
            self.assertEqual(float(row["mae"]), model["metrics"]["mae"])
            self.assertEqual((int(row["rows"]), row["champion"]), (model["dataset"]["rows_kept"], "yes" if model["champion"] else "no"))

    def test_wrong_questions(self):
        for arguments, says in [
            (["--where", "kin=linear"], ["'kin'", "id, kind, name, created"]),
            (["--where", "kind~linear"], ["'kind~linear'", "<="]),
            (["--where", "mae<cheap"], "'cheap'"),
            (["--where", "created>soon"], "2026-11-24"),
            (["--sort", "price"], "--sort"),
            (["--limit", "0"], "--limit"),
            (["--limit", "few"], "--limit"),
            (["--csv", "--json"], "--csv, --json"),
        ]:
            with self.subTest(arguments=arguments):
                self.refused("history", *arguments, says=says)


class Pruning(HistoryCase):
    def test_old_models_go_with_their_data_and_what_is_needed_stays(self):
        look = self.json_of("prune", "--keep", "0", "--dry-run")
        self.assertEqual(self.standing(), sorted(self.ids))
        done = self.json_of("prune", "--keep", "0")
        self.assertEqual((look.pop("dry_run"), done.pop("dry_run")), (True, False))
        self.assertEqual(look, done)
        self.assertEqual([model["id"] for model in done["models"]], self.ids[:2])
        self.assertEqual([model["id"] for model in done["spared"]], self.ids[2:])
        self.assertEqual(self.standing(), sorted(self.ids[2:]))
        self.assertEqual(len(self.data()), 2)
        self.assertEqual(done["bytes"], sum(one["bytes"] for one in done["models"] + done["datasets"]))
        self.run_train("rollback")
        self.run_train("verify")

    def test_an_age_is_hours_days_or_weeks(self):
        for age in ("1h", "90d", "6w"):
            self.assertEqual(self.json_of("prune", "--older-than", age)["models"], [])
        self.assertEqual(len(self.json_of("prune", "--older-than", "0d", "--dry-run")["models"]), 2)

    def test_what_it_would_free_is_said_for_people(self):
        done = self.run_train("prune", "--keep", "3", "--dry-run")
        self.assertIn(self.ids[0], done.stdout)
        self.assertRegex(done.stdout, r"would free \d+\.?\d* kB \(\d+ bytes\): 1 model, 1 data set\n$")

    def test_models_that_a_server_has_loaded_stay_until_it_ends(self):
        with self.serve_sqlite("--model", self.ids[0]) as server:
            price = server.predict().json()["predicted_value"]
            other = server.ask("POST", f"/predict?model={self.ids[1]}", {"carat": 1.0, "cut": "Ideal", "color": "E", "clarity": "VVS1", "depth": 61.0,
                                                                         "table": 55.0, "x": 6.5, "y": 6.5, "z": 4.0})
            self.assertEqual(other.status, 200, other.body)
            spared = self.json_of("prune", "--keep", "0")["spared"]
            self.assertEqual([one["id"] for one in spared], self.ids)
            self.assertEqual(["server" in one["reason"] for one in spared], [True, True, False, False])
            self.assertEqual(server.predict().json()["predicted_value"], price)
            server.process.kill()  # what it held ends with it
            server.process.wait()
        self.assertEqual([one["id"] for one in self.json_of("prune", "--keep", "0")["models"]], self.ids[:2])

    def test_what_a_command_works_with_is_not_removed(self):
        working = subprocess.Popen([BIN / "diamond-train", "predict", "--model", self.ids[0], "--data", "-", "--models-dir", self.models],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(working.wait)
        self.addCleanup(working.kill)
        would_go = lambda: [one["id"] for one in self.json_of("prune", "--keep", "0", "--dry-run")["models"]]
        wait_until(lambda: self.ids[0] not in would_go(), "the command to have its model")
        working.stdin.close()
        working.wait()
        self.assertIn(self.ids[0], would_go())

    def test_a_champion_that_the_server_follows_away_from_is_let_go(self):
        with self.serve_sqlite() as server:
            for number in (0, 1):
                self.run_train("promote", self.ids[number])
                wait_until(lambda: server.predict().json()["model"]["id"] == self.ids[number], "the new champion in service")
            wait_until(lambda: len(self.json_of("prune", "--keep", "0", "--dry-run")["models"]) == 2, "the server to let go")
            self.assertEqual([one["id"] for one in self.json_of("prune", "--keep", "0")["models"]], self.ids[2:])
            self.assertEqual(server.predict().status, 200)

    def test_a_model_that_cannot_be_read_stays_and_is_told(self):
        manifest = self.models / self.ids[0] / "manifest.json"
        manifest.write_text(manifest.read_text()[:100])
        done = self.run_train("prune", "--keep", "0")
        self.assertIn(f"{self.ids[0]}/manifest.json", done.stderr)
        self.assertIn("all data sets stay", done.stderr)
        self.assertEqual(self.standing(), sorted([self.ids[0], *self.ids[2:]]))
        self.assertEqual(len(self.data()), 4)

    @unittest.skipUnless(os.geteuid() == 0, "who is not root has nobody to be instead")
    def test_what_may_not_be_looked_at_may_need_data_and_looking_needs_no_more_than_to_read(self):
        def as_nobody(*arguments):
            return subprocess.run([BIN / "diamond-train", *map(str, arguments), "--models-dir", str(self.models), "--json"], capture_output=True, text=True,
                                  user=65534, group=65534, extra_groups=[], cwd=self.folder, check=False)

        self.folder.chmod(0o755)
        if subprocess.run(["test", "-x", BIN / "diamond-train"], user=65534, group=65534, extra_groups=[], check=False).returncode != 0:
            self.skipTest("this checkout is root's alone")
        looked = as_nobody("prune", "--keep", "0", "--dry-run")
        self.assertEqual(looked.returncode, 0, looked.stderr)
        self.assertEqual(len(json.loads(looked.stdout)["models"]), 2)
        (self.folder / "others").mkdir(mode=0o700)
        (self.folder / "lost+found").mkdir(mode=0o700)  # a file system's own
        for path in [self.folder, self.models, *self.models.rglob("*"), self.folder / "datasets", *(self.folder / "datasets").iterdir()]:
            os.chown(path, 65534, 65534)
        pruned = as_nobody("prune", "--keep", "0")
        self.assertIn(f"{self.folder}/others: cannot be looked at: Permission denied", pruned.stderr)
        self.assertIn("all data sets stay", pruned.stderr)
        self.assertNotIn("lost+found", pruned.stderr)
        self.assertEqual(len(self.data()), 4)

    def test_trainings_into_histories_side_by_side_leave_each_other_their_data(self):
        fifo = self.folder / "slow.csv"
        os.mkfifo(fifo)
        slow = subprocess.Popen([BIN / "diamond-train", "--data", fifo, "--models-dir", self.folder / "slow", "--model", "linear", "--quiet"],
                                stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (slow.kill(), slow.wait(), slow.stderr.close()))
        with open(fifo, "w") as pipe:
            wait_until(lambda: any(name.startswith(".staged-") for name in os.listdir(self.folder / "datasets")), "what is being staged")
            train("--data", write_diamonds(self.folder / "quick.csv", 500), "--models-dir", self.folder / "quick", "--model", "linear", "--quiet")
            pipe.write(write_diamonds(self.folder / "whole.csv", 600).read_text())
        self.assertEqual(slow.wait(), 0, slow.stderr.read())

    def test_a_training_that_runs_is_not_disturbed(self):
        fifo = self.folder / "slow.csv"
        os.mkfifo(fifo)
        trainer = subprocess.Popen([BIN / "diamond-train", "--data", fifo, "--models-dir", self.models, "--model", "linear"], stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (trainer.kill(), trainer.wait()))
        wait_until(lambda: f"process {trainer.pid} " in (self.models / ".training.lock").read_text(), "the trainer's lock")
        self.refused("prune", "--keep", "0", says=f"process {trainer.pid} ", code=5)
        self.assertEqual(self.standing(), sorted(self.ids))
        self.assertEqual(len(self.json_of("prune", "--keep", "0", "--dry-run")["models"]), 2)  # it may be looked

    def test_wrong_wishes(self):
        for arguments, says in [
            ([], ["--keep, --older-than", "neither"]),
            (["--keep", "1", "--older-than", "1d"], "both are given"),
            (["--keep", "-1"], "--keep"),
            (["--keep", "all"], "--keep"),
            (["--older-than", "90"], ["'90'", "12h, 90d, 6w"]),
            (["--older-than", "d"], "'d'"),
            (["--older-than", "1.5d"], "'1.5d'"),
            (["--older-than", "-5d"], "--older-than"),
            (["--older-than", "90 d"], "'90 d'"),
            (["--older-than", "90m"], "'90m'"),
            (["--older-than", "999999999999d"], "'999999999999d'"),
        ]:
            with self.subTest(arguments=arguments):
                self.refused("prune", *arguments, says=says)
        self.assertEqual(self.standing(), sorted(self.ids))
        done = train("prune", "--keep", "1", "--models-dir", self.folder / "nowhere", code=2)
        self.assertIn("nowhere: there is no model history here", done.stderr)
        self.assertFalse((self.folder / "nowhere").exists())


class Verifying(HistoryCase):
    def test_a_history_as_it_was_written_is_said_to_be_so(self):
        self.assertRegex(self.run_train("verify").stdout, r"^4 models, 4 data sets, \d+ kB: all as they were written\n$")
        self.assertEqual(self.run_train("verify", "--quiet").stdout, "")
        found = self.json_of("verify")
        files = [p for place in (*self.standing(),) for p in (self.models / place).iterdir()] + list((self.folder / "datasets").iterdir())
        self.assertEqual((found["models"], found["datasets"], found["damage"], found["remarks"]), (4, 4, [], []))
        self.assertEqual(found["bytes"], sum(p.stat().st_size for p in files))

    def test_each_damage_is_a_line_with_the_way_out_and_the_code_is_3(self):
        one, two, three, four = (self.models / id for id in self.ids)
        with open(one / "model.json", "a") as file:
            file.write(" ")
        (two / "interval.json").unlink()
        (three / "manifest.json").write_text("{")
        (four / "more.txt").write_text("")
        changed, missing = [self.folder / "datasets" / name for name in self.data()][:2]
        changed.write_text("carat\n")
        missing.unlink()
        (self.models / ".staging-x").mkdir()
        done = self.run_train("verify", code=3)
        lines = done.stdout.splitlines()
        for path, what in [(one / "model.json", "not as it was"), (two / "interval.json", "is missing"), (three / "manifest.json", "cut short"),
                           (four / "more.txt", "does not know"), (changed, "not those that their name promises")]:
            self.assertEqual(len([line for line in lines if line.startswith(f"{path}: ") and what in line and "; " in line]), 1, done.stdout)
        self.assertIn(".staging-x", done.stderr)
        self.assertRegex(done.stderr.splitlines()[-1], r"4 models, 3 data sets, .*: \d problems; each is told")
        self.assertEqual(sorted(self.json_of("verify", code=3)["damage"]), sorted(lines))

    def test_a_champion_that_is_gone_is_damage(self):
        subprocess.run(["rm", "-r", self.models / self.ids[3]], check=True)
        self.assertIn("diamond-train promote", self.run_train("verify", code=3).stdout)

    def test_nothing_is_changed_and_no_training_is_disturbed(self):
        lock = (self.models / ".training.lock").read_text()
        before = sorted(p for p in self.models.rglob("*"))
        self.run_train("verify")
        self.assertEqual(sorted(p for p in self.models.rglob("*")), before)
        self.assertEqual((self.models / ".training.lock").read_text(), lock)

    def test_there_has_to_be_a_history(self):
        self.assertIn("nowhere: there is no model history here", train("verify", "--models-dir", self.folder / "nowhere", code=2).stderr)


class Exporting(HistoryCase):
    def test_a_server_and_a_trainer_elsewhere_use_it(self):
        out = self.folder / "exported"
        told = self.json_of("export", "champion", "--out", out)
        self.assertEqual((told["id"], told["models_dir"]), (self.ids[3], str(out / "models")))
        files = [p for p in out.rglob("*") if p.is_file() and p.name != "champion.json"]
        self.assertEqual((told["files"], told["bytes"]), (len(files), sum(p.stat().st_size for p in files)))
        with self.serve_sqlite() as server:
            price = server.predict().json()
        train("verify", "--models-dir", out / "models")
        self.models = out / "models"
        with self.serve_sqlite() as server:
            self.assertEqual(server.predict().json(), price)
            self.assertEqual(server.ask("POST", "/samples", {"cut": "Ideal", "color": "E", "clarity": "VS2", "weight": 0.7, "n_samples": 5}).status, 200)
        again = self.run_train("--config", self.folder / "four.json")  # the trainer knows it as what it is
        self.assertIn("nothing new to train on", again.stdout)
        self.assertIn("champion stays: " + self.ids[3], again.stdout)

    def test_a_disk_of_its_own_is_not_replaced_by_an_export(self):
        out = self.folder / "mounted"
        out.mkdir()
        inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", 'mount -t tmpfs none "$0"; exec "$@"', out]
        if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("nothing can be mounted here")
        done = subprocess.run([*inside, BIN / "diamond-train", "export", "champion", "--models-dir", self.models, "--out", out], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("mounted: another disk begins here", done.stderr)
        self.assertIn("name a directory below it", done.stderr)

    def test_any_model_may_be_taken_by_the_beginning_of_its_id(self):
        done = self.run_train("export", self.ids[0], "--out", self.folder / "out")
        self.assertIn(f"use it with --models-dir {self.folder}/out/models", done.stdout)
        self.assertEqual(json.loads(train("show", "champion", "--json", "--models-dir", self.folder / "out/models").stdout)["id"], self.ids[0])

    def test_wrong_wishes(self):
        (self.folder / "full").mkdir()
        (self.folder / "full/mine").write_text("")
        for arguments, says in [
            (["champion"], "--out"),
            (["--out", self.folder / "out"], "ID"),
            (["nothing", "--out", self.folder / "out"], "'nothing'"),
            (["champion", "--out", self.folder / "full"], ["full", "something here already"]),
            (["champion", "--out", self.folder / "one.csv"], ["one.csv", "something here already"]),
        ]:
            with self.subTest(arguments=arguments):
                self.refused("export", *arguments, says=says)
        self.assertFalse((self.folder / "out").exists())

    def test_what_is_damaged_is_not_exported(self):
        (self.models / self.ids[3] / "model.json").write_text("{}")
        self.refused("export", "champion", "--out", self.folder / "place/out", says=["model.json", "not as it was written"], code=1)
        self.assertEqual(list((self.folder / "place").iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
