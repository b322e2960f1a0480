"""Data larger than memory, and several processes that learn together: on this machine, on others (network namespaces), and started
by somebody else."""

import csv
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import unittest

import yaml

from harness import BIN, PATIENCE, ROOT, Case, free_port, train, wait_until, write_diamonds

TREES = {"kind": "xgboost", "params": {"n_estimators": 20}}
LONG = {"kind": "xgboost", "params": {"n_estimators": 20000, "learning_rate": 0.001}}


class WorkersCase(Case):
    """With the first 20,000 stones."""

    def setUp(self):
        super().setUp()
        self.data = write_diamonds(self.folder / "stones.csv", 20_000)

    def config(self, *models, workers=None):
        path = self.folder / "config.json"
        path.write_text(json.dumps({"models": models, "report": False, **({"workers": workers} if workers else {})}))
        return path

    def command(self, models_dir, *arguments, models, workers=None):
        return ["--config", self.config(*models, workers=workers), "--data", self.data, "--models-dir", models_dir, *arguments]

    def learn(self, name, *arguments, models, workers=None):
        """The manifests of a training into a history of its own."""
        command = self.command(self.folder / name / "models", *arguments, models=models, workers=workers)
        return json.loads(train(*command, "--json").stdout)

    def begin(self, *arguments, models=(LONG,), workers=None):
        """A training that goes on for minutes, once its workers are there."""
        log = open(self.folder / "log", "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen([BIN / "diamond-train", *map(str, self.command(self.models, *arguments, models=models, workers=workers))],
                                   stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def log(self):
        return (self.folder / "log").read_text()

    def learning(self):
        """Waits until the workers learn."""
        wait_until(lambda: "data read" in self.log(), "the workers to learn")

    def worker(self, number):
        """The process of a worker of this test."""
        def find():
            for entry in os.listdir("/proc"):
                if not entry.isdigit():
                    continue
                try:
                    words = pathlib.Path(f"/proc/{entry}/cmdline").read_text().split("\0")
                except OSError:
                    continue
                # What starts a worker on another machine names it, too.
                if words[0] == str(BIN / "diamond-train") and words[1] == "worker" and words[5] == str(number) and words[3] == self.tracker():
                    return int(entry)
            return None
        return wait_until(find, f"worker {number}")

    def tracker(self):
        return re.search(r"tracker=(\S+)", self.log()).group(1)

    def check_history_untouched(self):
        """No model, no data, and nothing half-made."""
        self.assertEqual([name for name in os.listdir(self.models) if not name.endswith(".lock")], [])
        datasets = self.folder / "datasets"
        self.assertEqual(os.listdir(datasets) if datasets.exists() else [], [])

    def linear(self, name):
        [model] = (self.folder / name / "models").glob("*linear*/model.json")
        return json.loads(model.read_text())

    def check_same_equations(self, one, other):
        """To 1e-9, relative."""
        one, other = self.linear(one), self.linear(other)
        pairs = [(one["intercept"], other["intercept"])] + [(one["coefficients"][name], other["coefficients"][name]) for name in one["coefficients"]]
        for a, b in pairs:
            self.assertLessEqual(abs(a - b), 1e-9 * max(abs(a), 1e-3))

    def check_like(self, one, other):
        """Trees that other sums of the same numbers grew, and of all rows."""
        for metric in ("mae", "rmse"):
            self.assertLess(abs(one["metrics"][metric] / other["metrics"][metric] - 1), 0.05)
        self.assertEqual(one["split"], other["split"])
        self.assertEqual(self.rows_below_first_root(other), other["split"]["train_rows"])

    def rows_below_first_root(self, manifest):
        """From the model's file: a squared error has the second derivative 1, so their sum at a root counts the rows below it."""
        [file] = self.folder.glob(f"*/models/{manifest['id']}/*.ubj")
        name, typed = b"L" + (11).to_bytes(8, "big") + b"sum_hessian", b"[$d#L"
        numbers = file.read_bytes().split(name, 1)[1]
        self.assertTrue(numbers.startswith(typed), numbers[:16])
        return round(struct.unpack(">f", numbers[len(typed) + 8:][:4])[0])

    def judged_prices(self, name):
        [file] = (self.folder / name / "models").glob("*linear*/test_predictions.csv")
        return sorted(row["actual"] for row in csv.DictReader(file.read_text().splitlines()))


class FromTheDisk(WorkersCase):
    def test_is_learned_what_memory_would_have_held(self):
        linear, trees = self.learn("memory", models=({"kind": "linear"}, TREES))
        linear_too, trees_too = self.learn("disk", "--memory", "1MiB", models=({"kind": "linear"}, TREES))
        self.check_same_equations("memory", "disk")
        self.assertEqual(linear["dataset"], linear_too["dataset"])
        self.assertEqual(linear["split"], linear_too["split"])
        self.assertEqual(self.judged_prices("memory"), self.judged_prices("disk"))
        self.check_like(trees, trees_too)
        self.assertEqual([n for n in os.listdir(self.folder / "disk/models") if n.startswith(".scratch")], [])

    def test_a_tuned_model_and_a_blend_are_learned_too(self):
        tuned = {"kind": "xgboost", "name": "tuned", "params": {"n_estimators": 20}, "tuning": {"trials": 2}}
        models = self.learn("disk", "--memory", "1MiB", models=(tuned, {"kind": "blend", "params": {"members": [TREES, {"kind": "linear"}]}}))
        for model in models:
            self.assertLess(model["metrics"]["mae"], 1000)
        self.assertIn("tuning", models[0])

    def test_categories_on_the_disk_are_learned_from_as_in_memory_or_not_at_all(self):
        """Before its version 2.1 XGBoost grows wrong trees from them, and says nothing."""
        categories = {"kind": "xgboost", "params": {"n_estimators": 20, "features": "notebook"}}
        [trees] = self.learn("memory", models=(categories,))
        arguments = self.command(self.folder / "disk/models", "--memory", "1MiB", "--json", models=(categories,))
        done = subprocess.run([BIN / "diamond-train", *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            self.check_like(trees, json.loads(done.stdout)[0])
        else:
            self.assertEqual(done.returncode, 4)
            self.assertIn('choose the features "derived"', done.stderr)

    def test_what_a_killed_training_leaves_the_next_one_removes(self):
        process = self.begin("--memory", "1MiB")
        self.learning()
        self.assertTrue([n for n in os.listdir(self.models) if n.startswith(".scratch")])
        process.kill()
        process.wait()
        train(*self.command(self.models, models=({"kind": "linear"},)))
        self.assertEqual([n for n in os.listdir(self.models) if n.startswith(".scratch")], [])

    def test_wrong_words_are_told(self):
        for arguments, says in [(["--memory", "2GB"], "--memory: must be an amount such as"), (["--workers", "0"], "/workers/count"),
                                (["--workers", ","], "/workers/hosts"), (["--workers", "2", "--tracker", "here:70000"], "/workers/tracker"),
                                (["--tracker", "here"], "/workers"), (["--workers", "a,b", "--scheduled", "--tracker", "here:1"], "/workers"),
                                (["--workers", "100000"], "/workers/count"), (["--workers", "9" * 30], "/workers/count"),
                                (["--workers", "alpha,-oProxyCommand=x"], "/workers/hosts/1"),
                                (["--workers", "2", "--scheduled"], "/workers/tracker"),
                                (["--workers", "2", "--scheduled", "--tracker", "here:1", "--watch"], "--watch")]:
            done = train(*self.command(self.models, *arguments, models=(TREES,)), code=2)
            self.assertIn(says, done.stderr)
        self.assertIn("--tracker", train("worker", "--tracker", "nowhere", "--number", "0", code=2).stderr)
        self.assertIn("--number", train("worker", "--tracker", "here:1", "--number", "4294967295", code=2).stderr)


class OnThisMachine(WorkersCase):
    def test_three_learn_what_one_learns(self):
        linear, trees = self.learn("alone", models=({"kind": "linear"}, TREES))
        together = self.learn("together", "--workers", "3", models=({"kind": "linear"}, TREES))
        self.check_same_equations("alone", "together")
        self.assertEqual(self.judged_prices("alone"), self.judged_prices("together"))
        self.check_like(trees, together[1])

    def test_three_learn_from_the_disk(self):
        [trees] = self.learn("alone", models=(TREES,))
        [trees_too] = self.learn("together", "--workers", "3", "--memory", "1MiB", models=(TREES,))
        self.check_like(trees, trees_too)

    def test_one_that_is_killed_ends_the_training(self):
        process = self.begin("--workers", "3")
        self.learning()
        os.kill(self.worker(1), signal.SIGKILL)
        self.assertEqual(process.wait(PATIENCE), 4)
        self.assertIn("worker 1: it was killed by signal 9; nothing was published", self.log())
        self.check_history_untouched()
        self.learn("again", "--workers", "2", models=({"kind": "linear"},))

    def test_ctrl_c_ends_all_of_them(self):
        process = self.begin("--workers", "2")
        self.learning()
        workers = [self.worker(0), self.worker(1)]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 4)
        self.assertIn("the training was stopped", self.log())
        self.check_history_untouched()
        for worker in workers:
            wait_until(lambda: not os.path.exists(f"/proc/{worker}"), "the worker to end")

    def test_they_do_not_outlive_a_training_that_is_killed(self):
        process = self.begin("--workers", "2")
        self.learning()
        workers = [self.worker(0), self.worker(1)]
        process.kill()
        process.wait()
        for worker in workers:
            wait_until(lambda: not os.path.exists(f"/proc/{worker}"), "the worker to end")

    def test_few_rows_are_learned_by_several_but_not_by_more_than_there_are_rows_for(self):
        write_diamonds(self.data, 300)
        self.learn("few", "--workers", "4", models=({"kind": "linear"},))
        write_diamonds(self.data, 30)
        done = train(*self.command(self.models, "--workers", "4", models=({"kind": "linear"},)), code=3)
        self.assertIn("too few rows for so many workers", done.stderr)
        self.check_history_untouched()

    def test_watching_a_training_that_lost_a_worker_is_tried_again(self):
        process = self.begin("--workers", "2", "--watch", "--watch-settle", "0")
        self.learning()
        os.kill(self.worker(1), signal.SIGKILL)
        wait_until(lambda: "trying again" in self.log(), "the trouble to be told")
        self.assertIn("worker 1: it was killed by signal 9", self.log())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 0, self.log())
        self.check_history_untouched()


class StartedBySomebodyElse(WorkersCase):
    """As Slurm and Kubernetes do."""

    def start_worker(self, address, number, stderr=subprocess.DEVNULL, **environment):
        process = subprocess.Popen([BIN / "diamond-train", "worker", "--tracker", address, "--number", str(number)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, env={**os.environ, **environment})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_they_join_and_end_with_the_training(self):
        address = f"127.0.0.1:{free_port()}"
        process = self.begin("--workers", "3", "--scheduled", "--tracker", address, models=({"kind": "linear"},))
        wait_until(lambda: "workers are awaited" in self.log(), "the tracker")
        others = [self.start_worker(address, number) for number in (1, 2)]
        self.assertEqual(process.wait(4 * PATIENCE), 0, self.log())
        self.assertEqual([other.wait(PATIENCE) for other in others], [0, 0])

    def test_one_that_is_killed_ends_the_training(self):
        address = f"127.0.0.1:{free_port()}"
        process = self.begin("--workers", "2", "--scheduled", "--tracker", address)
        wait_until(lambda: "workers are awaited" in self.log(), "the tracker")
        other = self.start_worker(address, 1)
        self.learning()
        other.kill()
        self.assertEqual(process.wait(PATIENCE), 4)
        self.assertIn("a worker was lost", self.log())
        self.check_history_untouched()

    @unittest.skipUnless("DIAMOND_OTHER_VERSION" in os.environ, "a sanitizer wants to be the first library")
    def test_one_with_another_library_is_refused(self):
        address = f"127.0.0.1:{free_port()}"
        process = self.begin("--workers", "2", "--scheduled", "--tracker", address)
        wait_until(lambda: "workers are awaited" in self.log(), "the tracker")
        with open(self.folder / "said", "w+") as said:
            other = self.start_worker(address, 1, stderr=said, LD_PRELOAD=os.environ["DIAMOND_OTHER_VERSION"])
            self.assertEqual(other.wait(4 * PATIENCE), 4)
            said.seek(0)
            self.assertRegex(said.read(), r"worker 1: it is diamond \S+ with XGBoost \S+, worker 0 is 'diamond .*'; install the same version")
        self.assertEqual(process.wait(PATIENCE), 4, self.log())
        self.check_history_untouched()

    def test_the_slurm_script_trains(self):
        """With a stand-in for srun, which starts the tasks and tells each its number as Slurm does."""
        (self.folder / "bin").mkdir()
        srun = self.folder / "bin/srun"
        srun.write_text('#!/bin/bash\nshift\nfor task in 2 1 0; do SLURM_PROCID=$task SLURM_NTASKS=3 "$@" & tasks+=($!); done\n'
                        'status=0\nfor task in "${tasks[@]}"; do wait "$task" || status=$?; done\nexit $status\n')
        srun.chmod(0o755)
        environment = {**os.environ, "PATH": f"{self.folder}/bin:{BIN}:{os.environ['PATH']}", "SLURMD_NODENAME": "127.0.0.1", "DIAMOND_PORT": str(free_port())}
        arguments = self.command(self.models, models=({"kind": "linear"},))
        subprocess.run([ROOT / "deploy/slurm/diamond-train.sbatch", *map(str, arguments)], env=environment, check=True, capture_output=True, timeout=120)
        self.assertEqual(len(list(self.models.glob("*linear*"))), 1)

    def test_the_kubernetes_job_trains(self):
        """What its pods run, in processes with the variables of pods."""
        service, job = yaml.safe_load_all((ROOT / "deploy/kubernetes/diamond-train.yml").read_text())
        pods = job["spec"]["template"]["spec"]
        [container] = pods["containers"]
        variables = {variable["name"]: variable["value"] for variable in container["env"]}
        self.assertEqual(variables["WORKERS"], str(job["spec"]["completions"]))
        self.assertEqual(job["spec"]["completions"], job["spec"]["parallelism"])
        self.assertEqual(variables["TRACKER"].split(":")[0], f"{job['metadata']['name']}-0.{pods['subdomain']}")
        self.assertEqual(service["metadata"]["name"], pods["subdomain"])
        self.assertEqual(service["spec"]["selector"], {"job-name": job["metadata"]["name"]})
        (self.folder / "training_pipeline.json").write_text(json.dumps(
            {"dataset_path": "stones.csv", "models_path": "models", "models": [{"kind": "linear"}], "report": False}))
        variables["TRACKER"] = f"127.0.0.1:{free_port()}"
        processes = []
        for index in reversed(range(int(variables["WORKERS"]))):
            environment = {**os.environ, **variables, "PATH": f"{BIN}:{os.environ['PATH']}", "JOB_COMPLETION_INDEX": str(index)}
            processes.append(subprocess.Popen(container["command"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            self.addCleanup(processes[-1].wait)
            self.addCleanup(processes[-1].kill)
        self.assertEqual([process.wait(120) for process in processes], [0, 0, 0, 0])
        self.assertEqual(len(list(self.models.glob("*linear*"))), 1)

    def test_with_nothing_to_learn_they_are_let_go(self):
        train(*self.command(self.models, models=({"kind": "linear"},)))
        address = f"127.0.0.1:{free_port()}"
        process = self.begin("--workers", "2", "--scheduled", "--tracker", address, models=({"kind": "linear"},))
        other = self.start_worker(address, 1)
        self.assertEqual([process.wait(PATIENCE), other.wait(PATIENCE)], [0, 0], self.log())

    def test_a_training_that_is_not_there_is_told(self):
        done = train("worker", "--tracker", f"127.0.0.1:{free_port()}", "--number", "1", "--patience", "0", code=4)
        self.assertIn("worker 1 does not reach the tracker at 127.0.0.1:", done.stderr)


LIKE_SSH = """#!/usr/bin/python3
import os, subprocess, sys, threading
print("Welcome to " + sys.argv[1] + "!", flush=True)
remote = subprocess.Popen(["sh", "-c", " ".join(sys.argv[2:])], stdin=subprocess.PIPE, bufsize=0, start_new_session=True)
def pass_on():
    while piece := os.read(0, 4096):
        remote.stdin.write(piece)
    remote.stdin.close()
threading.Thread(target=pass_on, daemon=True).start()
os._exit(remote.wait() % 256)
"""


class OverARemoteShell(WorkersCase):
    """One that hands its words to a shell as ssh does, greets, and leaves what it started alone when it is killed."""

    def setUp(self):
        super().setUp()
        self.shell = self.folder / "like_ssh"
        self.shell.write_text(LIKE_SSH)
        self.shell.chmod(0o755)

    def on_hosts(self, **more):
        return {"hosts": ["alpha", "beta"], "remote_shell": [str(self.shell)], "tracker": "127.0.0.1", **more}

    def check_remote_workers_end(self, workers):
        for worker in workers:
            wait_until(lambda: not os.path.exists(f"/proc/{worker}"), "the worker to end")

    def test_they_learn_whatever_the_program_is_called_and_the_shell_says(self):
        (self.folder / "it's; my $tools").mkdir()
        program = self.folder / "it's; my $tools/diamond-train"
        program.symlink_to(BIN / "diamond-train")
        process = self.begin(models=({"kind": "linear"},), workers=self.on_hosts(program=str(program)))
        self.assertEqual(process.wait(4 * PATIENCE), 0, self.log())
        self.assertIn("worker 0 on alpha says: 'Welcome to alpha!'", self.log())
        self.assertEqual(len(list(self.models.glob("*linear*"))), 1)

    def test_they_do_not_outlive_a_training_that_is_stopped_or_killed(self):
        for end in (signal.SIGINT, signal.SIGKILL):
            process = self.begin(workers=self.on_hosts())
            self.learning()
            workers = [self.worker(0), self.worker(1)]
            process.send_signal(end)
            process.wait(PATIENCE)
            self.check_remote_workers_end(workers)

    def test_a_connection_that_is_lost_ends_the_training_and_the_workers(self):
        process = self.begin(workers=self.on_hosts())
        self.learning()
        workers = [self.worker(0), self.worker(1)]
        [connection] = [child for child in self.children(process.pid) if "beta" in self.words(child)]
        os.kill(connection, signal.SIGKILL)
        self.assertEqual(process.wait(PATIENCE), 4)
        self.assertIn("worker 1 on beta: it was killed by signal 9", self.log())
        self.check_remote_workers_end(workers)
        self.check_history_untouched()

    def test_a_remote_shell_that_is_not_there_is_told(self):
        command = self.command(self.models, models=(TREES,), workers=self.on_hosts(remote_shell=[str(self.folder / "nowhere")]))
        done = train(*command, code=4)
        self.assertRegex(done.stderr, "worker 0 on alpha: .*nowhere: it cannot be started: No such file or directory.*--remote-shell")
        self.check_history_untouched()

    def words(self, process):
        return pathlib.Path(f"/proc/{process}/cmdline").read_text().split("\0")

    def children(self, parent):
        found = []
        for thread in os.listdir(f"/proc/{parent}/task"):
            found += map(int, pathlib.Path(f"/proc/{parent}/task/{thread}/children").read_text().split())
        return found


def can_make_networks():
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"dmt{os.getpid()}"
    made = all(subprocess.run(["ip", "netns", *words], capture_output=True, check=False).returncode == 0
               for words in (["add", name], ["exec", name, "true"]))  # the latter not where the file system's root is no mount
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made


@unittest.skipUnless(can_make_networks(), "network namespaces need root and iproute2")
class OnOtherMachines(WorkersCase):
    """Two machines with addresses of their own, each a network namespace, and a switch that this one is at, too."""

    def setUp(self):
        super().setUp()
        number = os.getpid() % 250
        self.switch, self.network = f"dms{os.getpid()}", f"10.231.{number}"
        self.hosts = [f"dm{os.getpid()}a", f"dm{os.getpid()}b"]
        self.addCleanup(subprocess.run, ["ip", "link", "del", self.switch], capture_output=True)
        self.ip("link", "add", self.switch, "type", "bridge")
        self.ip("addr", "add", f"{self.network}.1/24", "dev", self.switch)
        self.ip("link", "set", self.switch, "up")
        for place, host in enumerate(self.hosts):
            self.addCleanup(subprocess.run, ["ip", "netns", "del", host], capture_output=True)
            cable, plug = f"{host}0", f"{host}1"
            self.ip("netns", "add", host)
            self.ip("link", "add", cable, "type", "veth", "peer", "name", plug, "netns", host)
            self.ip("link", "set", cable, "master", self.switch, "up")
            self.ip("-n", host, "addr", "add", f"{self.network}.{2 + place}/24", "dev", plug)
            self.ip("-n", host, "link", "set", plug, "up")
            self.ip("-n", host, "link", "set", "lo", "up")

    def ip(self, *words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def workers(self):
        return ["--workers", ",".join(self.hosts), "--remote-shell", "ip netns exec", "--tracker", f"{self.network}.1"]

    def test_they_learn_what_one_learns(self):
        linear, trees = self.learn("alone", models=({"kind": "linear"}, TREES))
        together = self.learn("together", *self.workers(), models=({"kind": "linear"}, TREES))
        self.check_same_equations("alone", "together")
        self.check_like(trees, together[1])

    def test_one_that_is_killed_ends_the_training(self):
        process = self.begin(*self.workers())
        self.learning()
        os.kill(self.worker(1), signal.SIGKILL)
        self.assertEqual(process.wait(PATIENCE), 4)
        self.assertRegex(self.log(), rf"worker 1 on {self.hosts[1]}: it (was killed by signal 9|ended with exit code \d+); nothing was published")
        self.check_history_untouched()

    def test_a_machine_that_is_not_there_is_told(self):
        arguments = self.workers()
        arguments[1] += ",dm-nowhere"
        done = train(*self.command(self.models, *arguments, models=(TREES,)), code=4)
        self.assertIn("worker 2 on dm-nowhere: it ended with exit code", done.stderr)
        self.check_history_untouched()


if __name__ == "__main__":
    unittest.main(verbosity=2)
