// A real diamond-serve for tests in a browser, on a model history that is there already.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const patience = 30_000; // ms that anything may take; no test measures time

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  /** On a port that stays the same when it is started again. `modelsDir` is not written to. */
  static async start(modelsDir, ...options) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), "diamond-page-"));
    server.port = await freePort();
    server.options = ["--port", server.port, "--models-dir", modelsDir, "--database", `sqlite:${join(server.folder, "log.db")}`, ...options].map(String);
    await server.startAgain();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async startAgain() {
    this.process = spawn(join(process.env.DIAMOND_BIN, "diamond-serve"), this.options, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
    this.said = "";
    this.process.stderr.on("data", (text) => (this.said += text));
    for (const end = Date.now() + patience; Date.now() < end && this.process.exitCode === null; await sleep(50))
      if (await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false)) return;
    throw new Error(`the server does not serve:\n${this.said}`);
  }

  async stop() {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    await ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
