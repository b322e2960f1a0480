// What the service says of a stone: the price, what to check, why, and stones like it.
import { placeSpec, whySpec } from "./charts.js";
import { byId, element, table } from "./dom.js";
import { figure } from "./drawing.js";
import { fields, grades } from "./stone.js";
import { fill } from "./words.js";

const listed = 8;

/** What is drawn of an answer, in a language. */
export class AppraisalView {
  /** `take` is called with the fields that a suggestion would change, and their values. */
  constructor(place, take) {
    this.place = place;
    this.take = take;
  }

  /** `similar`: null where they cannot be had. */
  draw({ stone, answer, similar }, { words, format, language }) {
    Object.assign(this, { stone, answer, similar, words, format, language });
    this.place.replaceChildren(
      this.#printed(), this.#price(), ...this.#toCheck(), ...this.#assumed(), this.#why(), ...this.#place(), ...this.#similarStones());
    byId("said").textContent = `${words.priceOf}: ${format.usd(answer.predicted_value)}. ${this.#between()}`;
  }

  /** What is shown is of another stone, for a moment. */
  setBusy(isBusy) {
    this.place.setAttribute("aria-busy", String(isBusy));
    this.place.inert = isBusy;
  }

  /** Nothing is known yet. */
  wait({ words }) {
    this.place.replaceChildren(element("div", { class: "card start" }, element("p", {}, words.start)));
  }

  /** Nothing can be known. */
  clear() {
    this.place.replaceChildren();
  }

  #price() {
    const { predicted_value, model } = this.answer;
    const { words, format } = this;
    return element("section", { class: "card price-card", "aria-labelledby": "price-title" },
      element("h2", { id: "price-title" }, words.priceOf),
      element("p", { class: "price" }, format.usd(predicted_value)),
      element("p", { class: "interval" }, this.#between()),
      element("p", { class: "hint" }, fill(words.byModel, { model: model.kind, date: format.day(trainedAt(model.id)) })),
      element("p", { class: "actions screen" },
        this.#keepLink(),
        element("button", { type: "button", click: () => window.print() }, words.print)));
  }

  #between() {
    const { interval } = this.answer;
    const { words, format } = this;
    return interval ? fill(words.between, { low: format.usd(interval.low), high: format.usd(interval.high) }) : words.noInterval;
  }

  /** Browsers lend the clipboard only to pages that came safely, or from this machine: for the others the link is shown. */
  #keepLink() {
    const shown = () => element("input", { type: "text", readonly: true, value: location.href, "aria-label": this.words.link, focus: ({ target }) => target.select() });
    if (!navigator.clipboard) return shown();
    return element("button", { type: "button", click: async ({ currentTarget }) => {
      await navigator.clipboard.writeText(location.href).then(
        () => (currentTarget.textContent = this.words.linkKept),
        () => currentTarget.replaceWith(shown()));
    } }, this.words.keepLink);
  }

  #warnings(isAssumed) {
    return this.answer.warnings.filter((warning) => (warning.code === "assumed") === isAssumed);
  }

  #toCheck() {
    const warnings = this.#warnings(false);
    if (warnings.length === 0) return [];
    return [element("section", { class: "card check", "aria-labelledby": "check-title" },
      element("h2", { id: "check-title" }, this.words.toCheck),
      element("ul", {}, ...warnings.map((warning) =>
        element("li", {}, this.#sentence(warning), " ", this.#takeButton(warning)))))];
  }

  /** What the service says itself, where it is a kind of warning that this page does not know. */
  #sentence(warning) {
    const { words } = this;
    const sentence = words.warnings[warning.code];
    if (!sentence) return `${warning.message}.`;
    const filled = this.#filled(sentence, warning);
    return warning.suggested ? `${filled} ${fill(words.wouldFit, { suggested: this.#listOf(warning.suggested) })}` : filled;
  }

  #filled(sentence, { field, range, nearest }) {
    const { words, format } = this;
    return fill(sentence, {
      field: words[field],
      value: format.value(field, this.stone[field]),
      low: range && format.value(field, range.low),
      high: range && format.value(field, range.high),
      nearest: nearest && this.#described(nearest),
    });
  }

  #listOf(values) {
    return this.format.list(Object.entries(values).map(([field, value]) => `${this.words[field]} ${this.format.value(field, value)}`));
  }

  #takeButton({ code, suggested }) {
    if (!suggested || code === "no-neighbour") return null;
    const values = this.format.list(Object.entries(suggested).map(([field, value]) => this.format.value(field, value)));
    return element("button", { type: "button", class: "screen", click: () => this.take(suggested) }, fill(this.words.take, { values }));
  }

  #assumed() {
    const warnings = this.#warnings(true);
    if (warnings.length === 0) return [];
    return [element("section", { class: "card", "aria-labelledby": "assumed-title" },
      element("h2", { id: "assumed-title" }, this.words.assumed),
      element("ul", {}, ...warnings.map((warning) => element("li", {}, this.#assumption(warning)))))];
  }

  #assumption({ field, suggested, from }) {
    const { words, format } = this;
    const isMedian = from.length === 1 && from[0] === "cut";
    const basis = isMedian ? fill(words.fromMedian, { cut: this.stone.cut })
                           : fill(words.from, { fields: format.list(from.map((one) => words[one].toLowerCase())) });
    return fill(words.assumedValue, { field: words[field], value: format.value(field, suggested[field]), basis });
  }

  #why() {
    const { words, format, answer } = this;
    const { base_value, contributions } = answer.explanation;
    const bars = [{ label: words.typicalStone, from: 0, to: base_value, text: format.usd(base_value), isTotal: true }];
    let reached = base_value;
    for (const { field, value, effect } of byWeight(contributions)) {
      const label = isNarrow() ? words[field] : `${words[field]} ${format.value(field, value)}`;
      bars.push({ label, from: reached, to: reached + effect, text: format.signedUsd(effect) });
      reached += effect;
    }
    bars.push({ label: words.thisStone, from: 0, to: answer.predicted_value, text: format.usd(answer.predicted_value), isTotal: true });
    const description = `${words.why}: ${bars.map((bar) => `${bar.label}: ${bar.text}`).join("; ")}`;
    return figure(words.why, words.whyHint, description, whySpec(bars), this.language);
  }

  #place() {
    const { words, format, answer } = this;
    if (this.similar === null) return [element("section", { class: "card" }, element("p", {}, words.noSimilar))];
    if (this.similar.length === 0) return [];
    const own = { carat: this.stone.carat, price: answer.predicted_value, low: answer.interval?.low, high: answer.interval?.high };
    const hint = fill(words.placeHint, { count: format.plain(this.similar.length) });
    return [figure(words.place, hint, hint, placeSpec(this.similar, own, words), this.language)];
  }

  #similarStones() {
    if (!this.similar?.length) return [];
    const { words, format } = this;
    const columns = [{ text: words.price, isNumber: true }, { text: words.carat, isNumber: true }, { text: words.cut }, { text: words.color },
                     { text: words.clarity }, { text: words.depth, isNumber: true }, { text: words.table, isNumber: true }, { text: words.sizes, isNumber: true }];
    const rows = this.similar.slice(0, listed).map((other) => ({
      cells: [format.usd(other.price), this.#compared(other, "carat"), ...Object.keys(grades).map((field) => this.#compared(other, field)),
              this.#compared(other, "depth"), this.#compared(other, "table"), [other.x, other.y, other.z].map((size) => format.plain(size)).join(" × ")],
    }));
    return [element("section", { class: "card", "aria-labelledby": "similar-title" },
      element("h2", { id: "similar-title" }, words.similar),
      element("p", { class: "hint" }, words.similarHint),
      table(words.similar, columns, rows))];
  }

  /** Marked where it is as in this stone. */
  #compared(other, field) {
    const text = this.format.value(field, other[field]);
    return other[field] === this.stone[field] ? element("strong", { class: "same" }, text) : text;
  }

  #described(stone) {
    return fields.filter((field) => !["x", "y", "z"].includes(field)).map((field) => this.format.value(field, stone[field])).join(", ");
  }

  /** For paper, in place of the form. */
  #printed() {
    const { words, format } = this;
    return element("section", { class: "card printed" },
      element("h2", {}, fill(words.printedFor, { date: format.day(new Date()) })),
      element("dl", {}, ...fields.filter((field) => field in this.stone).map((field) =>
        element("div", {}, element("dt", {}, words[field]), element("dd", {}, format.value(field, this.stone[field]))))),
      element("p", { class: "hint" }, words.printNote));
  }
}

/** A chart has little room for words. */
function isNarrow() {
  return window.matchMedia("(max-width: 30rem)").matches;
}

/** What matters most first. */
function byWeight(contributions) {
  return [...contributions].sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect));
}

/** An id begins with its time: 20261126T005707Z-… */
function trainedAt(id) {
  const [, y, m, d, hour, minute, second] = id.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/) ?? [];
  return y ? new Date(Date.UTC(y, m - 1, d, hour, minute, second)) : new Date();
}
