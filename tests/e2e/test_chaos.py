"""Servers that are killed under load while their database comes and goes: what was answered is in the database, once.

DIAMOND_CHAOS_KILLS says how often (default: 6); every fourth time the database is away.
"""

import contextlib
import itertools
import json
import os
import random
import re
import socket
import threading
import time
import unittest

from harness import PATIENCE, STONE, Case, Postgres, wait_until

KILLS = int(os.environ.get("DIAMOND_CHAOS_KILLS", 6))
CLIENTS = 4
TOGETHER = 20  # requests on their way on one connection
BODY = json.dumps(STONE).encode()
ANSWER = re.compile(rb"HTTP/1\.1 200 OK\r\n(?:[^\r\n]+\r\n)*?X-Request-Id: ([^\r\n]+)\r\n")


def request(name):
    return (b"POST /predict HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nX-Request-Id: %s\r\nContent-Length: %d\r\n\r\n"
            % (name.encode(), len(BODY))) + BODY


class Client(threading.Thread):
    """Asks whatever server there is, and writes down which requests were answered."""

    def __init__(self, chaos, number):
        super().__init__()
        self.chaos, self.number, self.answered = chaos, number, []

    def run(self):
        names = (f"client-{self.number}-{i}" for i in itertools.count())
        while not self.chaos.is_over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(self.chaos.address, timeout=PATIENCE) as connection:
                while not self.chaos.is_over.is_set():
                    self.converse(connection, [next(names) for _ in range(TOGETHER)])
            time.sleep(0.005)

    def converse(self, connection, names):
        connection.sendall(b"".join(map(request, names)))
        data, seen = b"", 0
        try:
            while seen < len(names):
                piece = connection.recv(65536)
                if not piece:
                    raise ConnectionResetError
                data += piece
                seen = data.count(b"HTTP/1.1 ")
                if not data.endswith(b"}"):
                    seen -= 1
        finally:
            self.answered += [name.decode() for name in ANSWER.findall(data)]


class Chaos(Case):
    def setUp(self):
        super().setUp()
        self.train_small()
        self.postgres = Postgres()
        self.addCleanup(self.postgres.remove)
        self.is_over = threading.Event()
        self.addCleanup(self.is_over.set)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = probe.getsockname()

    def serve_here(self):
        return self.serve("--database", self.postgres.url, "--outbox", self.folder / "outbox.db", port=self.address[1])

    def test_nothing_that_was_answered_is_lost_or_doubled(self):
        chance = random.Random(7)
        server = self.serve_here()
        clients = [Client(self, i) for i in range(CLIENTS)]
        for client in clients:
            client.start()
        outages = 0
        for kill in range(KILLS):
            is_away = kill % 4 == 3
            if is_away:
                outages += 1
                self.postgres.stop()
            goal = sum(len(client.answered) for client in clients) + 1000
            wait_until(lambda: sum(len(client.answered) for client in clients) >= goal, "some answers")
            time.sleep(chance.random() * 0.2)
            server.process.kill()
            server.process.wait()
            server = self.serve_here()
            if is_away:
                time.sleep(chance.random() * 0.5)
                self.postgres.start()
        self.is_over.set()
        for client in clients:
            client.join()
        wait_until(lambda: server.ask("GET", "/readyz").json()["log"]["waiting"] == 0, "the outbox to empty", patience=10 * PATIENCE)
        answered = [name for client in clients for name in client.answered]
        arrived = [row[0] for row in self.postgres.sql("SELECT request_id FROM exchanges")]
        lost, doubled = set(answered) - set(arrived), len(arrived) - len(set(arrived))
        print(f"| kills | of them with the database away | answered | in the database | lost | doubled |\n|---:|---:|---:|---:|---:|---:|\n"
              f"| {KILLS} | {outages} | {len(answered):,} | {len(arrived):,} | {len(lost)} | {doubled} |")
        self.assertEqual((len(lost), doubled), (0, 0))
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM rejected"), [["0"]])


if __name__ == "__main__":
    unittest.main(verbosity=2)
