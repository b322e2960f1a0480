"""What the benches of diamond-serve share: servers that are started, put under load by wrk, and measured from outside."""
import contextlib
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass, field

import benchlib

STONE = {"carat": 1.0, "cut": "Ideal", "color": "E", "clarity": "VVS1", "depth": 61.0, "table": 55.0, "x": 6.5, "y": 6.5, "z": 4.0}
CONNECTIONS = 64
WARM_UP = 1  # seconds
PATIENCE = 60  # seconds for a server to come up

LOAD = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '%s'
""" % json.dumps(STONE)


@dataclass
class Load:
    """What one run of wrk found."""
    rate: float     # answers a second
    p99: float      # milliseconds
    cpu: float = 0  # microseconds of the server's processor time an answer


@dataclass
class Server:
    name: str
    command: object  # port → list of words
    loads: list = field(default_factory=list)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid):
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def processor_seconds(pid):
    ticks = 0
    for one in descendants(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024 / 1e6


@contextlib.contextmanager
def running(server, scratch):
    """Starts it and waits for it to listen; gives the process and its port."""
    port = free_port()
    with open(scratch / "server.log", "w") as log:
        process = subprocess.Popen(list(map(str, server.command(port))), cwd=scratch, stdout=log, stderr=log)
        try:
            end = time.monotonic() + PATIENCE
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                if process.poll() is not None or time.monotonic() > end:
                    raise benchlib.BenchError(f"{server.name} does not come up: {(scratch / 'server.log').read_text().strip()[-300:]}")
                time.sleep(0.05)
            yield process, port
        finally:
            process.terminate()
            process.wait()


def wrk(port, seconds, scratch):
    script = scratch / "load.lua"
    script.write_text(LOAD)
    done = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", "--timeout", "10s", "-s", str(script),
                           f"http://127.0.0.1:{port}/predict"], capture_output=True, text=True)
    said = done.stdout
    if done.returncode != 0 or "Non-2xx" in said or "Socket errors" in said:
        raise benchlib.BenchError(f"wrk: {said}{done.stderr}")
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    answers = int(re.search(r"(\d+) requests in", said).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    return Load(rate, float(p99) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]), answers


def measure(server, seconds, scratch):
    with running(server, scratch) as (process, port):
        wrk(port, WARM_UP, scratch)
        before = processor_seconds(process.pid)
        load, answers = wrk(port, seconds, scratch)
        load.cpu = (processor_seconds(process.pid) - before) / answers * 1e6
        server.loads.append(load)


def ratio(ours, peer, what):
    """The median of the rounds' ratios."""
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(ours.loads, peer.loads))


def print_table(servers, empty):
    print("| server | answers a second | against the empty handler | p99, ms | processor time an answer, µs |")
    print("|---|---:|---:|---:|---:|")
    for server in servers:
        rate, p99, cpu = (statistics.median(getattr(load, what) for load in server.loads) for what in ("rate", "p99", "cpu"))
        print(f"| {server.name} | {rate:,.0f} | {ratio(server, empty, 'rate'):.2f} | {p99:.1f} | {cpu:.1f} |")
    print()


def train_model(name, params, program, data, scratch):
    """A history with one model in it: the notebook's, or the same trees on other features."""
    models = scratch / name
    config = scratch / f"{name}.json"
    model = {**benchlib.NOTEBOOK["models"][0], "params": {**benchlib.NOTEBOOK["models"][0]["params"], **params}}
    config.write_text(json.dumps({"models": [model], "report": False, "dataset_path": str(data.resolve()), "models_path": str(models)}))
    benchlib.measure([program, "--config", config, "--quiet"], scratch)
    return models
