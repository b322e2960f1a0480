"""The trainer is killed at each of its steps on the disk; the history is whole after every one of them. So are prune and export."""

import json
import os
import shutil
import subprocess
import unittest

from harness import BIN, Case, train, write_diamonds

SHIM = os.environ.get("DIAMOND_KILL_SHIM", "")


@unittest.skipUnless(SHIM, "needs DIAMOND_KILL_SHIM: not with sanitizers, which want to be loaded first")
class KillAtEveryStep(Case):
    def setUp(self):
        super().setUp()
        self.old = self.train_small(300)
        # Prices that the old model knows nothing of, and 220 test rows, enough to compare the two: the new one wins.
        self.new = write_diamonds(self.folder / "new.csv", 1100, factor=2)

    def run_trainer(self, *arguments, **environment):
        return subprocess.run([BIN / "diamond-train", "--data", self.new, "--models-dir", self.models, "--model", "linear", "--quiet", *arguments],
                              env={**os.environ, "LD_PRELOAD": SHIM, **environment}, capture_output=True, timeout=60, check=False)

    def check_history(self, step):
        done = train("history", "--json", "--models-dir", self.models)
        self.assertEqual(done.stderr, "", f"after a kill at step {step}")
        models = json.loads(done.stdout)
        for model in models:
            directory = self.models / model["id"]
            self.assertEqual(sorted(p.name for p in directory.iterdir()), ["interval.json", "manifest.json", "model.json", "test_predictions.csv"])
            self.assertEqual(len((directory / "test_predictions.csv").read_text().splitlines()), 1 + model["split"]["test_rows"])
            json.loads((directory / "model.json").read_text())
            self.assertTrue((self.folder / f"datasets/{model['dataset']['sha256']}.csv").exists())
        champion = json.loads((self.models / "champion.json").read_text())
        self.assertIn(champion["id"], [m["id"] for m in models])
        return models

    def test_a_killed_trainer_leaves_whole_models_no_lock_and_no_litter(self):
        steps = self.kill_at_every_step()
        self.assertGreater(steps, 15, "the shim counted hardly a step: is it loaded?")

    def test_so_does_one_that_has_its_rows_on_the_disk(self):
        self.assertGreater(self.kill_at_every_step("--memory", "1KiB"), 30)

    def kill_at_every_step(self, *arguments):
        """And how many there are."""
        step = 0
        while True:
            step += 1
            done = self.run_trainer(*arguments, DIAMOND_KILL_AT_STEP=str(step))
            if done.returncode == 0:
                return step
            self.assertEqual(done.returncode, -9, done.stderr)
            self.check_history(step)
            # The next training goes on as if nothing had been: it publishes, and elects a champion. Then back to the start.
            train("--data", self.new, "--models-dir", self.models, "--model", "linear", "--quiet")
            models = self.check_history(step)
            new = [m for m in models if m["dataset"]["rows"] == 1100]
            self.assertEqual(len(new), 1, f"after a kill at step {step}")
            self.assertEqual(json.loads((self.models / "champion.json").read_text())["id"], new[0]["id"])
            litter = [p.name for p in self.models.iterdir() if p.name.startswith(".") and not p.name.endswith(".lock")]
            litter += [p.name for p in (self.folder / "datasets").iterdir() if p.name.startswith(".")]
            self.assertEqual(litter, [])
            self.start_again(new[0])

    def start_again(self, model):
        subprocess.run(["rm", "-rf", self.models / model["id"], self.models / "champion.json",
                        self.folder / f"datasets/{model['dataset']['sha256']}.csv"], check=True)
        train("promote", self.old["id"], "--models-dir", self.models)


@unittest.skipUnless(SHIM, "needs DIAMOND_KILL_SHIM: not with sanitizers, which want to be loaded first")
class KilledKeepers(Case):
    """prune and export, killed at each of their steps."""

    def setUp(self):
        super().setUp()
        self.ids = [self.train_small(rows)["id"] for rows in (300, 310, 320, 330)]
        train("promote", self.ids[3], "--models-dir", self.models)
        shutil.copytree(self.models, self.folder / "before/models")
        shutil.copytree(self.folder / "datasets", self.folder / "before/datasets")

    def at_every_step(self, check, *command):
        """Runs the command until it is not killed any more; `check` sees what each kill left, and puts things back."""
        step = 0
        while True:
            step += 1
            done = subprocess.run([BIN / "diamond-train", *map(str, command), "--models-dir", self.models, "--quiet"],
                                  env={**os.environ, "LD_PRELOAD": SHIM, "DIAMOND_KILL_AT_STEP": str(step)}, capture_output=True, timeout=60, check=False)
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, -9, done.stderr)
            with self.subTest(step=step):
                check()
        self.assertGreater(step, 10, "the shim counted hardly a step: is it loaded?")

    def litter(self):
        found = [p.name for p in self.models.iterdir() if p.name.startswith(".") and not p.name.endswith(".lock")]
        return found + [p.name for p in (self.folder / "datasets").iterdir() if p.name.startswith(".")]

    def test_a_killed_prune_leaves_each_model_whole_or_gone_and_the_next_one_ends_it(self):
        def check():
            train("verify", "--models-dir", self.models)
            done = train("prune", "--keep", "0", "--models-dir", self.models)
            self.assertEqual(done.stderr, "")
            self.assertEqual([m["id"] for m in json.loads(train("history", "--json", "--sort", "created", "--models-dir", self.models).stdout)],
                             [self.ids[3], self.ids[2]])
            self.assertEqual(len(list((self.folder / "datasets").iterdir())), 2)
            self.assertEqual(self.litter(), [])
            for place in ("models", "datasets"):
                shutil.rmtree(self.folder / place)
                shutil.copytree(self.folder / "before" / place, self.folder / place)

        self.at_every_step(check, "prune", "--keep", "0")

    def test_a_killed_export_is_there_whole_or_not_at_all(self):
        place = self.folder / "elsewhere"
        out = place / "out"

        def check():
            if out.exists():
                train("verify", "--models-dir", out / "models")
                shutil.rmtree(place)
            train("export", "champion", "--out", out, "--models-dir", self.models)
            train("verify", "--models-dir", out / "models")
            self.assertEqual([p.name for p in place.iterdir()], ["out"])
            shutil.rmtree(place)

        self.at_every_step(check, "export", "champion", "--out", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
