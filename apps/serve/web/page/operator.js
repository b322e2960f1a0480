// The operator's view: the model in service and those before it, traffic, drift.
import { driftSpec, historySpec, trafficSpec } from "./charts.js";
import { element, table } from "./dom.js";
import { figure } from "./drawing.js";
import { boundOf, samplesIn, trafficIn } from "./metrics.js";
import { askForJson, askForText, key } from "./service.js";
import { fill } from "./words.js";

const every = 5000; // ms between two looks at the traffic
const shown = 60; // looks that are drawn
const latest = 10;
const askedFor = ["predict", "batch", "infer", "samples", "similar"]; // and not what this view looks at itself

/** A browser cannot send a key along with a link. */
function reportLink(champion, words) {
  return key.get() ? null : element("p", {}, element("a", { href: `/models/${champion.id}/report` }, words.report));
}

/** The newest of all that prices and stones were asked for, newest first. The log gives those of one endpoint at a time. */
async function latestEntries() {
  const entries = await Promise.all(askedFor.map((endpoint) => askForJson(`/logs?endpoint=${endpoint}&limit=${latest}`)));
  return entries.flat().sort((one, other) => other.id - one.id).slice(0, latest);
}

/** A dash for a figure that a model does not have: not every one has each. */
function known(figure, write) {
  return Number.isFinite(figure) ? write(figure) : "–";
}

export class OperatorView {
  constructor(place, troubled) {
    this.place = place;
    this.troubled = troubled;
    this.rates = [];
  }

  /** Looks anew at everything, and at the traffic again and again. */
  open(language) {
    Object.assign(this, language);
    this.isOpen = true;
    const { words } = this;
    this.cards = Object.fromEntries(["champion", "traffic", "history", "drift", "latest"].map((name) => [name, element("div", { class: `part ${name}` })]));
    this.place.replaceChildren(
      element("div", { class: "actions" },
        element("h1", {}, words.operatorView),
        element("button", { type: "button", click: () => this.refresh() }, words.refresh)),
      ...Object.values(this.cards));
    return this.refresh();
  }

  close() {
    this.isOpen = false;
    clearTimeout(this.timer);
    this.rates = [];
    this.before = null;
  }

  async refresh() {
    clearTimeout(this.timer);
    await Promise.all([
      this.#part(askForJson("/models"), (models) => this.#models(models)),
      this.#part(askForJson("/drift"), (drift) => this.#drift(drift)),
      this.#part(latestEntries(), (entries) => this.#latest(entries)),
      this.#watchTraffic(),
    ]);
  }

  /** One that may not be seen, or is not there, leaves the others alone. */
  async #part(asked, draw) {
    try {
      const answer = await asked;
      if (this.isOpen) draw(answer);
    } catch (trouble) {
      if (this.isOpen) this.troubled(trouble);
    }
  }

  #models(models) {
    const champion = models.find((model) => model.champion);
    this.cards.champion.replaceChildren(this.#champion(champion));
    this.cards.history.replaceChildren(...(models.length === 0 ? [] : [this.#history(models)]));
  }

  #champion(champion) {
    const { words, format } = this;
    const title = element("h2", {}, words.champion);
    if (!champion) return element("section", { class: "card" }, title, element("p", {}, words.noChampion));
    const { metrics, interval, dataset } = champion;
    return element("section", { class: "card" }, title, element("p", { class: "id" }, champion.id), facts([
      [words.kind, champion.name],
      [words.trained, format.minute(new Date(champion.created_at))],
      [words.data, fill(words.rows, { rows: format.plain(dataset.rows_kept) })],
      [words.testError, known(metrics.mae, format.usd)],
      [words.testR2, known(metrics.r2, (r2) => format.plain(r2, 4))],
      [words.rightShare, interval ? format.percent(interval.measured_coverage) : "–"],
    ]),
    reportLink(champion, words));
  }

  #history(models) {
    const { words, format } = this;
    const points = models.filter(({ metrics }) => Number.isFinite(metrics.mae)).map((model) => ({ id: model.id, created: model.created_at, error: model.metrics.mae, kind: model.kind, isChampion: model.champion }));
    const made = figure(words.history, words.historyHint, words.historyHint, historySpec(points, words), this.language);
    const columns = [{ text: words.trained }, { text: words.kind }, { text: words.testError, isNumber: true }, { text: words.testR2, isNumber: true }, { text: words.data, isNumber: true }, { text: "id" }];
    made.append(table(words.history, columns, models.slice(0, latest).map((model) => ({
      class: model.champion ? "chosen" : null,
      cells: [format.minute(new Date(model.created_at)), model.champion ? `${model.name} (${words.inService})` : model.name,
              known(model.metrics.mae, format.usd), known(model.metrics.r2, (r2) => format.plain(r2, 4)), format.plain(model.dataset.rows_kept), model.id],
    }))));
    return made;
  }

  #drift({ requests, fields }) {
    const { words, format } = this;
    const rows = fields.map((one) => ({ label: words[one.field], psi: one.psi, level: one.level, outside: one.outside }));
    const hint = fill(words.driftHint, { count: format.plain(requests) }) + (requests < 200 ? ` ${words.driftFew}` : "");
    const made = figure(words.drift, hint, `${words.drift}: ${rows.map((row) => `${row.label}: ${format.plain(row.psi)}`).join("; ")}`, driftSpec(rows, words), this.language);
    made.append(table(words.drift, [{ text: words.field }, { text: words.driftIndex, isNumber: true }, { text: words.outside, isNumber: true }],
      rows.map((row) => ({ cells: [row.label, row.level === "unknown" ? "–" : format.plain(row.psi), format.percent(row.outside)] }))));
    this.cards.drift.replaceChildren(made);
  }

  #latest(entries) {
    const { words, format } = this;
    const columns = [{ text: words.time }, { text: words.endpoint }, { text: words.status, isNumber: true }, { text: words.took, isNumber: true }, { text: words.price, isNumber: true }];
    this.cards.latest.replaceChildren(element("section", { class: "card" },
      element("h2", {}, words.latest), element("p", { class: "hint" }, words.latestHint),
      entries.length === 0 ? element("p", {}, words.nothingYet) : table(words.latest, columns, entries.map((entry) => ({
        class: entry.status >= 400 ? "failed" : null,
        cells: [format.moment(new Date(entry.timestamp)), `${entry.method} ${entry.path}`, String(entry.status), format.seconds(entry.duration_ms / 1000),
                entry.response?.predicted_value === undefined ? "" : format.usd(entry.response.predicted_value)],
      })))));
  }

  async #watchTraffic() {
    try {
      const now = { at: performance.now(), ...trafficIn(samplesIn(await askForText("/metrics"))) };
      if (!this.isOpen) return;
      this.#count(now);
      this.cards.traffic.replaceChildren(this.#traffic(now));
    } catch (trouble) {
      if (!this.isOpen) return;
      this.troubled(trouble);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#watchTraffic(), every);
  }

  /** A server that started anew counts from 0 again. */
  #count(now) {
    const { before } = this;
    this.before = now;
    if (!before || now.good + now.bad < before.good + before.bad) return;
    const seconds = (now.at - before.at) / 1000;
    this.rates.push({ at: now.at, good: (now.good - before.good) / seconds, bad: (now.bad - before.bad) / seconds });
    this.rates.splice(0, this.rates.length - shown);
  }

  #traffic(now) {
    const { words, format } = this;
    const points = this.rates.flatMap(({ at, good, bad }) => {
      const seconds = (at - now.at) / 1000;
      return [{ seconds, rate: good, kind: words.good }, { seconds, rate: bad, kind: words.bad }];
    });
    const last = this.rates.at(-1);
    const description = last ? `${words.traffic}: ${format.plain(last.good + last.bad, 1)} ${words.perSecond}` : words.trafficWait;
    const made = this.rates.length > 1 ? figure(words.traffic, words.trafficHint, description, trafficSpec(points, shown * every / 1000, words), this.language)
                                   : element("section", { class: "card" }, element("h2", {}, words.traffic), element("p", { class: "hint" }, words.trafficWait));
    const bound = (share) => {
      const seconds = boundOf(now.durations, share);
      return seconds === null ? "–" : Number.isFinite(seconds) ? `≤ ${format.seconds(seconds)}` : `> ${format.seconds(now.durations.at(-2).atMost)}`;
    };
    made.append(element("h3", {}, words.sinceStart), facts([
      [words.answers, format.plain(now.good + now.bad, 0)],
      [words.errors, format.plain(now.bad, 0)],
      [words.predictions, format.plain(now.predictions, 0)],
      [words.typicalTime, bound(0.5)],
      [words.slowTime, bound(0.99)],
      [words.waiting, format.plain(now.waiting, 0)],
    ]));
    return made;
  }
}

function facts(pairs) {
  return element("dl", { class: "facts" }, ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}
