"""A TypeScript client made from the /openapi.json of a running server compiles, and lives from it: tests/web/client.ts."""

import shutil
import subprocess
import unittest

from harness import DIAMONDS, ROOT, Case, train

WEB = ROOT / "tests/web"


class Client(Case):
    def run_node(self, program, *arguments):
        done = subprocess.run(["node", program, *map(str, arguments)], cwd=self.folder / "client", capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_a_client_with_generated_types_compiles_and_is_answered_as_they_say(self):
        train("--data", DIAMONDS, "--models-dir", self.models, "--model", "linear")
        address = f"http://127.0.0.1:{self.serve_sqlite().port}"
        client = self.folder / "client"
        client.mkdir()
        for name in ("client.ts", "package.json", "tsconfig.json"):
            shutil.copy(WEB / name, client)
        (client / "node_modules").symlink_to(WEB / "node_modules")
        self.run_node("node_modules/openapi-typescript/bin/cli.js", f"{address}/openapi.json", "--default-non-nullable", "false", "--output", "schema.d.ts")
        self.run_node("node_modules/typescript/bin/tsc", "--project", ".")
        self.assertEqual(self.run_node("client.js", address), "all is as its type says\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
