// What is asked of the service, and what can go wrong with it.

const keyName = "diamond-key";

/** `kind`: "unreachable", "unavailable", "busy", "key" or "refused". `problem`: what the service says, or null. */
export class Trouble extends Error {
  constructor(kind, problem = null, seconds = null) {
    super(problem?.detail ?? kind);
    this.kind = kind;
    this.problem = problem;
    this.seconds = seconds; // until it may be asked again
  }
}

export const key = {
  get: () => sessionStorage.getItem(keyName),
  set: (text) => (text ? sessionStorage.setItem(keyName, text) : sessionStorage.removeItem(keyName)),
};

function kindOf(status) {
  if (status === 401 || status === 403) return "key";
  if (status === 429) return "busy";
  return status >= 500 ? "unavailable" : "refused";
}

async function troubleOf(answer) {
  const problem = await answer.json().catch(() => null);
  const seconds = Number(answer.headers.get("Retry-After"));
  return new Trouble(kindOf(answer.status), problem, seconds || null);
}

/** The answer, whatever it holds. Throws Trouble; and AbortError where `signal` says so. */
async function ask(path, { body, signal } = {}) {
  const headers = {};
  if (key.get()) headers["X-API-Key"] = key.get();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body: body && JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("unreachable");
  }
  if (!answer.ok) throw await troubleOf(answer);
  return answer;
}

export async function askForJson(path, options) {
  return (await ask(path, options)).json();
}

export async function askForText(path, options) {
  return (await ask(path, options)).text();
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
  return fetch("/readyz").then((answer) => answer.ok, () => false);
}
