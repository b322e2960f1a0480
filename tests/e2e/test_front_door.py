"""The front door: what strangers may send, and that nobody else notices. Raw bytes over real sockets."""

import contextlib
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import BIN, PATIENCE, STONE, Case, Server, wait_until, write_diamonds

BODY = json.dumps(STONE).encode()
HOST = b"Host: shop\r\n"


def post(fields=b"", body=BODY, path=b"/predict"):
    return b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n" + fields + b"\r\n" + body


def price(fields=b""):
    return post(fields + b"Content-Length: %d\r\n" % len(BODY))


# Faults of cpp-httplib 0.11.4's own loop, and what else no server should take: what is sent, and the answer's status.
REFUSED = [
    ("chunks that pass the limit together", post(b"Transfer-Encoding: chunked\r\n", (b"3e8\r\n" + b"a" * 1000 + b"\r\n") * 4300 + b"0\r\n\r\n"), 413),
    ("an endless request line", b"GET /" + b"a" * 100_000, 431),
    ("an address that is too long", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    ("an endless header", b"GET / HTTP/1.1\r\nHost: " + b"a" * 100_000, 431),
    ("any number of headers", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, 431),
    ("an endless chunk extension", post(b"Transfer-Encoding: chunked\r\n", b"1;" + b"a" * 1_000_000), 431),
    ("any number of fields behind the last chunk", post(b"Transfer-Encoding: chunked\r\n", b"0\r\n" + b"A: b\r\n" * 20_000), 431),
    ("a compressed body", post(b"Content-Encoding: gzip\r\nContent-Length: 3\r\n", b"\x1f\x8b\x08"), 415),
    ("a negative chunk", post(b"Transfer-Encoding: chunked\r\n", b"-5\r\nabcde\r\n0\r\n\r\n"), 400),
    ("a chunk size that wraps around", post(b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffffff\r\na\r\n0\r\n\r\n"), 400),
    ("two lengths", post(b"Content-Length: 2\r\nContent-Length: 3\r\n", b"{} "), 400),
    ("a length and chunks", post(b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400),
    ("a body beyond the limit", post(b"Content-Length: 5000000\r\n", b" " * 5_000_000), 413),
    ("a bare LF", b"GET /livez HTTP/1.1\nHost: shop\n\n", 400),
    ("a NUL", b"GET /livez HTTP/1.1\r\nHost: sh\0op\r\n\r\n", 400),
    ("a space before the colon", b"GET /livez HTTP/1.1\r\nHost : shop\r\n\r\n", 400),
    ("no Host", b"GET /livez HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", b"GET /livez HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    ("HTTP/0.9", b"GET /livez\r\n\r\n", 400),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ("chunks in HTTP/1.0", b"POST /predict HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
    ("a method that is not known", b"BREW /livez HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    ("a transfer coding that is not known", post(b"Transfer-Encoding: gzip\r\n", b"x"), 501),
]


class Wire:
    """One connection, by the byte."""

    def __init__(self, server):
        if server.host.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            try:
                self.socket.connect(server.host.removeprefix("unix:"))
            except OSError:
                self.socket.close()
                raise
        else:
            self.socket = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        self.inbox = b""

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        """False at the end."""
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.inbox += piece
        return bool(piece)

    def answer(self, body=True):
        """The next answer: status, headers (lower case), body. None where the server has closed instead."""
        while b"\r\n\r\n" not in self.inbox:
            if not self.more():
                return None
        head, self.inbox = self.inbox.split(b"\r\n\r\n", 1)
        status, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
        length = int(headers.get("content-length", 0)) if body else 0
        while len(self.inbox) < length and self.more():
            pass
        text, self.inbox = self.inbox[:length], self.inbox[length:]
        return int(status.split()[1]), headers, text

    def is_closed(self):
        """Whether nothing more comes; waits for it."""
        return not self.more()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class FrontDoor(Case):
    def setUp(self):
        super().setUp()
        self.train_small()

    def door(self, *arguments):
        return self.serve_sqlite(*arguments)

    def assert_serves(self, server):
        with Wire(server) as wire:
            wire.send(price())
            self.assertEqual(wire.answer()[0], 200)

    def test_what_no_server_should_take_is_refused_as_a_problem_and_closed(self):
        server = self.door()
        for what, sent, status in REFUSED:
            with self.subTest(what), Wire(server) as wire:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    wire.send(sent)
                got, headers, body = wire.answer()
                problem = json.loads(body)
                self.assertEqual((got, problem["status"]), (status, status), body)
                self.assertEqual((headers["content-type"], headers["connection"]), ("application/problem+json", "close"))
                self.assertEqual(headers["x-request-id"], problem["request_id"])
                self.assertTrue(wire.is_closed())
        self.assert_serves(server)

    def test_a_refusal_that_has_an_address_stands_in_the_log(self):
        server = self.door()
        for _, sent, status in REFUSED:
            if status in (413, 415):
                with Wire(server) as wire:
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        wire.send(sent)
                    wire.answer()
        logged = server.ask("GET", "/logs").json()
        self.assertEqual(sorted(entry["status"] for entry in logged), [413, 413, 415])

    def test_no_header_of_a_client_comes_back_as_two(self):
        server = self.door("--cors-origin", "*")
        with Wire(server) as wire:
            wire.send(price(b"Origin: https://a%0D%0ASet-Cookie: a=b\r\nX-Request-Id: a%0D%0Ab\r\nREMOTE_ADDR: 10.0.0.1\r\n"))
            status, headers, _ = wire.answer()
        self.assertEqual((status, headers["access-control-allow-origin"]), (200, "https://a%0D%0ASet-Cookie: a=b"))
        self.assertNotIn("set-cookie", headers)
        self.assertRegex(headers["x-request-id"], "^[0-9a-f]{32}$")

    def test_requests_sent_ahead_are_answered_in_their_order(self):
        server = self.door()
        with Wire(server) as wire:
            ids = [b"a%d" % i for i in range(50)]
            paths = [b"/samples", b"/predict"]
            wire.send(b"".join(post(b"X-Request-Id: %s\r\nContent-Length: %d\r\n" % (id_, len(BODY)), path=paths[i % 2]) for i, id_ in enumerate(ids)))
            self.assertEqual([wire.answer()[1]["x-request-id"].encode() for _ in ids], ids)

    def test_what_stands_behind_a_refused_request_is_no_request(self):
        server = self.door()
        with Wire(server) as wire:
            wire.send(post(b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n") + price())
            self.assertEqual(wire.answer()[0], 400)
            self.assertTrue(wire.is_closed())

    def test_head_is_an_answer_without_its_body(self):
        server = self.door()
        with Wire(server) as wire:
            wire.send(b"HEAD /livez HTTP/1.1\r\n" + HOST + b"\r\nGET /livez HTTP/1.1\r\n" + HOST + b"\r\n")
            status, headers, _ = wire.answer(body=False)
            self.assertEqual(status, 200)
            again, length, body = wire.answer()
            self.assertEqual((again, length["content-length"], len(body)), (200, headers["content-length"], int(headers["content-length"])))

    def test_old_clients_and_those_that_close_are_answered_and_closed(self):
        server = self.door()
        for sent in (b"GET /livez HTTP/1.0\r\n\r\n", b"GET /livez HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"):
            with self.subTest(sent), Wire(server) as wire:
                wire.send(sent)
                self.assertEqual(wire.answer()[0], 200)
                self.assertTrue(wire.is_closed())
        with Wire(server) as wire:
            for _ in range(2):
                wire.send(b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                self.assertEqual(wire.answer()[0], 200)

    def test_a_client_that_has_said_its_last_word_gets_its_answers(self):
        server = self.door()
        with Wire(server) as wire:
            wire.send(price() * 3)
            wire.socket.shutdown(socket.SHUT_WR)
            self.assertEqual([wire.answer()[0] for _ in range(3)], [200] * 3)
            self.assertTrue(wire.is_closed())
        with Wire(server) as wire:
            wire.send(price()[:-1])
            wire.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(wire.answer()[0], 400)

    def test_a_body_comes_when_it_is_asked_for(self):
        server = self.door()
        with Wire(server) as wire:
            wire.send(price(b"Expect: 100-continue\r\n")[:-len(BODY)])
            self.assertEqual(wire.answer()[0], 100)
            wire.send(BODY)
            self.assertEqual(wire.answer()[0], 200)
            wire.send(post(b"Expect: 100-continue\r\nContent-Length: 5000000\r\n", b""))
            self.assertEqual(wire.answer()[0], 413)

    def test_a_body_in_chunks_is_a_body(self):
        server = self.door()
        with Wire(server) as wire:
            chunks = b"".join(b"%x;note=1\r\n%c\r\n" % (1, byte) for byte in BODY)
            wire.send(post(b"Transfer-Encoding: chunked\r\n", chunks + b"0\r\nTrailer: x\r\n\r\n") + price())
            self.assertEqual([wire.answer()[0] for _ in range(2)], [200, 200])

    def test_slow_clients_hold_nobody_up_and_have_their_time(self):
        server = self.door("--threads", "1", "--request-timeout", "1.5")
        slow = [Wire(server) for _ in range(50)]
        for wire in slow:
            wire.send(price()[:40])
        self.assert_serves(server)
        for wire in slow:
            status, _, body = wire.answer()
            self.assertEqual((status, "1.5 seconds" in json.loads(body)["detail"]), (408, True))
            wire.close()
        # A request may come by the byte as long as it is whole in time, also over several reads.
        with Wire(server) as wire:
            for byte in price():
                wire.send(bytes([byte]))
            self.assertEqual(wire.answer()[0], 200)

    def test_a_client_that_takes_no_answer_is_let_go(self):
        server = self.door("--request-timeout", "0.5")
        with Wire(server) as wire:
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            request = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + HOST + b"\r\n"
            wire.send(request * 20)
            self.assert_serves(server)
            time.sleep(1.5)
            with contextlib.suppress(ConnectionError):
                while wire.more():
                    wire.inbox = b""
        self.assert_serves(server)

    def test_idle_connections_are_closed_after_their_time(self):
        server = self.door("--idle-timeout", "0.5")
        with Wire(server) as silent, Wire(server) as used:
            used.send(price())
            self.assertEqual(used.answer()[0], 200)
            self.assertTrue(silent.is_closed())
            self.assertTrue(used.is_closed())

    def test_for_one_connection_too_many_the_one_that_is_idle_longest_goes(self):
        server = self.door("--max-connections", "3", "--threads", "1")
        with contextlib.ExitStack() as stack:
            oldest, busy, younger = (stack.enter_context(Wire(server)) for _ in range(3))
            for wire in (oldest, busy, younger):
                wire.send(price())
                self.assertEqual(wire.answer()[0], 200)
            oldest.send(price())  # now it is the youngest
            self.assertEqual(oldest.answer()[0], 200)
            busy.send(price()[:-1])  # a request has begun: it is not idle
            newcomer = stack.enter_context(Wire(server))
            newcomer.send(price())
            self.assertEqual(newcomer.answer()[0], 200)
            self.assertTrue(younger.is_closed())
            busy.send(price()[-1:])
            self.assertEqual(busy.answer()[0], 200)
            oldest.send(price())
            self.assertEqual(oldest.answer()[0], 200)

    def test_many_connections_at_a_time(self):
        server = self.door("--threads", "2")
        wires = [Wire(server) for _ in range(300)]
        for wire in wires:
            wire.send(price())
        self.assertEqual({wire.answer()[0] for wire in wires}, {200})
        for wire in wires:
            wire.close()
        self.assertEqual(len(server.ask("GET", "/logs?limit=1000").json()), 300)

    def test_it_listens_on_ipv6_and_on_names(self):
        for host, url in (("::1", r"http://\[::1\]:"), ("localhost", "http://localhost:")):
            with self.subTest(host):
                server = self.door("--host", host)
                self.assertRegex(server.log(), url)
                server.host = host
                self.assert_serves(server)
                server.stop()

    def test_it_listens_on_a_unix_socket(self):
        path = self.folder / "door.sock"
        server = self.door("--host", f"unix:{path}")
        self.assert_serves(server)
        self.assertEqual(path.stat().st_mode & 0o777, 0o666)  # a proxy is another user
        self.assertNotIn("/logs is refused", server.log())
        second = subprocess.run([BIN / "diamond-serve", "--host", f"unix:{path}", "--database", "none", "--models-dir", self.models],
                                capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(path), second.stderr)
        server.process.kill()
        server.process.wait()
        self.assertTrue(path.exists())  # left behind, and no obstacle
        server = self.door("--host", f"unix:{path}")
        self.assert_serves(server)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(path.exists())

    def test_sigterm_closes_what_is_idle_at_once(self):
        server = self.door()
        with Wire(server) as idle, Wire(server) as used:
            used.send(price())
            self.assertEqual(used.answer()[0], 200)
            self.assertEqual(server.stop(), 0)
            self.assertTrue(idle.is_closed())
            self.assertTrue(used.is_closed())

    def test_sigterm_leaves_who_has_just_come_time_to_ask(self):
        server = self.door()
        with Wire(server) as used, Wire(server) as new:
            used.send(price())
            self.assertEqual(used.answer()[0], 200)
            server.process.send_signal(signal.SIGTERM)
            self.assertTrue(used.is_closed())
            new.send(price())
            self.assertEqual(new.answer()[0], 200)
            self.assertTrue(new.is_closed())
        self.assertEqual(server.stop(), 0)

    def test_while_the_last_requests_are_answered_nobody_else_is_let_in(self):
        path = self.folder / "door.sock"
        for host in ("127.0.0.1", f"unix:{path}"):
            with self.subTest(host):
                server = self.door("--host", host)
                with Wire(server) as slow:
                    slow.send(price()[:-1])
                    self.assert_serves(server)
                    server.process.send_signal(signal.SIGTERM)
                    wait_until(lambda: not self.is_let_in(server), "the address to be free")
                    successor = self.serve("--database", "none", "--host", host, port=server.port)
                    self.assert_serves(successor)
                    slow.send(price()[-1:])
                    self.assertEqual(slow.answer()[0], 200)
                    self.assertEqual(server.stop(), 0)
                self.assert_serves(successor)
                self.assertEqual(successor.stop(), 0)

    def is_let_in(self, server):
        try:
            Wire(server).close()
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        return True

    def test_clients_that_break_off_leave_nothing_behind(self):
        server = self.door()
        files = lambda: len(os.listdir(f"/proc/{server.process.pid}/fd"))
        self.assert_serves(server)
        before = files()
        for sent in (b"", b"G", price()[:-5], price(), price() * 5):
            for _ in range(10):
                wire = Wire(server)
                wire.send(sent)
                wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # RST
                wire.close()
        wait_until(lambda: files() <= before, "the server to close its ends")
        self.assert_serves(server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
