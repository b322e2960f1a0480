"""A night in the life of both programs: cron trains while the server serves."""

import json
import os
import subprocess
import threading
import unittest

from harness import BIN, STONE, Case, train, wait_until, write_diamonds

MODELS = [{"kind": "linear"},
          {"kind": "xgboost", "params": {"n_estimators": 60, "learning_rate": 0.2},
           "tuning": {"trials": 4, "search_space": {"max_depth": {"type": "int", "min": 3, "max": 7}}}},
          {"kind": "blend", "params": {"members": [{"kind": "linear"}, {"kind": "xgboost", "params": {"n_estimators": 60, "learning_rate": 0.2}}]}}]


class Night(Case):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "prices"
        self.data.mkdir()
        self.config = self.folder / "night.json"
        self.config.write_text(json.dumps({
            "dataset_path": str(self.data), "datasets": "merged", "models_path": str(self.models), "split": "hash", "models": MODELS}))

    def night(self, code=0):
        return train("--config", self.config, "--json", code=code)

    def test_fresh_prices_are_served_in_the_morning_and_nobody_was_refused(self):
        write_diamonds(self.data / "monday.csv", 3000)
        first = json.loads(self.night().stdout)
        self.assertEqual([m["kind"] for m in first], ["linear", "xgboost", "blend"])
        champion = json.loads((self.models / "champion.json").read_text())
        self.assertEqual(champion["id"], min(first, key=lambda m: m["metrics"]["mae"])["id"])

        server = self.serve_sqlite()
        price = server.predict().json()["predicted_value"]
        answers, morning = [], threading.Event()

        def web_app():
            connection = server.connect()
            while not morning.is_set():
                answer = server.ask("POST", "/predict", STONE, connection=connection)
                answers.append((answer.status, answer.json()["model"]["id"]))
            connection.close()

        visitor = threading.Thread(target=web_app)
        visitor.start()
        try:
            # Nothing new: cron finds that out and ends well.
            self.assertEqual(json.loads(self.night().stdout), [])
            self.assertEqual(server.predict().json()["model"]["id"], champion["id"])
            # Somebody trains by hand while cron comes along.
            fifo = self.folder / "slow.csv"
            os.mkfifo(fifo)
            by_hand = subprocess.Popen([BIN / "diamond-train", "--data", fifo, "--models-dir", self.models, "--model", "linear"], stderr=subprocess.DEVNULL)
            self.addCleanup(lambda: (by_hand.kill(), by_hand.wait()))
            lock = self.models / ".training.lock"
            wait_until(lambda: str(by_hand.pid) in lock.read_text(), "the trainer's lock")
            self.assertIn(f"process {by_hand.pid} ", self.night(code=5).stderr)
            by_hand.kill()
            by_hand.wait()
            # Prices have doubled: the new data hold mostly such stones.
            write_diamonds(self.data / "tuesday.csv", 9000, skip=3000, factor=2)
            second = json.loads(self.night().stdout)
            self.assertEqual(len(second), 3)
            told = json.loads(train("show", "champion", "--models-dir", self.models, "--json").stdout)
            self.assertIn(told["id"], [m["id"] for m in second])
            wait_until(lambda: answers[-1][1] == told["id"], "the new champion in service")
        finally:
            morning.set()
            visitor.join()
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertGreater(server.predict().json()["predicted_value"], 1.3 * price)

        story = json.loads((self.models / "champion.json").read_text())
        self.assertEqual((story["previous"], story["promoted_by"]), (champion["id"], "diamond-train"))
        comparison = story["comparison"]
        self.assertEqual(comparison["against"], champion["id"])
        self.assertGreaterEqual(comparison["rows"], 200)
        self.assertGreater(comparison["interval"][0], 0)
        self.assertIn(f"{comparison['rows']:,} rows that neither was trained on", story["reason"])
        self.assertIn(story["reason"], train("show", "champion", "--models-dir", self.models).stdout)

        # By hand back to the model before, and the server follows.
        train("rollback", "--models-dir", self.models)
        wait_until(lambda: server.predict().json()["model"]["id"] == champion["id"], "the champion before")
        self.assertEqual(server.predict().json()["predicted_value"], price)
        self.assertEqual(json.loads(self.night().stdout), [])
        self.assertEqual(server.predict().json()["model"]["id"], champion["id"], "a choice by hand stays")


if __name__ == "__main__":
    unittest.main(verbosity=2)
