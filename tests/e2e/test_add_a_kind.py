"""docs/add-a-kind.md says what is true: what it writes is written into a copy of the project, what it runs is run there.

A block of code stands below a line that ends with its place: "`FILE`:" is a new file; "`FILE`, below `LINE`:" goes into one that
stands, below that line.
"""

import json
import re
import subprocess
import unittest

from harness import ROOT, Case, copy_project, train
from test_documents import Page

BLOCK = re.compile(r"(?:`([^`\n]+)`(?:, below `([^`\n]+)`)?:\n\n)?^```([^\n]*)\n(.*?)^```$", re.M | re.S)


class BuildingPage(Page):
    """A page that also writes code."""

    patience = 840

    def follow(self):
        for file, line, language, text in BLOCK.findall(self.path.read_text()):
            if language == "cpp":
                self.case.assertTrue(file, f"where does this go?\n{text}")
                self.write(self.folder / file, line, text)
            else:
                self.block(language, text)

    def write(self, file, line, text):
        if not line:
            self.case.assertFalse(file.exists(), file)
            file.write_text(text)
            return
        lines = file.read_text().splitlines(keepends=True)
        places = [place for place, one in enumerate(lines) if one.strip() == line]
        self.case.assertEqual(len(places), 1, f"{file} has the line {line} {len(places)} times")
        lines.insert(places[0] + 1, text)
        file.write_text("".join(lines))


class AddAKind(Case):
    def test_the_page_adds_a_kind_that_keeps_every_kinds_promises(self):
        copy = self.folder / "diamond"
        copy_project(copy)
        BuildingPage(self, ROOT / "docs/add-a-kind.md", copy).follow()
        kinds = {kind["kind"] for kind in json.loads(train("kinds", "--json").stdout)}
        built = subprocess.run([copy / "build/release/bin/diamond-train", "kinds", "--json"], capture_output=True, check=True)
        new = {kind["kind"] for kind in json.loads(built.stdout)} - kinds
        self.assertEqual(len(new), 1)
        trained = {json.loads(manifest.read_text())["kind"] for manifest in (copy / "artifacts/models").glob("*/manifest.json")}
        self.assertEqual(trained, new)


if __name__ == "__main__":
    unittest.main(verbosity=2)
