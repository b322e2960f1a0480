// What is asked of the service, and what can go wrong with it.
import { keptInTab } from "./memory.js";

const patience = 20_000; // ms that an answer may take
const keyName = "diamond-key";

/**
 * `kind`: "unreachable", "unavailable", "busy", "key" (one is needed), "forbidden" (not with this one, or not without) or "refused".
 * `problem`: what the service says, or null.
 */
export class Trouble extends Error {
  constructor(kind, problem = null, seconds = null) {
    super(problem?.detail ?? kind);
    this.kind = kind;
    this.problem = problem;
    this.seconds = seconds; // until it may be asked again
  }
}

export const key = {
  get: () => keptInTab.get(keyName),
  set: (text) => keptInTab.set(keyName, text),
};

function kindOf(status) {
  const kinds = { 401: "key", 403: "forbidden", 429: "busy" };
  return kinds[status] ?? (status >= 500 ? "unavailable" : "refused");
}

async function troubleOf(answer) {
  const problem = await answer.json().catch(() => null);
  const seconds = Number(answer.headers.get("Retry-After"));
  return new Trouble(kindOf(answer.status), problem, seconds || null);
}

function withPatience(signal) {
  const timeout = AbortSignal.timeout(patience);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** What `read` makes of the answer. Throws Trouble; and AbortError where `signal` says so. */
async function ask(path, read, { body, signal } = {}) {
  const headers = {};
  if (key.get()) headers["X-API-Key"] = key.get();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body: body && JSON.stringify(body), signal: withPatience(signal) });
    if (!answer.ok) throw await troubleOf(answer);
    return await read(answer);
  } catch (error) {
    if (error instanceof Trouble || signal?.aborted) throw error;
    throw new Trouble("unreachable"); // or it went away in the middle of its answer
  }
}

export function askForJson(path, options) {
  return ask(path, (answer) => answer.json(), options);
}

export function askForText(path, options) {
  return ask(path, (answer) => answer.text(), options);
}

/** Its price, and why. */
export function appraise(stone, signal) {
  return askForJson("/predict?explain=true", { body: stone, signal });
}

/** The stones of the training data that are most like it. */
export async function similarStones(stone, count, signal) {
  return (await askForJson("/similar", { body: { ...stone, count }, signal })).stones;
}

/** Whether the service is there and has a model. */
export async function isReady() {
  return fetch("/readyz", { signal: withPatience() }).then((answer) => answer.ok, () => false);
}
