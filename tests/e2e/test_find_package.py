"""docs/library.md: somebody else's project finds the installed library, builds on it, and prices a stone as the server does."""

import subprocess
import unittest

from harness import BIN, ROOT, STONE, Case

BUILD = BIN.parent
PROJECT = ROOT / "tests/find_package"


class FindPackage(Case):
    def setUp(self):
        super().setUp()
        self.installed = self.folder / "installed"
        for component in ("library", "development"):
            self.run_cmake("--install", BUILD, "--component", component, "--prefix", self.installed)

    def run_cmake(self, *arguments):
        done = subprocess.run(["cmake", *map(str, arguments)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def build(self, project, name):
        self.run_cmake("-S", project, "-B", self.folder / name, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.installed}",
                       "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror")
        self.run_cmake("--build", self.folder / name)

    def test_a_project_prices_a_stone_as_the_server_does(self):
        model = self.train_small()["id"]
        self.build(PROJECT, "price")
        said = subprocess.run([self.folder / "price/price", self.models], capture_output=True, text=True, check=True).stdout
        name, price = said.removesuffix(" USD\n").split(": ")
        self.assertEqual(name, model)
        with self.serve_sqlite() as server:
            self.assertAlmostEqual(float(price), server.predict(**STONE).json()["predicted_value"], delta=0.1)  # six digits

    def test_every_header_stands_on_what_the_package_finds(self):
        headers = sorted(str(header.relative_to(self.installed / "include")) for header in (self.installed / "include").rglob("*.h"))
        self.assertIn("diamond/core/diamond.h", headers)
        project = self.folder / "all"
        project.mkdir()
        (project / "CMakeLists.txt").write_text((PROJECT / "CMakeLists.txt").read_text())
        (project / "price.cpp").write_text("".join(f"#include <{header}>\n" for header in headers) + "int main() {}\n")
        self.build(project, "all-built")

    def test_another_major_version_is_not_taken_for_ours(self):
        project = self.folder / "future"
        project.mkdir()
        (project / "CMakeLists.txt").write_text((PROJECT / "CMakeLists.txt").read_text().replace("diamond 1.0", "diamond 2.0"))
        done = subprocess.run(["cmake", "-S", project, "-B", self.folder / "no", f"-DCMAKE_PREFIX_PATH={self.installed}"], capture_output=True,
                              text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("2.0", done.stderr)

    def test_the_page_shows_the_project_that_is_tested(self):
        page = (ROOT / "docs/library.md").read_text()
        self.assertIn(f"```cpp\n{(PROJECT / 'price.cpp').read_text()}```", page)
        listing = (PROJECT / "CMakeLists.txt").read_text().split("\n", 1)[1]
        self.assertIn(f"```cmake\n{listing}```", page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
