"""The trainer is killed at each of its steps on the disk; the history is whole after every one of them."""

import json
import os
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

    def run_trainer(self, **environment):
        return subprocess.run([BIN / "diamond-train", "--data", self.new, "--models-dir", self.models, "--model", "linear", "--quiet"],
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
        step = 0
        while True:
            step += 1
            done = self.run_trainer(DIAMOND_KILL_AT_STEP=str(step))
            if done.returncode == 0:
                break
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
        self.assertGreater(step, 15, "the shim counted hardly a step: is it loaded?")

    def start_again(self, model):
        subprocess.run(["rm", "-rf", self.models / model["id"], self.models / "champion.json",
                        self.folder / f"datasets/{model['dataset']['sha256']}.csv"], check=True)
        train("promote", self.old["id"], "--models-dir", self.models)


if __name__ == "__main__":
    unittest.main(verbosity=2)
