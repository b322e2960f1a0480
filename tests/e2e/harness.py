"""What the end-to-end tests share: the real programs, a real PostgreSQL, and small data.

DIAMOND_BIN names the folder of the programs (default: build/release/bin).
"""

import contextlib
import fcntl
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("DIAMOND_BIN", ROOT / "build/release/bin"))
DIAMONDS = ROOT / "data/diamonds.csv"
STONE = {"carat": 1.0, "cut": "Ideal", "color": "E", "clarity": "VVS1",
         "depth": 61.0, "table": 55.0, "x": 6.5, "y": 6.5, "z": 4.0}
PATIENCE = 30  # seconds that anything may take; no test measures time


def wait_until(condition, what, patience=PATIENCE):
    """Asks again and again until the condition holds, and returns what it gave."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def train(*arguments, cwd=ROOT, env=None, code=0):
    """Runs diamond-train; checks its exit code and that it speaks in whole lines."""
    done = subprocess.run([BIN / "diamond-train", *map(str, arguments)], cwd=cwd, env=env, capture_output=True,
                          text=True, timeout=300, check=False)
    assert done.returncode == code, f"exit {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}"
    return done


def write_diamonds(path, rows=2000, skip=0, factor=1.0):
    """The first rows of the well-known data, their prices multiplied."""
    lines = DIAMONDS.read_text().splitlines()
    with open(path, "w") as out:
        out.write(lines[0] + "\n")
        for line in lines[1 + skip:1 + skip + rows]:
            fields = line.split(",")
            fields[6] = str(round(int(fields[6]) * factor))
            out.write(",".join(fields) + "\n")
    return path


def copy_project(folder):
    """The project's files, those not committed yet among them, without what was built; npm's packages by a link."""
    files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, files.stdout.decode().split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for packages in ("apps/web/node_modules", "tests/web/node_modules"):
        (folder / packages).symlink_to(ROOT / packages)


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        return json.loads(self.body)


@contextlib.contextmanager
def handing_over(sockets, env=None):
    """What Popen needs to hand sockets over as systemd does (sd_listen_fds(3)): words before the program's, and options."""
    if not sockets:
        yield [], {"env": env}
        return
    numbers = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 100) for one in sockets]
    take = "".join(f"exec {3 + place}<&{number} {number}<&-; " for place, number in enumerate(numbers))
    try:
        yield (["bash", "-c", take + 'LISTEN_PID=$$ exec "$@"', "bash"],
               {"env": {**(env or os.environ), "LISTEN_FDS": str(len(numbers))}, "pass_fds": numbers})
    finally:
        for number in numbers:
            os.close(number)


class Server:
    """A running diamond-serve, on a free port unless one is named, or on sockets that it is handed."""

    def __init__(self, models_dir, *arguments, port=0, env=None, cwd=ROOT, program=BIN / "diamond-serve", handed=()):
        self.log_file = tempfile.NamedTemporaryFile("w+", suffix=".log")
        with handing_over(handed, env) as (words, options):
            self.process = subprocess.Popen(
                [*words, program, "--port", str(port), "--models-dir", str(models_dir), *map(str, arguments)],
                cwd=cwd, stdout=subprocess.DEVNULL, stderr=self.log_file, **options)
        found = wait_until(self._listening_or_dead, "the server to listen")
        if found == "dead":
            raise AssertionError("the server ended:\n" + self.log())
        self.host, self.port = found

    def _listening_or_dead(self):
        found = re.search(r" serving url=(?:http://(.*):(\d+)|(unix:\S+))", self.log())
        if found:
            return found.group(1) or found.group(3), int(found.group(2) or 0)
        return "dead" if self.process.poll() is not None else None

    def log(self):
        return pathlib.Path(self.log_file.name).read_text()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method, path, body=None, headers=None, connection=None):
        """One request. A dict goes out as JSON."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        own = connection or self.connect()
        try:
            own.request(method, path, body=body, headers=headers)
            response = own.getresponse()
            return Answer(response, response.read())
        finally:
            if connection is None:
                own.close()

    def predict(self, **changes):
        return self.ask("POST", "/predict", {**STONE, **changes})

    def stop(self):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.log_file.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Postgres:
    """A PostgreSQL of our own in a temporary folder, behind a unix socket; run as `postgres` where we are root."""

    def __init__(self, fsync=False):
        self.fsync = fsync
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diamond-pg-"))
        self.user = "postgres"
        self.run_as = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.run_as = {"user": "postgres", "group": "postgres", "extra_groups": []}
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
        assert versions, "no PostgreSQL server here: run scripts/setup test"
        self.programs = versions[-1].parent
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", self.user, "--no-sync")
        self.process = None
        self.start()
        self.sql("CREATE DATABASE traffic", database="postgres")
        self.url = f"postgresql://{self.user}:secret@/traffic?host={self.folder}"

    def _run(self, program, *arguments, **options):
        return subprocess.run([self.programs / program, *map(str, arguments)], check=True, capture_output=True,
                              text=True, cwd=self.folder, **{**self.run_as, **options})

    def start(self):
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
                 "-c", f"fsync={'on' if self.fsync else 'off'}"], stdout=log, stderr=log, cwd=self.folder, **self.run_as)
        wait_until(self._answers, "PostgreSQL to start")

    def _answers(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_isready", "-h", self.folder)
            return True
        return False

    def sql(self, statement, database="traffic"):
        """Rows as lists of text."""
        done = self._run("psql", "-h", self.folder, "-U", self.user, "-d", database, "-At", "-F", "\t", "-c", statement)
        return [line.split("\t") for line in done.stdout.splitlines()]

    @contextlib.contextmanager
    def session(self):
        """A psql that reads statements as they are written to it, and ends with the scope."""
        with subprocess.Popen([self.programs / "psql", "-q", "-h", self.folder, "-U", self.user, "-d", "traffic"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, text=True, cwd=self.folder, **self.run_as) as session:
            yield session

    @contextlib.contextmanager
    def frozen(self):
        """None of its processes does anything."""
        def send(pid, what):
            with contextlib.suppress(ProcessLookupError):  # its client went away
                os.kill(pid, what)

        main = self.process.pid
        send(main, signal.SIGSTOP)  # it makes no more
        pids = [main, *map(int, pathlib.Path(f"/proc/{main}/task/{main}/children").read_text().split())]
        for pid in pids[1:]:
            send(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                send(pid, signal.SIGCONT)

    def stop(self):
        """At once, as a crash would."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)
            self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diamond-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.models = self.folder / "models"

    def train_small(self, rows=2000, **options):
        data = write_diamonds(self.folder / "small.csv", rows, **options)
        return json.loads(train("--data", data, "--models-dir", self.models, "--model", "linear", "--no-report", "--json").stdout)[0]

    def serve(self, *arguments, **options):
        server = Server(self.models, *arguments, **options)
        self.addCleanup(server.stop)
        return server

    def serve_sqlite(self, *arguments, **options):
        return self.serve("--database", f"sqlite:{self.folder}/traffic.db", *arguments, **options)


class PostgresCase(Case):
    """The tests of a class share one PostgreSQL; each finds it empty."""

    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.remove)

    def setUp(self):
        super().setUp()
        if self.postgres.process is None:
            self.postgres.start()
        self.postgres.sql("DROP SCHEMA public CASCADE")
        self.postgres.sql("CREATE SCHEMA public")

    def serve_postgres(self, *arguments, outbox="outbox.db"):
        return self.serve("--database", self.postgres.url, "--outbox", self.folder / outbox, *arguments)
