"""deploy/: nginx before two servers, which share a database and a history. One after another they go away, and nobody notices."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import unittest

from harness import BIN, PATIENCE, ROOT, STONE, Case, Postgres, free_port, train, wait_until

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

# What Debian's own nginx.conf does around conf.d, for a folder of our own.
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/diamond.conf;
}}
"""


class Client(threading.Thread):
    """Asks prices one after another, each with a name of its own, and asks again where it must."""

    def __init__(self, port, name):
        super().__init__()
        self.port, self.name_of_client = port, name
        self.answered, self.models, self.retries, self.failed = [], set(), 0, []
        self.stopping = threading.Event()
        self.start()

    def run(self):
        while not self.stopping.is_set():
            name = f"{self.name_of_client}-{len(self.answered)}"
            for _ in range(10):
                model = self.ask(name)
                if model:
                    break
                self.retries += 1
                time.sleep(0.05)
            else:
                self.failed.append(name)
                return
            self.answered.append(name)
            self.models.add(model)

    def ask(self, name):
        """The model that answered; None: ask again."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/predict", json.dumps(STONE), {"Content-Type": "application/json", "X-Request-Id": name})
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body)["model"]["id"] if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class Deployment(Case):
    def setUp(self):
        super().setUp()
        self.first_model = self.train_small()["id"]
        self.postgres = Postgres()
        self.addCleanup(self.postgres.remove)

    def serve_number(self, number, program=BIN / "diamond-serve"):
        return self.serve("--host", f"unix:{self.folder}/{number}.sock", "--trusted-proxy", "unix", "--database", self.postgres.url,
                          "--outbox", self.folder / f"outbox-{number}.db", program=program)

    @contextlib.contextmanager
    def nginx(self):
        """Debian's, with our file; gives its port."""
        port = free_port()
        ours = (ROOT / "deploy/nginx/diamond.conf").read_text()
        for theirs, here in (("/run/diamond", str(self.folder)), ("listen 80;", f"listen 127.0.0.1:{port};")):
            self.assertIn(theirs, ours)
            ours = ours.replace(theirs, here)
        (self.folder / "diamond.conf").write_text(ours)
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder, user="user root;" if os.geteuid() == 0 else ""))
        process = subprocess.Popen([NGINX, "-p", self.folder, "-e", "nginx-error.log", "-c", self.folder / "nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: self.ask(port, "/livez") == 200, "nginx")
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)

    def ask(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def log(self):
        return [row[0] for row in self.postgres.sql("SELECT request_id FROM exchanges WHERE endpoint = 'predict' AND status = 200")]

    def test_one_server_after_another_goes_away_and_no_client_sees_an_error(self):
        servers = {number: self.serve_number(number) for number in (1, 2)}
        with self.nginx() as port:
            clients = [Client(port, f"client-{i}") for i in range(4)]

            def more_answers(count=100):
                known = sum(len(client.answered) for client in clients)
                wait_until(lambda: sum(len(client.answered) for client in clients) >= known + count, "more answers")

            try:
                more_answers()
                servers[1].process.kill()
                servers[1].process.wait()
                more_answers()
                servers[1] = self.serve_number(1)
                more_answers()
                # Another version is another program: the models and the log stay.
                another = self.folder / "another-version"
                another.mkdir()
                shutil.copy2(BIN / "diamond-serve", another)
                for number in (2, 1):
                    self.assertEqual(servers[number].stop(), 0)
                    servers[number] = self.serve_number(number, program=another / "diamond-serve")
                    more_answers()
                new_model = json.loads(train("--data", self.folder / "small.csv", "--models-dir", self.models, "--model", "linear", "--seed", 8, "--no-report", "--json").stdout)[0]["id"]
                train("promote", new_model, "--models-dir", self.models)
                wait_until(lambda: all(new_model in client.models for client in clients), "the new champion")
            finally:
                for client in clients:
                    client.stopping.set()
                for client in clients:
                    client.join()
        self.assertEqual([client.failed for client in clients], [[]] * 4)
        answered = {name for client in clients for name in client.answered}
        wait_until(lambda: answered <= set(self.log()), "the log of all answers")  # at its end a server waits a second, no longer
        for server in servers.values():
            self.assertEqual(server.stop(), 0)
        self.assertGreater(len(answered), 400)
        self.assertLessEqual({self.first_model}, set.union(*(client.models for client in clients)))
        self.assertEqual(self.postgres.sql("SELECT DISTINCT client FROM exchanges"), [["127.0.0.0/24"]])

    def test_what_was_asked_before_is_not_shown_to_strangers(self):
        server = self.serve_number(1)
        self.assertIn("/logs is refused", server.log())
        with self.nginx() as port:
            self.assertEqual([self.ask(port, path) for path in ("/logs", "/logs?limit=1", "/drift", "/models", "/readyz")], [403, 403, 403, 200, 200])

    def test_a_batch_of_the_size_that_a_server_takes_comes_through(self):
        self.serve_number(1)
        with self.nginx() as port:
            for size, status in ((4 << 20, 400), ((4 << 20) + 1, 413)):  # blanks are no JSON, but they are read
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                connection.request("POST", "/predict/batch", " " * size, {"Content-Type": "application/json"})
                self.assertEqual(connection.getresponse().status, status, size)
                connection.close()

    def test_a_server_that_cannot_answer_is_passed_over(self):
        self.serve_number(1)
        with self.nginx() as port:  # there is no second one
            client = Client(port, "alone")
            wait_until(lambda: len(client.answered) >= 50, "answers")
            client.stopping.set()
            client.join()
            self.assertEqual((client.failed, client.retries), ([], 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
