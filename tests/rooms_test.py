"""The house's rule: data flows one way, and no room includes one to its right."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIBRARY = ["core", "data", "features", "metrics", "models", "trust", "tuning", "registry", "workers", "pipeline", "report"]
# served_model stands between access and api, settings before commands; main.cpp sees all
SERVER = ["http", "traffic", "access", "telemetry", "api", "commands"]
ONLY_IN = {  # a library's header → the files that may see it
    "httplib.h": r"apps/serve/http/messages\.cpp",
    "boost/beast/": r"apps/serve/http/request_reader\.cpp",
    "boost/": r"apps/serve/http/",
    "pqxx/": r"apps/serve/traffic/postgres_\w+\.(h|cpp)",
    "SQLiteCpp/": r"apps/serve/traffic/sqlite_log\.cpp",
    "Eigen/": r"libdiamond/diamond/(models/|trust/local_error\.cpp)",
    "nanoflann.hpp": r"libdiamond/diamond/trust/neighbour_index\.cpp",
    "nlopt": r"libdiamond/diamond/models/marginal_likelihood\.cpp",
    "openssl/": r"(libdiamond/diamond/core/hash|apps/serve/access/secret)\.cpp",
    "prometheus/": r"apps/serve/telemetry/metrics\.cpp",
    "systemd/": r"apps/serve/service_manager\.cpp",
    "zlib.h": r"apps/serve/http/content_coding\.cpp",
    "valijson/": r"libdiamond/diamond/core/json_schema\.cpp",
    "xgboost/": r"libdiamond/diamond/models/xgboost_(library|collective|tracker|error)\.cpp",
    "CLI/": r"apps/(train/(command_line|validators|\w+_command)\.(h|cpp)|serve/settings\.cpp|manual/\w+\.(h|cpp))",
}


def includes(path):
    return re.findall(r'^#include [<"]([^>"]+)[>"]', path.read_text(), re.M)


def sources(folder):
    return [p for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cpp") and "node_modules" not in p.parts]


class Rooms(unittest.TestCase):
    def check_order(self, folder, rooms, room_of_include):
        checked = 0
        for room in rooms:
            for path in sources(f"{folder}/{room}"):
                for include in includes(path):
                    other = room_of_include(include, path)
                    if other in rooms:
                        self.assertLessEqual(rooms.index(other), rooms.index(room), f"{path.relative_to(ROOT)} includes {include}")
                        checked += 1
        self.assertGreater(checked, 10)

    def test_the_library_flows_from_core_to_pipeline(self):
        self.check_order("libdiamond/diamond", LIBRARY,
                         lambda include, _: include.split("/")[1] if include.startswith("diamond/") else None)

    def test_the_server_flows_from_http_to_api(self):
        def room(include, path):
            target = (path.parent / include).resolve()
            return target.parent.name if target.exists() else None

        self.check_order("apps/serve", SERVER, room)

    def test_the_library_knows_no_program(self):
        for path in sources("libdiamond"):
            for include in includes(path):
                self.assertNotIn("apps", include, path)

    def test_each_library_enters_through_its_own_files(self):
        for path in sources("libdiamond") + sources("apps"):
            name = str(path.relative_to(ROOT))
            for include in includes(path):
                for library, allowed in ONLY_IN.items():
                    if include.startswith(library):
                        self.assertRegex(name, allowed, include)

    def test_every_room_is_known_here(self):
        self.assertEqual(sorted(p.name for p in (ROOT / "libdiamond/diamond").iterdir() if p.is_dir()), sorted(LIBRARY))


if __name__ == "__main__":
    unittest.main(verbosity=2)
