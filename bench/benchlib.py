"""What the benches share: they measure whole processes, train with our program into fresh histories,
and print what came of it, whether each bar is met, and where it was measured."""
import argparse
import datetime
import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass

PEER_PYTHON = "/usr/bin/python3"  # Debian's own: the packages are installed for no other
PEERS = pathlib.Path(__file__).resolve().parent / "peers"
CONFIG = pathlib.Path(__file__).resolve().parent.parent / "config"
COPIES = 100
METRICS = ("r2", "mae", "rmse", "mape")
# The notebook's tuned model: 653 trees of depth 8.
NOTEBOOK = {"models": [{
    "kind": "xgboost",
    "log_target": False,
    "params": {
        "features": "notebook", "base_score": "library", "lambda": 1.055495758204158e-4,
        "alpha": 1.079839187358514e-05, "colsample_bytree": 0.7, "subsample": 1.0,
        "learning_rate": 0.0274778742763529, "n_estimators": 653, "max_depth": 8, "min_child_weight": 4,
    },
}]}

# Linux counts into a child's ru_maxrss what its parent held when it called exec. So a process much
# smaller than this one starts and measures it: 'seconds kilobytes wait-status' on its last line.
LAUNCHER = """
import os, sys, time
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
sys.stderr.write("\\n%r %d %d" % (time.perf_counter() - start, usage.ru_maxrss, status))
"""


class BenchError(Exception):
    """Why nothing could be measured, in one line."""


@dataclass
class Process:
    seconds: float
    megabytes: float
    output: str


@dataclass
class Training:
    """One run of diamond-train, and the manifests that it wrote."""
    process: Process
    champion: dict
    models: list  # best first


def measure(command, directory):
    """Runs it to its end. `directory`: where it runs."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, *map(str, command)],
                          cwd=directory, capture_output=True, text=True)
    said, _, last = done.stderr.rpartition("\n")
    try:
        seconds, kilobytes, status = last.split()
        exit_code = os.waitstatus_to_exitcode(int(status))
        process = Process(float(seconds), int(kilobytes) * 1024 / 1e6, done.stdout)
    except ValueError:
        raise BenchError(f"{command[0]} could not be started: {last}")
    if exit_code != 0:
        reason = said.strip().splitlines()[-1:] or ["it gave no reason"]
        raise BenchError(f"{pathlib.Path(command[0]).name} ended with {exit_code}: {reason[0]}")
    return process


def least_memory(scratch):
    """What a process that does nothing seems to hold, MB."""
    return measure(["/bin/true"], scratch).megabytes


def check_packages(packages):
    """`packages`: {module of the peer: Debian package that holds it}."""
    script = ("import importlib.util as u; "
              f"print(*[p for m, p in {packages!r}.items() if u.find_spec(m) is None])")
    try:
        found = subprocess.run([PEER_PYTHON, "-c", script], capture_output=True, text=True)
    except OSError:
        raise BenchError(f"{PEER_PYTHON} is not there; get it with: scripts/setup bench")
    missing = found.stdout.split()
    if found.returncode != 0 or missing:
        raise BenchError(f"the peer lacks {' and '.join(missing) or 'a working ' + PEER_PYTHON}; "
                         "get it with: scripts/setup bench")


def find_program(build):
    program = build / "bin" / "diamond-train"
    if not os.access(program, os.X_OK):
        raise BenchError(f"{program} is not there; get it with: scripts/setup bench && "
                         "cmake --preset release && cmake --build build/release")
    return program.resolve()


def read_config(name):
    """A configuration of the project, as JSON."""
    try:
        return json.loads((CONFIG / name).read_text())
    except (OSError, ValueError) as error:
        raise BenchError(f"config/{name}: {error}")


def repeat_rows(source, target):
    """Writes the header once and the rows COPIES times; returns how many rows the source has."""
    try:
        header, _, body = source.read_bytes().partition(b"\n")
    except OSError as error:
        raise BenchError(f"{source}: {error.strerror}")
    if not body.strip():
        raise BenchError(f"{source} has no rows")
    if not body.endswith(b"\n"):
        body += b"\n"
    with open(target, "wb") as file:
        file.write(header + b"\n")
        for _ in range(COPIES):
            file.write(body)
        file.flush()
        os.fsync(file.fileno())  # not in the background while something is measured
    return body.count(b"\n")


def run_peer(script, arguments, scratch):
    """Runs a script of bench/peers; returns the process and the JSON that it printed."""
    process = measure([PEER_PYTHON, PEERS / script, *arguments], scratch)
    return process, json.loads(process.output)


def train(program, config, data, scratch):
    """Trains by `config` on the file `data`, into a history that is fresh and gone afterwards."""
    place = scratch / "ours"
    models = place / "models"
    place.mkdir()
    try:
        file = place / "config.json"
        # The peers write no page about what they trained.
        file.write_text(json.dumps({"report": False, **config, "dataset_path": str(data), "models_path": str(models)}))
        process = measure([program, "--config", file, "--models-dir", models, "--quiet"], scratch)

        def shown(*command):
            return json.loads(measure([program, *command, "--json", "--models-dir", models], scratch).output)
        return Training(process, shown("show", "champion"), shown("history"))
    finally:
        shutil.rmtree(place)


def largest_difference(ours, theirs):
    """Of the metrics, relative."""
    return max(abs(ours[m] - theirs[m]) / abs(theirs[m]) for m in METRICS)


def median_of(processes, what):
    return statistics.median(getattr(process, what) for process in processes)


def median_ratio(numerators, denominators, what):
    """The median of the pairs' ratios."""
    return statistics.median(getattr(n, what) / getattr(d, what) for n, d in zip(numerators, denominators))


def progress(text):
    print(text, file=sys.stderr, flush=True)


def print_verdicts(verdicts):
    """`verdicts`: (bar, whether it is met). Returns whether all are."""
    for text, met in verdicts:
        print(f"- {text}: {'met' if met else 'MISSED'}")
    return all(met for _, met in verdicts)


def first_value(path, key, separator):
    try:
        for line in pathlib.Path(path).read_text().splitlines():
            name, found, value = line.partition(separator)
            if found and name.strip() == key:
                return value.strip().strip('"')
    except OSError:
        pass
    return "unknown"


def print_circumstances(*more):
    """`more`: what else there is to say, a line each."""
    cores = len(os.sched_getaffinity(0))
    print(f"- command: `{shlex.join(sys.argv)}`")
    print(f"- date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}")
    print(f"- processor: {first_value('/proc/cpuinfo', 'model name', ':')}, {cores} cores")
    print(f"- distribution: {first_value('/etc/os-release', 'PRETTY_NAME', '=')}")
    for line in more:
        print(f"- {line}")


def of_peer(peer):
    """What a peer says of itself, for the circumstances."""
    versions = ", ".join(f"{name} {version}" for name, version in peer["versions"].items())
    return f"peer: {versions}; {peer['import_seconds']:.2f} s of its time went into loading them"


def of_memory(floor):
    return f"the least memory that can be measured this way: {floor:.1f} MB"


def at_least_one(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return int(text)


def argument_parser(doc):
    """With the options that every bench has."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"),
                        help="where bin/diamond-train is (default: build/release)")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("data/diamonds.csv"),
                        help="the price list (default: data/diamonds.csv)")
    return parser


def run(name, parser, bench):
    """Returns the exit status. `bench`: takes the arguments and a directory of its own, and returns
    whether all is as it should be."""
    try:
        arguments = parser.parse_args()
        with tempfile.TemporaryDirectory(prefix="diamond-bench-") as directory:
            return 0 if bench(arguments, pathlib.Path(directory)) else 1
    except BenchError as error:
        print(f"{name}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{name}: {error.filename or 'input/output'}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
    return 2
