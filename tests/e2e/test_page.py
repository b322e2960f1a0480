"""The page at /, in headless Chromium: tests/web/page.test.js, with a history and keys made here."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness


class PageTest(unittest.TestCase):
    def test_the_page_in_a_browser(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="diamond-e2e-")))
        models = folder / "models"
        harness.train("--config", harness.ROOT / "config/first_run.json", "--models-dir", models, "--quiet", cwd=harness.ROOT)
        keys = folder / "keys.json"
        made = subprocess.run([harness.BIN / "diamond-serve", "keys", "add", "desk", "--role", "admin", "--api-keys", keys],
                              capture_output=True, text=True, check=True)
        environment = {**os.environ, "DIAMOND_BIN": str(harness.BIN), "DIAMOND_MODELS": str(models), "DIAMOND_KEYS": str(keys),
                       "DIAMOND_KEY": made.stdout.strip()}
        done = subprocess.run(["node", "--test", "page.test.js"], cwd=harness.ROOT / "tests/web", env=environment, capture_output=True,
                              text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
