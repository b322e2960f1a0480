// The page: which view is open, in which language, and what happens when the service is away.
import { AppraisalView } from "./appraisal.js";
import { byId, element, show } from "./dom.js";
import { StoneForm } from "./form.js";
import { formats } from "./numbers.js";
import { OperatorView } from "./operator.js";
import { appraise, isReady, key, similarStones } from "./service.js";
import { isComplete, read, withStone, writtenIn } from "./stone.js";
import { fill, languages } from "./words.js";

const neighbours = 100;
const patience = 3000; // ms until a service that is away is looked for again

class Page {
  constructor() {
    this.form = new StoneForm((reading) => this.#changed(reading));
    this.appraisal = new AppraisalView(byId("appraisal"), (values) => this.#take(values));
    this.operator = new OperatorView(byId("operator"), (trouble) => this.#tell(trouble, () => this.operator.refresh()));
    this.answered = null;
  }

  start() {
    this.#offerChoices();
    this.#setLanguage(languageAtFirst());
    this.form.write(writtenIn(new URLSearchParams(location.search)));
    byId("key").addEventListener("submit", (event) => this.#useKey(event));
    window.addEventListener("hashchange", () => this.#openView());
    window.addEventListener("popstate", () => this.#readAddress());
    this.#openView();
    this.#ask();
  }

  get #spoken() {
    return { words: this.words, format: this.format, language: this.language };
  }

  #offerChoices() {
    const choose = (id, options, chosen, use) => {
      byId(id).replaceChildren(...Object.entries(options).map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
      byId(id).onchange = ({ target }) => use(target.value);
    };
    choose("language", Object.fromEntries(Object.entries(languages).map(([code, words]) => [code, words.language])), languageAtFirst(), (code) => {
      keep("language", code);
      this.#setLanguage(code);
    });
    const theme = kept("theme") ?? "auto";
    this.#setTheme(theme);
    choose("theme", languages[languageAtFirst()].themes, theme, (name) => {
      keep("theme", name);
      this.#setTheme(name);
    });
  }

  #setTheme(name) {
    document.documentElement.dataset.theme = name;
  }

  #setLanguage(code) {
    this.language = code;
    this.words = languages[code];
    this.format = formats(code);
    document.documentElement.lang = code;
    document.title = this.words.title;
    for (const part of document.querySelectorAll("[data-word]")) part.textContent = this.words[part.dataset.word];
    for (const part of document.querySelectorAll("[data-label]")) part.setAttribute("aria-label", this.words[part.dataset.label]);
    for (const option of byId("theme").options) option.textContent = this.words.themes[option.value];
    this.form.draw(this.words, this.format);
    this.#drawAnswer();
    if (!byId("operator").hidden) this.operator.open(this.#spoken);
  }

  #openView() {
    const isOperator = location.hash === "#operator";
    show(byId("stone"), !isOperator);
    show(byId("operator"), isOperator);
    mark(byId("to-stone"), !isOperator);
    mark(byId("to-operator"), isOperator);
    if (isOperator) this.operator.open(this.#spoken);
    else this.operator.close();
  }

  #readAddress() {
    this.form.form.reset();
    this.form.write(writtenIn(new URLSearchParams(location.search)));
    this.#ask();
  }

  #changed(reading) {
    const address = withStone(new URLSearchParams(location.search), this.form.written());
    history.replaceState(null, "", `${location.pathname}${address.size > 0 ? `?${address}` : ""}${location.hash}`);
    this.#ask(reading);
  }

  #take(values) {
    this.form.write(Object.fromEntries(Object.entries(values).map(([field, value]) => [field, String(value)])));
    this.#changed(read(this.form.written()));
  }

  /** The newest question is the one whose answer counts. */
  async #ask(reading = read(this.form.written())) {
    this.asking?.abort();
    clearTimeout(this.again);
    if (!isComplete(reading)) {
      this.answered = null;
      return this.#drawAnswer();
    }
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const [answer, similar] = await Promise.all([appraise(reading.stone, signal), similarStones(reading.stone, neighbours, signal)]);
      this.answered = { stone: reading.stone, answer, similar };
      this.#tell(null);
      this.#drawAnswer();
    } catch (trouble) {
      if (trouble.name !== "AbortError") this.#tell(trouble, () => this.#ask());
    }
  }

  #drawAnswer() {
    if (!this.answered) {
      this.form.assume({});
      return this.appraisal.wait(this.#spoken);
    }
    this.appraisal.draw(this.answered, this.#spoken);
    const assumed = this.answered.answer.warnings.filter(({ code }) => code === "assumed");
    this.form.assume(Object.assign({}, ...assumed.map(({ suggested }) => suggested)));
  }

  /** What is wrong, and `repeat` as soon as that may help. null: nothing is. */
  #tell(trouble, repeat) {
    const isKey = trouble?.kind === "key";
    show(byId("key"), isKey);
    show(byId("trouble"), trouble !== null && !isKey);
    if (trouble === null) return;
    if (!(trouble.kind in this.#troubles)) throw trouble; // a mistake of this page's
    if (isKey) this.#askForKey(trouble, repeat);
    else this.#tellTrouble(trouble, repeat);
  }

  get #troubles() {
    const { words } = this;
    return { unreachable: words.unreachable, unavailable: words.unavailable, busy: words.busy, refused: words.refused, key: words.keyNeeded };
  }

  #tellTrouble(trouble, repeat) {
    const seconds = trouble.seconds ?? patience / 1000;
    const faults = trouble.problem?.errors?.map(({ field, message }) => `${this.words[field] ?? field}: ${message}`).join("; ");
    byId("trouble").textContent = fill(this.#troubles[trouble.kind], { seconds, detail: faults ?? trouble.problem?.detail ?? trouble.problem?.title ?? "" });
    if (trouble.kind === "refused") return;
    clearTimeout(this.again);
    this.again = setTimeout(async () => {
      if (trouble.kind === "busy" || (await isReady())) {
        show(byId("trouble"), false);
        repeat();
      } else {
        this.#tellTrouble(trouble, repeat);
      }
    }, seconds * 1000);
  }

  #askForKey(trouble, repeat) {
    const isGiven = key.get() !== null;
    byId("key-reason").textContent = isGiven ? fill(this.words.keyNotEnough, { detail: trouble.problem?.detail ?? "" }) : this.words.keyNeeded;
    this.repeat = repeat;
  }

  #useKey(event) {
    event.preventDefault();
    key.set(byId("key-text").value.trim());
    byId("key-text").value = "";
    show(byId("key"), false);
    this.repeat();
  }
}

function mark(link, isCurrent) {
  if (isCurrent) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

/** A browser may keep nothing: then the page begins as it does for everyone. */
function kept(name) {
  try {
    return localStorage.getItem(`diamond-${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`diamond-${name}`, value);
  } catch {
    // for this visit only
  }
}

/** That of the address, that chosen before, or the first of the browser's that the page speaks. */
function languageAtFirst() {
  const wanted = [new URLSearchParams(location.search).get("lang"), kept("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => code in languages) ?? "en";
}

new Page().start();
