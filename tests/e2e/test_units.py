"""deploy/systemd: systemd takes the units, and would let them do little more than they have to."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import BIN, ROOT, Case, write_diamonds

UNITS = ROOT / "deploy/systemd"
EXPOSED = 20  # tenths: "2.0", where systemd calls 10 the worst


class Units(Case):
    def test_systemd_has_nothing_to_complain_about(self):
        """In a root of their own, where the programs are empty files."""
        root = self.folder / "root"
        (root / "usr/bin").mkdir(parents=True)
        for program in ("diamond-train", "diamond-serve"):
            (root / "usr/bin" / program).touch(mode=0o755)
        (root / "bin").mkdir()
        (root / "bin/sh").touch(mode=0o755)
        places = [root / "usr/lib/systemd/system", root / "etc/systemd/system"]
        for place in places:
            place.mkdir(parents=True)
        names = [pathlib.Path(shutil.copy(unit, places[0])).name for unit in UNITS.iterdir()]
        self.assertEqual(len(names), 4)
        for target in ("sockets", "timers", "multi-user", "network-online", "network", "basic", "sysinit", "shutdown", "time-sync", "time-set"):
            (places[0] / f"{target}.target").write_text("[Unit]\nDescription=of the test\n")
        for slice in ("system", "-"):
            (places[0] / f"{slice}.slice").write_text("[Unit]\nDescription=of the test\n")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={root}", *names], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_services_can_do_little_harm(self):
        for service in UNITS.glob("*.service"):
            done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSED}", "--no-pager", service],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, f"{service.name}\n{done.stdout}{done.stderr}")

    def test_the_night_trains_whatever_models_are_configured(self):
        """The tutorial's among them, of which none is tuned."""
        [command] = re.findall(r"^ExecStart=(.*)$", (UNITS / "diamond-train.service").read_text(), re.M)
        config = self.folder / "training_pipeline.json"
        config.write_text(json.dumps({"dataset_path": str(write_diamonds(self.folder / "stones.csv", 500)), "models_path": str(self.models), "report": False,
                                      "models": [{"kind": "linear"}]}))
        words = command.replace("/usr/bin/", f"{BIN}/").replace("/etc/diamond/training_pipeline.json", str(config)).split()
        subprocess.run(words, check=True, capture_output=True)
        self.assertEqual(len(list(self.models.glob("*linear*"))), 1)

    def test_both_services_are_shut_in_alike(self):
        """What is said of both is said in the same words."""
        def settings(service):
            return set(re.findall(r"^((?:Protect|Private|Restrict|SystemCall|No|Lock|Memory|Keyring|Remove|Capability|Ambient)\w*=.*)$",
                                  (UNITS / service).read_text(), re.M))

        differing = settings("diamond-serve.service") ^ settings("diamond-train.service")
        self.assertEqual({one.split("=")[0] for one in differing}, {"PrivateNetwork", "RestrictAddressFamilies"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
