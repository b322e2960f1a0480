// The page: which view is open, in which language, and what is asked when.
import { AppraisalView } from "./appraisal.js";
import { byId, element, show } from "./dom.js";
import { StoneForm } from "./form.js";
import { kept } from "./memory.js";
import { formats } from "./numbers.js";
import { OperatorView } from "./operator.js";
import { appraise, similarStones } from "./service.js";
import { isComplete, read, withStone, writtenIn } from "./stone.js";
import { Troubles } from "./troubles.js";
import { languages } from "./words.js";

const neighbours = 100;
const views = ["", "#stone", "#operator"]; // as addresses end

class Page {
  constructor() {
    this.troubles = new Troubles();
    this.form = new StoneForm((reading) => this.#changed(reading));
    this.appraisal = new AppraisalView(byId("appraisal"), (values) => this.#take(values));
    this.operator = new OperatorView(byId("operator"), (trouble) => this.troubles.tell(trouble, () => this.operator.refresh()));
    this.answered = null;
    this.view = null; // the one that is open
  }

  start() {
    this.#offerChoices();
    this.#setLanguage(languageAtFirst());
    this.form.write(writtenIn(new URLSearchParams(location.search)));
    window.addEventListener("hashchange", () => this.#openView());
    this.#openView();
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
      kept.set("diamond-language", code);
      this.#setLanguage(code);
      this.#writeAddress();
    });
    const theme = kept.get("diamond-theme") ?? "auto";
    this.#setTheme(theme);
    choose("theme", languages[languageAtFirst()].themes, theme, (name) => {
      kept.set("diamond-theme", name);
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
    const isView = views.includes(location.hash);
    if (!isView && this.view !== null) return this.#writeAddress(); // a place within the view
    this.view = isView ? location.hash : "";
    const isOperator = this.view === "#operator";
    this.troubles.forget();
    this.#writeAddress();
    show(byId("stone"), !isOperator);
    show(byId("operator"), isOperator);
    mark(byId("to-stone"), !isOperator);
    mark(byId("to-operator"), isOperator);
    if (isOperator) return this.operator.open(this.#spoken);
    this.operator.close();
    if (!this.answered) this.#ask();
  }

  /** What stands in the form, and the view; and the language no longer, once another was chosen. */
  #writeAddress() {
    const address = withStone(new URLSearchParams(location.search), this.form.written());
    if (address.get("lang") !== this.language) address.delete("lang");
    history.replaceState(null, "", `${location.pathname}${address.size > 0 ? `?${address}` : ""}${this.view}`);
  }

  #changed(reading) {
    this.#writeAddress();
    this.troubles.forget();
    this.#ask(reading);
  }

  #take(values) {
    this.form.write(Object.fromEntries(Object.entries(values).map(([field, value]) => [field, this.format.plain(value)])));
    this.#changed(read(this.form.written()));
    this.form.focus(Object.keys(values)[0]);
  }

  /** The newest question is the one whose answer counts. */
  async #ask(reading = read(this.form.written())) {
    const question = isComplete(reading) ? JSON.stringify(reading.stone) : null;
    if (question !== null && this.asking?.question === question) return; // Enter is a change of its field, too
    this.asking?.abort();
    this.asking = null;
    this.troubles.hide();
    if (question === null) return this.#show(null);
    const asking = Object.assign(new AbortController(), { question });
    this.asking = asking;
    this.appraisal.setBusy(true);
    try {
      const answered = await this.#answer(reading.stone, asking.signal);
      this.troubles.forget();
      this.#show(answered);
    } catch (trouble) {
      if (asking.signal.aborted) return;
      this.#show(null);
      this.troubles.tell(trouble, () => this.#ask());
    } finally {
      if (this.asking === asking) this.asking = null;
      if (!this.asking) this.appraisal.setBusy(false);
    }
  }

  /** The price is worth showing without stones like it. */
  async #answer(stone, signal) {
    const similar = similarStones(stone, neighbours, signal).catch(() => null);
    return { stone, answer: await appraise(stone, signal), similar: await similar };
  }

  #show(answered) {
    this.answered = answered;
    this.#drawAnswer();
  }

  #drawAnswer() {
    const assumed = this.answered?.answer.warnings.filter(({ code }) => code === "assumed") ?? [];
    this.form.assume(Object.assign({}, ...assumed.map(({ suggested }) => suggested)));
    if (this.answered) this.appraisal.draw(this.answered, this.#spoken);
    else if (isComplete(read(this.form.written()))) this.appraisal.clear();
    else this.appraisal.wait(this.#spoken);
  }
}

function mark(link, isCurrent) {
  if (isCurrent) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

/** That of the address, that chosen before, or the first of the browser's that the page speaks. */
function languageAtFirst() {
  const wanted = [new URLSearchParams(location.search).get("lang"), kept.get("diamond-language"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((code) => Object.hasOwn(languages, code)) ?? "en";
}

new Page().start();
