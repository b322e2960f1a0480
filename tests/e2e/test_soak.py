"""A server among rude clients while champions change: no fault of its own, and nothing that grows.

DIAMOND_SOAK_SECONDS says for how long (default: 10).
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import socket
import threading
import time
import unittest

from harness import PATIENCE, STONE, Case, train, wait_until, write_diamonds

SECONDS = float(os.environ.get("DIAMOND_SOAK_SECONDS", 10))
BODY = json.dumps(STONE).encode()
REQUEST = b"POST /predict HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def connect(server):
    return socket.create_connection((server.host, server.port), timeout=PATIENCE)


def read_answers(connection, count):
    """The statuses of so many answers."""
    data, statuses = b"", []
    while len(statuses) < count:
        head, found, rest = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head).group(1)) if found else 0
        if found and len(rest) >= length:
            statuses.append(int(head.split()[1]))
            data = rest[length:]
            continue
        piece = connection.recv(65536)
        if not piece:
            raise AssertionError(f"the server closed after {statuses}, {data!r}")
        data += piece
    return statuses


# What clients do. Those that behave return the statuses that they got.

def polite(server, _):
    with contextlib.closing(http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)) as connection:
        for _ in range(20):
            connection.request("POST", "/predict", BODY, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            yield answer.status


def pipelining(server, _):
    with connect(server) as connection:
        connection.sendall(REQUEST * 10)
        yield from read_answers(connection, 10)


def half_closed(server, _):
    with connect(server) as connection:
        connection.sendall(REQUEST)
        connection.shutdown(socket.SHUT_WR)
        yield from read_answers(connection, 1)


def by_the_byte(server, _):
    with connect(server) as connection:
        for byte in REQUEST:
            connection.send(bytes([byte]))
        yield from read_answers(connection, 1)


def breaking_off(server, chance):
    with connect(server) as connection:
        connection.sendall((REQUEST * 3)[:chance.randrange(1, 3 * len(REQUEST))])
        if chance.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # RST
    return ()


def babbling(server, chance):
    with connect(server) as connection, contextlib.suppress(OSError):
        connection.sendall(chance.randbytes(chance.randrange(1, 5000)))
        connection.recv(65536)
    return ()


def dawdling(server, chance):
    with connect(server) as connection:
        connection.sendall(REQUEST[:chance.randrange(0, 100)])
        time.sleep(chance.random() * 0.5)
    return ()


CLIENTS = [polite, polite, pipelining, half_closed, by_the_byte, breaking_off, babbling, dawdling]


class Soak(Case):
    def setUp(self):
        super().setUp()
        data = write_diamonds(self.folder / "stones.csv", 1000)
        for seed in ("1", "2"):
            train("--data", data, "--models-dir", self.models, "--model", "linear", "--seed", seed, "--no-report")
        self.ids = sorted(path.name for path in self.models.iterdir() if (path / "manifest.json").exists())

    def test_nothing_fails_and_nothing_grows(self):
        server = self.serve_sqlite("--request-timeout", "1", "--idle-timeout", "2")
        listening = self.sockets(server)
        end = time.monotonic() + SECONDS
        statuses, failures, sizes = [], [], []

        def play(client, seed):
            chance = random.Random(seed)
            while time.monotonic() < end and not failures:
                try:
                    statuses.extend(client(server, chance))
                except Exception as error:  # pylint: disable=broad-except  # each is a failure of the server's
                    failures.append(f"{client.__name__}: {error!r}")

        threads = [threading.Thread(target=play, args=(client, i)) for i, client in enumerate(CLIENTS)]
        for thread in threads:
            thread.start()
        changes = 0
        while time.monotonic() < end:
            train("promote", self.ids[changes % 2], "--no-report", "--models-dir", self.models)
            changes += 1
            time.sleep(0.7)
            sizes.append(self.memory(server))
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(set(statuses), {200})
        self.assertGreater(len(statuses), 20)
        self.assertIsNone(server.process.poll())
        wait_until(lambda: self.sockets(server) <= listening, "the server to close what clients left")
        # What comes at first (threads, buffers, a second model) is not growth.
        self.assertLess(sizes[-1], 1.25 * max(sizes[: len(sizes) // 3 + 1]) + 8, sizes)
        served = {entry["model_id"] for entry in server.ask("GET", "/logs?limit=1000").json() if entry["status"] == 200}
        self.assertLessEqual(served, set(self.ids))
        self.assertEqual(server.stop(), 0)
        print(f"{len(statuses)} answers, {changes} champions, {sizes[0]:.0f} to {sizes[-1]:.0f} MB")

    @staticmethod
    def memory(server):
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    @staticmethod
    def sockets(server):
        folder = pathlib.Path(f"/proc/{server.process.pid}/fd")
        return sum(file.is_socket() for file in folder.iterdir())


if __name__ == "__main__":
    unittest.main(verbosity=2)
