// What is told when the service does not answer as it should, and when it is asked again.
import { byId, show } from "./dom.js";
import { isReady, key } from "./service.js";
import { fill } from "./words.js";

const patience = 3; // seconds until a service that is away is looked for again

export class Troubles {
  constructor() {
    byId("key").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#useKey();
    });
  }

  speak({ words }) {
    this.words = words;
  }

  /** `repeat` is called as soon as it may help: by itself, or with a key. Throws what is no Trouble. */
  tell(trouble, repeat) {
    if (!trouble.kind) throw trouble;
    this.forget();
    this.repeat = repeat;
    if (trouble.kind === "key") this.#askForKey(trouble);
    else this.#tell(trouble);
  }

  /** All is well again, or something else is asked. */
  forget() {
    clearTimeout(this.timer);
    show(byId("key"), false);
    show(byId("trouble"), false);
  }

  #tell(trouble) {
    const { kind, problem } = trouble;
    const seconds = trouble.seconds ?? patience;
    const faults = problem?.errors?.map(({ field, message }) => `${this.words[field] ?? field}: ${message}`).join("; ");
    byId("trouble").textContent = fill(this.words[kind], { seconds, detail: faults ?? problem?.detail ?? problem?.title ?? "" });
    show(byId("trouble"), true);
    if (kind !== "refused") this.timer = setTimeout(() => this.#tryAgain(trouble), seconds * 1000);
  }

  async #tryAgain(trouble) {
    const { timer } = this;
    const mayHelp = trouble.kind === "busy" || (await isReady());
    if (timer !== this.timer) return; // something else was asked meanwhile
    if (!mayHelp) return this.#tell(trouble);
    this.forget();
    this.repeat();
  }

  #askForKey({ problem }) {
    byId("key-reason").textContent = key.get() === null ? this.words.keyNeeded : fill(this.words.keyNotEnough, { detail: problem?.detail ?? "" });
    show(byId("key"), true);
  }

  #useKey() {
    key.set(byId("key-text").value.trim());
    byId("key-text").value = "";
    this.forget();
    this.repeat();
  }
}
