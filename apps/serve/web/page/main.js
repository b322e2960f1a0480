// The page: which view is open, in which language, and what is asked when.
import { AppraisalView } from "./appraisal.js";
import { byId, element, show } from "./dom.js";
import { StoneForm } from "./form.js";
import { formats } from "./numbers.js";
import { OperatorView } from "./operator.js";
import { appraise, similarStones } from "./service.js";
import { isComplete, read, withStone, writtenIn } from "./stone.js";
import { Troubles } from "./troubles.js";
import { languages } from "./words.js";

const neighbours = 100;

class Page {
  constructor() {
    this.troubles = new Troubles();
    this.form = new StoneForm((reading) => this.#changed(reading));
    this.appraisal = new AppraisalView(byId("appraisal"), (values) => this.#take(values));
    this.operator = new OperatorView(byId("operator"), (trouble) => this.troubles.tell(trouble, () => this.operator.refresh()));
    this.answered = null;
  }

  start() {
    this.#offerChoices();
    this.#setLanguage(languageAtFirst());
    this.form.write(writtenIn(new URLSearchParams(location.search)));
    window.addEventListener("hashchange", () => this.#openView());
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
    this.troubles.speak(this.#spoken);
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
    const question = JSON.stringify(reading.stone);
    if (this.asking?.question === question) return; // Enter is a change of its field, too
    this.asking?.abort();
    this.asking = null;
    this.troubles.forget();
    if (!isComplete(reading)) {
      this.answered = null;
      return this.#drawAnswer();
    }
    const asking = Object.assign(new AbortController(), { question });
    this.asking = asking;
    const { signal } = asking;
    try {
      const [answer, similar] = await Promise.all([appraise(reading.stone, signal), similarStones(reading.stone, neighbours, signal)]);
      this.answered = { stone: reading.stone, answer, similar };
      this.#drawAnswer();
    } catch (trouble) {
      if (trouble.name === "AbortError") return;
      this.answered = null;
      this.appraisal.clear();
      this.troubles.tell(trouble, () => this.#ask());
    } finally {
      if (this.asking === asking) this.asking = null;
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
