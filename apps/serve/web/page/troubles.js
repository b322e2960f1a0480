// What is told when the service does not answer as it should, and when it is asked again.
import { byId, show } from "./dom.js";
import { isReady, key } from "./service.js";
import { fill } from "./words.js";

const leastPause = 3; // seconds until a service that is away is looked for again; each time twice as long
const mostPause = 30;

export class Troubles {
  constructor() {
    this.pause = leastPause;
    byId("key").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#useKey();
    });
  }

  /** In this language; what is told already, too. */
  speak({ words }) {
    this.words = words;
    if (this.told) this.#write(this.told);
  }

  /** `repeat` is called as soon as it may help: by itself, or with a key. Throws what is no Trouble. */
  tell(trouble, repeat) {
    if (!trouble.kind) throw trouble;
    this.hide();
    this.repeat = repeat;
    this.#tell(trouble);
  }

  /** It is asked again. */
  hide() {
    clearTimeout(this.timer);
    this.timer = null;
    this.told = null;
    show(byId("key"), false);
    show(byId("trouble"), false);
  }

  /** All is well, or something else is asked. */
  forget() {
    this.hide();
    this.pause = leastPause;
  }

  #tell(trouble) {
    this.told = { trouble, seconds: trouble.seconds ?? this.pause };
    this.#write(this.told);
    if (["unreachable", "unavailable", "busy"].includes(trouble.kind)) {
      this.timer = setTimeout(() => this.#tryAgain(trouble), this.told.seconds * 1000);
      this.pause = Math.min(2 * this.pause, mostPause);
    }
  }

  #write({ trouble: { kind, problem }, seconds }) {
    const mayKeyHelp = kind === "key" || (kind === "forbidden" && key.get() !== null);
    const faults = problem?.errors?.map(({ field, message }) => `${this.words[field] ?? field}: ${message}`).join("; ");
    const detail = faults ?? problem?.detail ?? problem?.title ?? "";
    if (mayKeyHelp) byId("key-reason").textContent = key.get() === null ? this.words.key : fill(this.words.keyNotEnough, { detail });
    else byId("trouble").textContent = fill(this.words[kind], { seconds, detail });
    show(byId("key"), mayKeyHelp);
    show(byId("trouble"), !mayKeyHelp);
  }

  async #tryAgain(trouble) {
    const { timer } = this;
    const mayHelp = trouble.kind === "busy" || (await isReady());
    if (timer !== this.timer) return; // something else was asked meanwhile
    if (!mayHelp) return this.#tell(trouble);
    this.hide();
    this.repeat();
  }

  #useKey() {
    key.set(byId("key-text").value.trim());
    byId("key-text").value = "";
    byId("content").focus();
    this.forget();
    this.repeat();
  }
}
