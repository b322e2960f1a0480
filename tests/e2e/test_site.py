"""The documentation as a site: it is made without a warning, all of it is there, every link leads somewhere, and a browser shows it (tests/web/site.test.js)."""

import html.parser
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import urllib.parse

import harness
import openapi
from harness import BIN, ROOT, train
from test_manual import PROGRAMS, all_helps, options_in

SCHEMAS = {"training_pipeline": "training", "original_training": "training", "api": "service", "original_api": "service", "api_keys": "keys"}


class Links(html.parser.HTMLParser):
    """What a page links to and asks for, and the places in it that others may link to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.targets += [attributes[name] for name in ("href", "src") if name in attributes]
        self.anchors += [attributes["id"]] if "id" in attributes else []


def keys_in(schema):
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from keys_in(inner)
        yield from keys_in(inner.get("items", {}))


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="diamond-e2e-")))
        cls.folder = folder / "site"
        done = subprocess.run(["/usr/bin/python3", "-W", "error", ROOT / "docs/site/make.py", cls.folder, "--build", BIN.parent], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stderr == "", done.stdout + done.stderr
        cls.pages = {page.relative_to(cls.folder).as_posix(): Links(page.read_text()) for page in cls.folder.rglob("*.html")}

    def text_of(self, address):
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", (self.folder / address).read_text())))

    def rows_of(self, address):
        """The names that the rows of the page's tables begin with."""
        return {html.unescape(name) for name in re.findall(r"<td>(?:<code>[^<]*</code>, )*<code>([^<]*)</code>", (self.folder / address).read_text())}

    def test_every_page_of_docs_is_in_it(self):
        for page in ROOT.glob("docs/*.md"):
            self.assertIn(f"{page.stem}.html", self.pages)

    def test_every_link_and_anchor_leads_somewhere(self):
        for address, page in self.pages.items():
            self.assertEqual(len(page.anchors), len({*page.anchors}), f"{address}: two places of one name")
            for target in page.targets:
                if re.match(r"https?:|mailto:", target):
                    continue
                path, _, anchor = target.partition("#")
                there = os.path.normpath(pathlib.PurePosixPath(address).parent / urllib.parse.unquote(path)) if path else address
                self.assertTrue((self.folder / there).is_file(), f"{address}: {target}")
                if anchor:
                    self.assertIn(urllib.parse.unquote(anchor), self.pages[there].anchors, f"{address}: {target}")

    def test_what_the_search_finds_is_there(self):
        index = json.loads((self.folder / "search.js").read_text().removeprefix("window.siteIndex = ").rstrip(";\n"))
        self.assertGreater(len(index), 1000)
        for title, page, target, _ in index:
            path, _, anchor = target.partition("#")
            self.assertTrue(title and page)
            self.assertTrue(not anchor or anchor in self.pages[path].anchors, target)

    def test_every_page_can_be_reached_from_home(self):
        reached, waiting = set(), ["index.html"]
        while waiting:
            address = waiting.pop()
            if address in self.pages and address not in reached:
                reached.add(address)
                waiting += [os.path.normpath(pathlib.PurePosixPath(address).parent / target.partition("#")[0]) for target in self.pages[address].targets]
        self.assertEqual(reached, {*self.pages})

    def test_every_option_command_and_variable_is_in_the_reference(self):
        for program in PROGRAMS:
            address = f"reference/{program}.html"
            rows, text = self.rows_of(address), self.text_of(address)
            for commands, told in all_helps(program):
                for option in options_in(told):
                    self.assertTrue(any(row.split()[0] == option for row in rows), f"{address}: {option}")
                for variable in re.findall(r"Env:(\w+)", told):
                    self.assertIn(variable, text)
                self.assertIn(" ".join([program, *commands]), text)

    def test_every_exit_code_is_in_the_reference(self):
        for program, codes in zip(PROGRAMS, (6, 3)):
            self.assertLessEqual({str(code) for code in range(codes)}, self.rows_of(f"reference/{program}.html"))

    def test_every_key_of_the_configuration_is_in_the_reference(self):
        for schema, page in SCHEMAS.items():
            rows = {row.split(".")[-1].removesuffix("[]") for row in self.rows_of(f"reference/{page}.html")}
            keys = {*keys_in(json.loads((ROOT / "config" / f"{schema}.schema.json").read_text()))} - {"$schema"}
            self.assertLessEqual(keys, rows, schema)
        for kind in json.loads(train("kinds", "--json").stdout):
            self.assertLessEqual({*keys_in(kind["params_schema"])}, {row.split(".")[-1] for row in self.rows_of("reference/training.html")})

    def test_every_public_header_and_what_it_declares_is_in_it(self):
        public = subprocess.run(["/usr/bin/python3", "-c", f"import sys; sys.path.insert(0, '{ROOT}/docs/site'); import api, pathlib; "
                                 f"print(*api.public_headers(pathlib.Path('{ROOT}')))"], capture_output=True, text=True, check=True).stdout.split()
        self.assertGreater(len(public), 80)
        for header in public:
            page = self.pages["api/" + header.removeprefix("libdiamond/diamond/").removesuffix(".h") + ".html"]
            for name in re.findall(r"^(?:class|struct|enum class) (\w+)[^;]*$", (ROOT / header).read_text(), re.M):
                self.assertIn(name, {anchor.split("::")[-1] for anchor in page.anchors}, header)

    def test_it_opens_in_a_browser(self):
        done = subprocess.run(["node", "--test", "site.test.js"], cwd=ROOT / "tests/web", capture_output=True, text=True,
                              env={**os.environ, "DIAMOND_SITE": str(self.folder)}, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Manifest(unittest.TestCase):
    def test_the_reference_describes_real_manifests_to_the_last_member(self):
        """The reference is made of the schema that this holds against models of every kind, tuned ones and such of merged data among them."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="diamond-e2e-")))
        (folder / "data").mkdir()
        for name in ("a.csv", "b.csv"):
            harness.write_diamonds(folder / "data" / name, rows=400)
        few = {"n_estimators": 5}
        models = [{"kind": "linear"}, {"kind": "gaussian_process", "params": {"max_evaluations": 2}}, {"kind": "xgboost", "params": few, "tuning": {"trials": 2}},
                  {"kind": "blend", "params": {"members": [{"kind": "linear"}, {"kind": "xgboost", "params": few}]}}]
        (folder / "config.json").write_text(json.dumps({"dataset_path": str(folder / "data"), "datasets": "merged", "models_path": str(folder / "models"), "models": models}))
        manifests = json.loads(train("--config", folder / "config.json", "--json", "--no-report").stdout)
        self.assertEqual({manifest["kind"] for manifest in manifests}, {kind["kind"] for kind in json.loads(train("kinds", "--json").stdout)})
        document = json.loads(openapi.FILE.read_text())
        schema = openapi.closed(openapi.whole(document["components"]["schemas"]["Model"], document))
        for manifest in manifests:
            self.assertEqual(openapi.errors_of(schema, {**manifest, "champion": False}), [], manifest["kind"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
