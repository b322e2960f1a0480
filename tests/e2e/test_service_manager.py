"""diamond-serve under a service manager: it takes sockets over, says when it is ready and that it lives, and is replaced unnoticed."""

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import unittest

from harness import BIN, PATIENCE, STONE, Case, handing_over, wait_until


class Notices:
    """The other end of NOTIFY_SOCKET: what the program has said so far, a list of assignments for each message."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)
        self.messages = []

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.messages.append(dict(line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines()))
        return self.messages

    def told(self, name):
        """The messages that say this, in their order."""
        return [message for message in self.read() if message.get(name) == "1"]


def listening(address=("127.0.0.1", 0), family=socket.AF_INET):
    """As a socket unit makes it."""
    one = socket.socket(family)
    one.bind(address)
    one.listen(4096)
    return one


class ServiceManager(Case):
    def setUp(self):
        super().setUp()
        self.notices = Notices(self.folder)
        self.addCleanup(self.notices.socket.close)

    def told(self, name, count=1):
        return wait_until(lambda: len(self.notices.told(name)) >= count, f"{name}, {count} times") and self.notices.told(name)

    def serve_told(self, *arguments, handed=(), **variables):
        return self.serve_sqlite(*arguments, handed=handed, env={**os.environ, "NOTIFY_SOCKET": str(self.notices.path), **variables})

    def ask_at(self, address, path="/livez"):
        connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def test_it_says_when_it_is_ready_and_what_it_does(self):
        model = self.train_small()["id"]
        server = self.serve_told()
        self.assertEqual(self.told("READY")[0]["STATUS"], f"Serves {model} on http://127.0.0.1:{server.port}")
        server.process.send_signal(signal.SIGHUP)
        self.assertIn("MONOTONIC_USEC", self.told("RELOADING")[0])
        self.told("READY", 2)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.told("STOPPING")), 1)
        self.assertEqual(self.notices.told("WATCHDOG"), [])  # nobody waits for it

    def test_it_says_that_it_has_no_model_yet(self):
        server = self.serve_told()
        self.assertEqual(self.told("READY")[0]["STATUS"], f"Serves no model yet on http://127.0.0.1:{server.port}")

    def test_it_gives_signs_of_life_and_knows_a_new_model(self):
        server = self.serve_told(WATCHDOG_USEC="400000")
        self.told("WATCHDOG", 3)
        model = self.train_small()["id"]
        wait_until(lambda: any(model in message["STATUS"] for message in self.notices.told("WATCHDOG")), "the new model")
        self.assertEqual(server.stop(), 0)

    def test_it_takes_over_a_socket(self):
        with listening() as one:
            server = self.serve_told(handed=[one], DIAMOND_SERVE_HOST="192.0.2.1")  # which is nobody's
            self.assertEqual(server.port, one.getsockname()[1])
            self.assertEqual(self.ask_at(one.getsockname()), 200)

    def test_it_takes_over_several_and_leaves_a_file_where_it_is(self):
        path = self.folder / "serve.sock"
        with listening() as one, listening(str(path), socket.AF_UNIX) as two:
            server = self.serve_told(handed=[one, two])
            self.assertEqual(self.ask_at(one.getsockname()), 200)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
                client.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b" 200 OK", client.recv(65536))
            self.assertEqual(server.stop(), 0)
            self.assertTrue(path.exists())

    def test_a_unix_socket_that_comes_first_is_named(self):
        path = self.folder / "serve.sock"
        with listening(str(path), socket.AF_UNIX) as one:
            self.assertEqual(self.serve_told(handed=[one]).host, f"unix:{path}")

    def test_it_is_the_sockets_address_that_says_who_can_reach_it(self):
        self.train_small()
        with listening() as mine, listening(("0.0.0.0", 0)) as everybodys:
            server = self.serve_told("--host", "127.0.0.1", handed=[mine, everybodys])
            self.assertEqual(self.ask_at(mine.getsockname(), "/logs"), 403)
            self.assertIn("can be reached from other machines", server.log())
        with listening() as mine:
            self.serve("--database", "none", "--host", "0.0.0.0", handed=[mine])
            self.assertNotEqual(self.ask_at(mine.getsockname(), "/logs"), 403)

    def test_what_is_no_listening_socket_is_refused(self):
        for one in (socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()):
            with one, handing_over([one]) as (words, options):
                done = subprocess.run([*words, BIN / "diamond-serve", "--database", "none"], capture_output=True, text=True, check=False,
                                      timeout=PATIENCE, **options)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("ListenStream=", done.stderr)

    def test_a_restart_under_load_fails_no_request(self):
        """Each request on a connection of its own: those that come in between wait in the socket's backlog."""
        self.train_small()
        body = json.dumps(STONE)
        ends, answered, failed = threading.Event(), [], []

        def ask(address):
            while not ends.is_set():
                try:
                    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
                    with contextlib.closing(connection):
                        connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
                        answered.append(connection.getresponse().status)
                except (OSError, http.client.HTTPException) as error:
                    failed.append(repr(error))

        with listening() as one:
            server = self.serve_told(handed=[one])
            clients = [threading.Thread(target=ask, args=[one.getsockname()]) for _ in range(8)]
            for client in clients:
                client.start()
            try:
                for _ in range(5):
                    seen = len(answered)
                    wait_until(lambda: len(answered) > seen + 100, "some answers")
                    self.assertEqual(server.stop(), 0)
                    server = self.serve_told(handed=[one])
            finally:
                ends.set()
                for client in clients:
                    client.join()
        self.assertEqual(failed, [])
        self.assertEqual(set(answered), {200})
        self.assertEqual(server.stop(), 0)
        with contextlib.closing(sqlite3.connect(self.folder / "traffic.db")) as log:
            self.assertEqual(log.execute("SELECT count(*) FROM exchanges").fetchone()[0], len(answered))


if __name__ == "__main__":
    unittest.main(verbosity=2)
