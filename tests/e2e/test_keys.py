"""diamond-serve with keys: who may ask for what, how often, and how keys come and go."""

import json
import os
import re
import signal
import stat
import subprocess
import threading
import time
import unittest

from harness import BIN, STONE, Case, wait_until

SAMPLE = {"cut": "Ideal", "color": "E", "clarity": "VS2", "weight": 0.7, "n_samples": 1}
ROLES = ("predict", "read-logs", "admin")
# method, path, body, the roles that may
GUARDED = [("POST", "/predict", STONE, {"predict", "admin"}),
           ("POST", "/samples", SAMPLE, {"predict", "admin"}),
           ("POST", "/similar", STONE, {"predict", "admin"}),
           ("GET", "/models", None, {"predict", "read-logs", "admin"}),
           ("GET", "/models/champion", None, {"predict", "read-logs", "admin"}),
           ("HEAD", "/models", None, {"predict", "read-logs", "admin"}),
           ("GET", "/logs", None, {"read-logs", "admin"}),
           ("HEAD", "/logs", None, {"read-logs", "admin"})]
OPEN = ["/livez", "/readyz", "/docs", "/openapi.json"]


class Keys(Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "keys.json"

    def keys(self, *arguments, code=0, env=None, file=True, **options):
        """Runs diamond-serve keys."""
        named = ["--api-keys", str(self.file)] if file else []
        done = subprocess.run([BIN / "diamond-serve", "keys", *map(str, arguments), *named], cwd=self.folder, env=env, capture_output=True,
                              text=True, timeout=30, check=False, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 0 if arguments[0] == "list" and code == 0 else 1, done.stderr)
        return done

    def add(self, name, role, *more):
        return self.keys("add", name, "--role", role, *more).stdout.strip()

    def serve_with_keys(self, *arguments, **options):
        return self.serve_sqlite("--api-keys", self.file, *arguments, **options)


def bearer(key):
    return {"Authorization": "Bearer " + key}


class Serving(Keys):
    def setUp(self):
        super().setUp()
        self.manifest = self.train_small()

    def test_each_role_may_what_it_is_for_and_nothing_else(self):
        keys = {role: self.add(role, role) for role in ROLES}
        server = self.serve_with_keys()
        for method, path, body, allowed in GUARDED:
            for role, key in keys.items():
                for headers in (bearer(key), {"X-API-Key": key}, {"Authorization": "bEaReR  " + key, "X-API-Key": key}):
                    answer = server.ask(method, path, body, headers)
                    self.assertEqual(answer.status, 200 if role in allowed else 403, f"{method} {path} as {role}")
        refused = server.ask("GET", "/logs", headers=bearer(keys["predict"])).json()
        self.assertEqual(refused["type"], "urn:diamond:problem:forbidden")
        self.assertRegex(refused["detail"], "read-logs or admin.*has the role predict")

    def test_without_a_key_only_health_and_pages_are_open(self):
        self.add("shop", "predict")
        server = self.serve_with_keys()
        for method, path, body, _ in GUARDED:
            for headers in ({}, {"Authorization": "Basic c2hvcDpzaG9w"}, {"X-API-Key": ""}):
                answer = server.ask(method, path, body, headers)
                self.assertEqual((answer.status, answer.headers["WWW-Authenticate"]), (401, 'Bearer realm="diamond"'), f"{method} {path}")
            answer = server.ask(method, path, body, bearer("dk_" + "A" * 43))
            self.assertEqual((answer.status, answer.headers["WWW-Authenticate"]), (401, 'Bearer realm="diamond", error="invalid_token"'))
        self.assertEqual(server.predict().json()["type"], "urn:diamond:problem:unauthorized")
        for path in OPEN:
            self.assertEqual(server.ask("GET", path).status, 200, path)
            self.assertEqual(server.ask("GET", path, headers=bearer("guess")).status, 200, path)
        self.assertEqual(server.ask("GET", "/").status, 200)
        self.assertEqual(server.ask("GET", "/nowhere").status, 404)
        self.assertEqual(server.ask("DELETE", "/predict").status, 405)

    def test_two_keys_that_differ_are_no_request(self):
        one, other = self.add("one", "admin"), self.add("other", "admin")
        answer = self.serve_with_keys().ask("POST", "/predict", STONE, {**bearer(one), "X-API-Key": other})
        self.assertEqual((answer.status, answer.json()["detail"]), (400, "the request has two keys that differ"))

    def test_beyond_this_machine_the_log_is_read_with_a_key(self):
        key = self.add("ops", "read-logs")
        server = self.serve_with_keys("--host", "0.0.0.0")
        self.assertNotIn("/logs is refused", server.log())
        self.assertEqual(server.ask("GET", "/logs", headers=bearer(key)).status, 200)
        self.assertEqual(server.ask("GET", "/logs").status, 401)
        self.assertEqual(server.predict().status, 401)

    def test_refusals_are_recorded_like_other_errors(self):
        shop, ops = self.add("shop", "predict"), self.add("ops", "read-logs")
        server = self.serve_with_keys()
        server.predict()
        server.ask("POST", "/predict", STONE, bearer(ops))
        server.ask("POST", "/predict", STONE, bearer(shop))
        entries = server.ask("GET", "/logs", headers=bearer(ops)).json()
        self.assertEqual([(e["status"], e["api_key"]) for e in entries], [(200, "shop"), (403, "ops"), (401, None)])

    def test_a_key_asks_as_often_as_it_may_and_is_told_when_again(self):
        slow = self.add("slow", "predict", "--rate", "0.001", "--burst", "2")
        free = self.add("free", "admin")
        server = self.serve_with_keys()
        ask = lambda key=slow, path="/predict": server.ask("POST", path, STONE if path == "/predict" else SAMPLE, bearer(key))
        self.assertEqual(server.ask("GET", "/logs", headers=bearer(slow)).status, 403)  # what is refused is not counted
        self.assertEqual([ask().status, ask(path="/samples").status, ask().status], [200, 200, 429])
        refused = ask()
        self.assertEqual(refused.json()["type"], "urn:diamond:problem:too-many-requests")
        self.assertTrue(900 < int(refused.headers["Retry-After"]) <= 1000, refused.headers["Retry-After"])
        self.assertEqual({ask(free).status for _ in range(50)}, {200})
        self.assertEqual(server.ask("GET", "/livez", headers=bearer(slow)).status, 200)
        self.add("new", "predict")  # the file changes, and what was used up stays used up
        wait_until(lambda: "keys=3" in server.log(), "the new key")
        self.assertEqual(ask().status, 429)

    def test_who_obeys_retry_after_is_let_in(self):
        key = self.add("slow", "predict", "--rate", "1", "--burst", "1")
        server = self.serve_with_keys()
        answers = [server.ask("POST", "/predict", STONE, bearer(key)) for _ in range(20)]
        refused = [a for a in answers if a.status == 429]
        self.assertTrue(refused)
        self.assertEqual({a.headers["Retry-After"] for a in refused}, {"1"})
        time.sleep(int(refused[-1].headers["Retry-After"]))
        self.assertEqual(server.ask("POST", "/predict", STONE, bearer(key)).status, 200)

    def test_a_page_may_send_a_key_and_read_how_long_to_wait(self):
        key = self.add("page", "predict", "--rate", "0.001", "--burst", "1")
        server = self.serve_with_keys("--cors-origin", "https://shop.example")
        page = {"Origin": "https://shop.example"}
        asked = server.ask("OPTIONS", "/predict", headers={**page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"})
        self.assertEqual(asked.status, 204)
        self.assertTrue({"Authorization", "X-API-Key"} <= set(asked.headers["Access-Control-Allow-Headers"].split(", ")))
        answers = [server.ask("POST", "/predict", STONE, {**page, **bearer(key)}) for _ in range(2)] + [server.ask("POST", "/predict", STONE, page)]
        self.assertEqual([a.status for a in answers], [200, 429, 401])
        for answer in answers:
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://shop.example")
            self.assertIn("Retry-After", answer.headers["Access-Control-Expose-Headers"])

    def test_a_key_stands_nowhere_but_with_its_owner(self):
        keys = [self.add("shop", "predict"), self.add("ops", "read-logs"), self.add("slow", "admin", "--rate", "0.001", "--burst", "1"), "dk_unknown_to_all"]
        server = self.serve_with_keys()
        for key in keys:
            for headers in (bearer(key), {"X-API-Key": key}, {**bearer(key), "X-API-Key": "dk_another"}):
                for method, path, body, _ in GUARDED:
                    server.ask(method, path, body, headers)
                for path, body in [("/predict", {**STONE, "cut": "Nice"}), ("/predict", "{"), ("/predict", " " * 2_000_000), ("/nowhere", "")]:
                    server.ask("POST", path, body, {**headers, "Content-Type": "application/json"})
                server.ask("GET", "/readyz", headers=headers)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "SIGHUP" in server.log(), "a word about SIGHUP")
        written = {name: (self.folder / name).read_bytes() for name in ("traffic.db", "traffic.db-wal", "keys.json", "keys.json.lock")}
        server.stop()
        written["log"] = server.log().encode()
        written["traffic.db at the end"] = (self.folder / "traffic.db").read_bytes()
        self.assertIn(b"Premium", written["traffic.db-wal"] + written["traffic.db at the end"])  # it can be searched
        for key in [*keys, "dk_another"]:
            for name, content in written.items():
                self.assertNotIn(key.encode(), content, name)

    def test_without_keys_one_that_is_sent_is_no_matter(self):
        server = self.serve_sqlite()
        for method, path, body, _ in GUARDED:
            self.assertEqual(server.ask(method, path, body, bearer("dk_whatever")).status, 200, path)
        server.stop()
        self.assertNotIn("dk_whatever", server.log())


class Changes(Keys):
    def setUp(self):
        super().setUp()
        self.train_small()

    def test_keys_come_and_go_while_requests_run(self):
        stays, goes = self.add("stays", "predict"), self.add("goes", "predict")
        server = self.serve_with_keys()
        statuses, stop = [], threading.Event()

        def client():
            connection = server.connect()
            while not stop.is_set():
                statuses.append(server.ask("POST", "/predict", STONE, bearer(stays), connection).status)
            connection.close()

        clients = [threading.Thread(target=client) for _ in range(3)]
        for thread in clients:
            thread.start()
        try:
            comes = self.add("comes", "predict")
            wait_until(lambda: server.ask("POST", "/predict", STONE, bearer(comes)).status == 200, "the new key")
            self.assertEqual(server.ask("POST", "/predict", STONE, bearer(goes)).status, 200)
            self.keys("remove", "goes")
            wait_until(lambda: server.ask("POST", "/predict", STONE, bearer(goes)).status == 401, "the key to be gone")
            for i in range(10):
                self.add(f"more{i}", "admin")
            wait_until(lambda: "keys=12" in server.log(), "all of them")
        finally:
            stop.set()
            for thread in clients:
                thread.join()
        self.assertEqual(set(statuses), {200})

    def test_a_broken_file_leaves_the_old_keys_in_force_and_is_said_once(self):
        key = self.add("shop", "predict")
        whole = self.file.read_text()
        server = self.serve_with_keys()
        for broken, says in [(lambda: self.file.write_text(whole[:-20]), "not JSON"),
                             (lambda: self.file.write_text('{"keys": [{"name": "shop"}]}'), "#/keys/0"),
                             (self.file.unlink, "No such file"),
                             (self.file.mkdir, "Is a directory")]:
            broken()
            wait_until(lambda says=says: says in server.log(), f"a word about {says}")
            server.process.send_signal(signal.SIGHUP)  # and it looks once more
            self.assertEqual(server.ask("POST", "/predict", STONE, bearer(key)).status, 200)
            self.assertEqual(server.predict().status, 401)
        told = re.findall("the old keys stay in force", server.log())
        self.assertEqual(len(told), 4)
        self.file.rmdir()
        self.file.write_text(whole)
        wait_until(lambda: "the file of keys is in order again" in server.log(), "all to be well")
        self.assertEqual(server.ask("POST", "/predict", STONE, bearer(key)).status, 200)

    def test_sighup_reads_the_keys_too(self):
        self.add("one", "predict")
        server = self.serve_with_keys()
        self.add("two", "predict")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "keys=2" in server.log(), "the second key")

    def test_at_the_start_the_file_has_to_be_in_order(self):
        (self.folder / "broken.json").write_text('{"keys": [{"name": "a b", "sha256": "", "role": "admin"}]}')
        for file, says in [("none.json", "No such file"), ("broken.json", "broken.json#/keys/0/name"), (".", "directory"), ("", "--api-keys")]:
            done = subprocess.run([BIN / "diamond-serve", "--database", "none", "--api-keys", file], cwd=self.folder, capture_output=True, text=True, timeout=30, check=False)
            self.assertEqual((done.returncode, done.stdout, len(done.stderr.strip().splitlines())), (2, "", 1), done.stderr)
            self.assertIn(says, done.stderr)


class Commands(Keys):
    def test_a_key_is_printed_once_and_only_its_hash_is_kept(self):
        done = self.keys("add", "shop", "--role", "predict", "--rate", "50", "--burst", "100")
        self.assertRegex(done.stdout, r"^dk_[A-Za-z0-9_-]{43}\n$")
        self.assertNotIn(done.stdout.strip(), done.stderr)
        self.assertIn("name=shop", done.stderr)
        entry, = json.loads(self.file.read_text())["keys"]
        self.assertEqual({k: v for k, v in entry.items() if k != "sha256"}, {"name": "shop", "role": "predict", "rate": 50, "burst": 100})
        digest = subprocess.run(["sha256sum"], input=done.stdout.strip(), capture_output=True, text=True, check=True).stdout.split()[0]
        self.assertEqual(entry["sha256"], digest)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)

    def test_the_file_keeps_its_permissions(self):
        self.add("shop", "predict")
        self.file.chmod(0o640)
        self.add("ops", "read-logs")
        self.keys("remove", "shop")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o640)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["keys.json", "keys.json.lock"])

    def test_keys_are_listed_and_removed(self):
        self.assertIn("No such file", self.keys("list", code=2).stderr)
        self.add("shop", "predict", "--rate", "2.5")
        self.add("list", "admin")
        self.assertEqual(self.keys("list").stdout, "shop  predict    2.5/s, 2.5 at once\nlist  admin      no limit\n")
        self.keys("remove", "shop")
        self.assertEqual(self.keys("list").stdout, "list  admin      no limit\n")

    def test_the_file_is_named_as_for_the_server(self):
        env = {**os.environ, "DIAMOND_SERVE_API_KEYS": "by-variable.json"}
        self.keys("add", "one", "--role", "admin", env=env, file=False)
        self.assertTrue((self.folder / "by-variable.json").exists())
        (self.folder / "config").mkdir()
        (self.folder / "config/api.json").write_text('{"api_keys": "by-file.json"}')
        self.keys("add", "one", "--role", "admin", file=False)
        self.assertTrue((self.folder / "by-file.json").exists())
        (self.folder / "config/api.json").unlink()
        self.assertIn("DIAMOND_SERVE_API_KEYS", self.keys("add", "one", "--role", "admin", file=False, code=2).stderr)

    def test_wrong_input_is_told_in_one_line_and_changes_nothing(self):
        self.add("shop", "predict")
        before = self.file.read_bytes()
        for arguments, says in [(["add", "shop", "--role", "admin"], "'shop' already"), (["add", "a b", "--role", "admin"], "NAME"),
                                (["add", "x" * 65, "--role", "admin"], "NAME"), (["add", "", "--role", "admin"], "NAME"),
                                (["add", "ops", "--role", "king"], "predict, read-logs, admin"), (["add", "ops"], "--role"), (["add", "--role", "admin"], "NAME"),
                                (["add", "ops", "--role", "admin", "--rate", "0"], "--rate"), (["add", "ops", "--role", "admin", "--rate", "many"], "--rate"),
                                (["add", "ops", "--role", "admin", "--burst", "3"], "--rate"), (["add", "ops", "--role", "admin", "--rate", "1", "--burst", "0"], "--burst"),
                                (["add", "ops", "--role", "admin", "--bogus"], "--bogus"), (["add", "ops", "more", "--role", "admin"], "more"),
                                (["remove", "shpo"], "did you mean 'shop'"), (["remove"], "NAME"), (["list", "shop"], "shop"), (["sell"], "subcommand")]:
            with self.subTest(arguments=arguments):
                self.assertIn(says, self.keys(*arguments, code=2).stderr)
        self.assertEqual(self.file.read_bytes(), before)
        self.file.write_text("{")
        self.assertIn("not JSON", self.keys("add", "ops", "--role", "admin", code=2).stderr)
        self.assertEqual(self.file.read_text(), "{")

    def test_a_key_that_cannot_be_printed_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([BIN / "diamond-serve", "keys", "add", "shop", "--role", "admin", "--api-keys", self.file], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout", done.stderr)

    def test_keys_that_are_added_at_once_are_all_there(self):
        running = [subprocess.Popen([BIN / "diamond-serve", "keys", "add", f"key{i}", "--role", "admin", "--api-keys", self.file],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for i in range(8)]
        printed = {one.communicate(timeout=30)[0].strip() for one in running}
        self.assertEqual({one.returncode for one in running}, {0})
        self.assertEqual((len(printed), len(self.keys("list").stdout.splitlines())), (8, 8))

    def test_help_shows_the_commands(self):
        help_of = lambda *words: subprocess.run([BIN / "diamond-serve", *words, "--help"], capture_output=True, text=True, timeout=30, check=True).stdout
        self.assertRegex(help_of(), r"keys +add, list, remove")
        for word in ("NAME", "--role", "--rate", "--burst"):
            self.assertIn(word, help_of("keys", "add"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
