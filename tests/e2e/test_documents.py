"""The README and the pages of docs/ say what is true: their commands are run, in their order, in a clone of the project.

A fenced block's language says how: `sh` is run and must succeed; `sh server` is started, and stays until its page ends; `cron` is a
crontab line whose command is run; `sh problem` shows a refusal, and only it; `sh ci` is what CI runs by itself, `sh install` what
scripts/test-package does; `ts` is compiled and run in
tests/web, where the block before it has put the types. A `json` block is the answer of the `sh` block before it, but for ids and a
hundredth of the price. An `html` block is tried in a browser (tests/web/page.test.js). The default configuration is run with fewer trees,
trials and points. docs/add-a-kind.md has a test of its own.
"""

import json
import os
import re
import signal
import subprocess
import unittest

from harness import BIN, ROOT, Case, Postgres, copy_project, free_port, wait_until

BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


def train_less(config):
    """The configuration with a few trees, trials and points: what it trains stays the same, and takes seconds instead of minutes."""
    document = json.loads(config.read_text())
    for model in document["models"]:
        if "tuning" in model:
            model["tuning"]["trials"] = 3
        for one in [model, *model.get("params", {}).get("members", [])]:
            if one["kind"] == "xgboost":
                one.setdefault("params", {})["n_estimators"] = 20
            elif one["kind"] == "gaussian_process":
                one.setdefault("params", {}).update(inducing_points=50, likelihood_rows=200, max_evaluations=5)
    config.write_text(json.dumps(document))


class Page:
    """Runs a page's blocks in a folder."""

    patience = 300  # seconds that a block may take

    def __init__(self, case, path, folder, **environment):
        self.case, self.path, self.folder = case, path, folder
        self.ports = {port: free_port() for port in ("8000", "8001", "8002", "8003")}
        self.environment = {**os.environ, "DIAMOND": str(folder), "DIAMOND_SERVE_PORT": str(self.ports["8000"]), **environment}
        self.servers, self.last_output, self.run_blocks = [], "", 0

    def follow(self):
        try:
            for language, text in BLOCK.findall(self.path.read_text()):
                self.block(language, self.with_free_ports(text))
        finally:
            for server in self.servers:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(30)
        self.case.assertGreater(self.run_blocks, 0)

    def with_free_ports(self, text):
        return re.sub(r"\b(800[0-3])\b", lambda found: str(self.ports[found.group(1)]), text)

    def block(self, language, text):
        if language in ("sh", "sh problem"):
            self.last_output = self.run(text)
            self.case.assertEqual("urn:diamond:problem:" in self.last_output, language == "sh problem", text + self.last_output)
        elif language == "sh server":
            self.serve(text)
        elif language == "cron":
            self.run(" ".join(text.split()[5:]))
        elif language == "ts":
            (self.folder / "tests/web/example.ts").write_text(text)
            self.run("cd tests/web && npx tsc --project . && node example.js")
        elif language == "json":
            self.compare(json.loads(text), json.loads(self.last_output))
        else:
            self.case.assertIn(language, ("", "sh ci", "sh install", "js", "html", "python"), f"{self.path}: a block of an unknown kind")

    def run(self, text):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=self.patience, check=False)
        self.case.assertEqual(done.returncode, 0, f"{self.path.name}:\n{text}\n{done.stdout}\n{done.stderr}")
        self.run_blocks += 1
        return done.stdout

    def serve(self, text):
        log = self.folder / f"server-{len(self.servers)}.log"
        with open(log, "w") as out:
            server = subprocess.Popen(["bash", "-euo", "pipefail", "-c", "exec " + text.strip()], cwd=self.folder, env=self.environment,
                                      stdout=out, stderr=out, start_new_session=True)
        self.servers.append(server)
        wait_until(lambda: " serving url=" in log.read_text() or server.poll() is not None, "a server to listen",
                   self.patience)  # scripts/run trains before it serves
        self.case.assertIsNone(server.poll(), f"{self.path.name}:\n{text}\n{log.read_text()}")
        self.run_blocks += 1

    def compare(self, written, real):
        """Another version of XGBoost grows other trees: prices may differ by a hundredth or two."""
        for answer in (written, real):
            answer["model"].pop("id")
        price = written.pop("predicted_value")
        self.case.assertAlmostEqual(real.pop("predicted_value"), price, delta=price / 100)
        for end in ("low", "high"):
            self.case.assertAlmostEqual(real["interval"].pop(end), written["interval"].pop(end), delta=price / 50)
        self.case.assertEqual(written, real, f"{self.path.name} shows another answer than the program gives")


class Documents(Case):
    def setUp(self):
        super().setUp()
        self.clone = self.folder / "diamond"
        copy_project(self.clone)
        (self.clone / "build/release").mkdir(parents=True)
        (self.clone / "build/release/bin").symlink_to(BIN)
        (self.clone / "build/release/apps").symlink_to(BIN.parent / "apps")
        (self.clone / "build/release/build.ninja").touch()  # scripts/run finds its work done,
        (self.clone / "scripts/build").write_text("#!/bin/sh\n")  # and so does everybody else
        train_less(self.clone / "config/training_pipeline.json")

    def train(self):
        subprocess.run([BIN / "diamond-train", "--config", "config/first_run.json", "--quiet"], cwd=self.clone, check=True, stdout=subprocess.DEVNULL)

    def test_the_readme(self):
        Page(self, ROOT / "README.md", self.clone).follow()

    def test_the_tutorial(self):
        Page(self, ROOT / "docs/tutorial.md", self.clone).follow()

    def test_the_tutorial_installs_as_the_operators_page_does(self):
        installs = lambda name: {line for language, text in BLOCK.findall((ROOT / "docs" / name).read_text()) if language == "sh install" for line in text.splitlines()}
        self.assertGreater(len(installs("tutorial.md")), 0)
        self.assertLessEqual(installs("tutorial.md"), installs("operator.md"))

    def test_the_data_scientists_page(self):
        Page(self, ROOT / "docs/data-scientist.md", self.clone).follow()

    def test_the_operators_page(self):
        postgres = Postgres()
        self.addCleanup(postgres.remove)
        self.train()
        Page(self, ROOT / "docs/operator.md", self.clone, DATABASE_URL=postgres.url).follow()

    def test_the_web_developers_page(self):
        self.train()
        Page(self, ROOT / "docs/web-developer.md", self.clone).follow()

    def test_the_contributors_page(self):
        Page(self, ROOT / "docs/contributor.md", self.clone).follow()

    def test_the_table_of_features_is_that_of_the_program(self):
        source = (ROOT / "libdiamond/diamond/features/feature_set.cpp").read_text().split("derived_features = {")[1].split("\n};")[0]
        features = re.findall(r'Feature\{\s*"(\w+)",\s*"([^"]+)"', source)
        self.assertEqual(len(features), source.count("Feature{"))
        page = (ROOT / "docs/data-scientist.md").read_text()
        rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", page.split("| feature |")[1].split("\n\n")[0], re.M)
        self.assertEqual(rows, features)

    def test_every_link_leads_somewhere(self):
        for page in [ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("docs/*.md")]:
            prose = BLOCK.sub("", page.read_text())
            for link in re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", prose):
                target = link[0] or link[1]
                if not target.startswith("http"):
                    self.assertTrue((page.parent / target).exists(), f"{page}: {target}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
