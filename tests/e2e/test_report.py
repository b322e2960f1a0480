"""The report on a model: written for each champion, by command, and looked at in headless Chromium (tests/web/report.test.js)."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import harness
from harness import train


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="diamond-e2e-")))
        self.models = self.folder / "models"

    def report(self, *arguments, code=0):
        return train("report", "--models-dir", self.models, *arguments, code=code)

    def train_linear(self, data, *arguments):
        return json.loads(train("--model", "linear", "--data", data, "--models-dir", self.models, "--json", *arguments).stdout)[0]

    def test_each_champion_has_its_page_and_only_champions(self):
        data = harness.write_diamonds(self.folder / "a.csv")
        config = self.folder / "config.json"
        config.write_text(json.dumps({"dataset_path": str(data), "models_path": str(self.models), "models": [
            {"kind": "linear"}, {"kind": "linear", "name": "poor", "params": {"quantities": ["table"]}}]}))
        trained = json.loads(train("--config", config, "--json").stdout)
        best = min(trained, key=lambda model: model["metrics"]["mae"])
        self.assertEqual([page.name for page in (self.folder / "reports").iterdir()], [f"{best['id']}.html"])
        train("--config", config, "--force", "--quiet")  # stays champion: no page
        self.assertEqual(len(list((self.folder / "reports").iterdir())), 1)

    def test_whoever_becomes_champion_by_hand_has_a_page_that_says_so(self):
        data = harness.write_diamonds(self.folder / "a.csv")
        better = self.train_linear(data)
        poor = json.loads(train("--config", self.poor(data), "--json").stdout)[0]
        self.report(poor["id"])
        page = self.folder / f"reports/{poor['id']}.html"
        self.assertIn('"is_champion":false', page.read_text())
        train("promote", poor["id"], "--models-dir", self.models)
        self.assertIn('"is_champion":true', page.read_text())
        page = self.folder / f"reports/{better['id']}.html"
        page.write_text("of another day")
        train("rollback", "--models-dir", self.models)
        self.assertIn('"is_champion":true', page.read_text())

    def poor(self, data):
        config = self.folder / "poor.json"
        config.write_text(json.dumps({"dataset_path": str(data), "models_path": str(self.models), "models": [{"kind": "linear", "name": "poor", "params": {"quantities": ["table"]}}]}))
        return config

    def test_a_pipe_is_written_to_and_a_link_stays_one(self):
        model = self.train_linear(harness.write_diamonds(self.folder / "a.csv"))
        done = self.report("--out", "/dev/stdout")
        self.assertTrue(done.stdout.startswith("<!doctype html>") and done.stdout.rstrip().endswith("</html>"), done.stdout[-80:])
        link = self.folder / "latest.html"
        link.symlink_to(self.folder / "there.html")
        (self.folder / "there.html").touch(mode=0o640)
        self.report("--out", link)
        self.assertTrue(link.is_symlink())
        self.assertIn(model["id"], (self.folder / "there.html").read_text())
        self.assertEqual((self.folder / "there.html").stat().st_mode & 0o777, 0o640)

    def test_no_page_where_none_is_wanted(self):
        data = harness.write_diamonds(self.folder / "a.csv")
        self.train_linear(data, "--no-report")
        self.assertFalse((self.folder / "reports").exists())

    def test_a_page_that_cannot_be_written_does_not_fail_the_training(self):
        (self.folder / "reports").write_text("a file where the folder should be")
        done = train("--model", "linear", "--data", harness.write_diamonds(self.folder / "a.csv"), "--models-dir", self.models)
        self.assertIn("no report on the new champion", done.stderr)
        self.assertIn("new champion", done.stdout)

    def test_wrong_input(self):
        self.assertIn("there is no champion yet", self.report(code=2).stderr)
        model = self.train_linear(harness.write_diamonds(self.folder / "a.csv"))
        self.assertIn("no model is called", self.report("nobody", code=2).stderr)
        self.assertIn("No such file or directory", self.report("--out", "/proc/none/report.html", code=1).stderr)
        (self.folder / "datasets" / f"{model['dataset']['sha256']}.csv").unlink()
        out = self.folder / "out.html"
        self.assertIn("was trained on are not there", self.report("--out", out, code=1).stderr)
        self.assertFalse(out.exists())

    def test_the_same_report_as_json(self):
        model = self.train_linear(harness.write_diamonds(self.folder / "a.csv"))
        report = json.loads(self.report("champion", "--json").stdout)
        self.assertEqual(report["model"]["id"], model["id"])
        self.assertAlmostEqual(next(m["value"] for m in report["metrics"] if m["metric"] == "mae"), model["metrics"]["mae"], places=9)
        self.assertEqual(sum(group["rows"] for group in report["errors"][0]["groups"]), model["split"]["test_rows"])

    def test_the_pages_in_a_browser(self):
        pages = self.folder / "pages"
        pages.mkdir()
        data = harness.write_diamonds(self.folder / "a.csv", rows=6000)
        with open(data, "a") as file:
            file.write("1,Ideal,E,VVS1,61,55,5000,0,0,0\n")
        self.train_linear(data, "--seed", "1")
        self.report("champion", "--out", pages / "linear.html")
        train("--model", "xgboost", "--trials", "6", "--data", data, "--models-dir", self.models, "--quiet")
        self.report("champion", "--out", pages / "tuned.html")
        (self.folder / "<").mkdir()  # so that the path holds "</script>"
        small = self.train_linear(harness.write_diamonds(self.folder / "<" / "script><img src=x onerror=alert(1)>.csv", rows=100), "--quiet")
        self.report(small["id"], "--out", pages / "small.html")
        done = subprocess.run(["node", "--test", "report.test.js"], cwd=harness.ROOT / "tests/web", capture_output=True, text=True,
                              env={**os.environ, "DIAMOND_REPORTS": str(pages)}, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
