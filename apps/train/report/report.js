// Reads the report that the page holds, and builds the page from it.
import { byId, element, table } from "./dom.js";
import { figure } from "./drawing.js";
import { calibrationSpec, coverageSpec, effectSpec, errorSpec, gainSpec, importanceSpec, parameterSpec, predictedSpec, residualSpec, studySpec } from "./plots.js";

const report = JSON.parse(byId("report").textContent);
const number = (digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const format = {
  usd: (value) => `${number(0).format(value)} USD`,
  plain: (value, digits = 0) => number(digits).format(value),
  percent: (share) => `${number(1).format(100 * share)} %`,
  wholePercent: (share) => `${number(0).format(100 * share)} %`,
  time: (text) => text.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
};
const metricText = ({ metric, value }) => (metric === "mape" ? format.percent(value) : metric === "r2" ? format.plain(value, 4) : format.usd(value));
const verdicts = { better: "better", worse: "worse", open: "may be chance" };
const metricNames = { r2: "R²", mae: "mean absolute error", rmse: "root mean squared error", mape: "mean absolute percentage error" };

function facts(entries) {
  return element("dl", { class: "facts" }, ...entries.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));
}

function card(...children) {
  return element("section", { class: "card" }, ...children);
}

function plot(title, hint, description, spec) {
  return figure(title, hint, description, spec, "en", "h3");
}

function part(id, title, hint, ...children) {
  return element("section", { class: "part", id }, element("h2", {}, title), hint ? element("p", { class: "hint" }, hint) : null, ...children);
}

function figures(...children) {
  return element("div", { class: "figures" }, ...children);
}

function summary() {
  const { model, metrics, errors } = report;
  const mae = metrics.find(({ metric }) => metric === "mae");
  const mape = metrics.find(({ metric }) => metric === "mape");
  const dearest = errors.find(({ field }) => field === "price").groups.at(-1);
  return element("header", { class: "part" },
    element("h1", {}, `${model.name}${model.is_champion ? ", the champion" : ""}`),
    element("p", { class: "id" }, model.id),
    element("p", { class: "verdict" },
      `Of the stones that it did not learn from, its prices are off by ${format.usd(mae.value)} on the average (95 %: ${format.plain(mae.low)} to ${format.usd(mae.high)}), or ${format.percent(mape.value)} of the price; `
      + `of the dearest tenth by ${format.usd(dearest.mae)}.`),
    element("p", { class: "hint" }, `As of ${format.time(report.made_at)}${model.standing ? `: champion ${model.standing}` : ""}`));
}

function contents(parts) {
  return element("nav", { "aria-label": "Parts of the report" }, ...parts.map((made) => element("a", { href: `#${made.id}` }, made.querySelector("h2").textContent)));
}

function training() {
  const { model, data } = report;
  const split = data.split;
  const reasons = { not_finite: "a number is missing or not finite", zero_dimension: "x, y or z is not above 0: nobody measured the stone", price_not_positive: "the price is not above 0", carat_not_positive: "the weight is not above 0" };
  const leftOut = data.rejected.map(({ reason, rows }) => ({ cells: [reasons[reason] ?? reason, format.plain(rows), format.percent(rows / data.rows)] }));
  return part("training", "What was trained on what", null, figures(
    card(element("h3", {}, "Data"),
      facts([["file", data.path], ["rows", format.plain(data.rows)], ["kept", format.plain(data.rows_kept)], ["learned from", format.plain(split.train_rows)],
             ["judged on", format.plain(split.test_rows)], ["split", `${split.method}, seed ${split.seed}`]]),
      element("p", { class: "id" }, `sha256 ${data.sha256}`),
      leftOut.length ? table("Rows left out", [{ text: "left out because" }, { text: "rows", isNumber: true }, { text: "share", isNumber: true }], leftOut)
                     : element("p", { class: "hint" }, "No row was left out.")),
    card(element("h3", {}, "Model"),
      facts([["kind", model.kind], ["learns", model.target], ["trained", format.time(model.created_at)], ["took", `${format.plain(model.duration_seconds, 1)} s`],
             ...Object.entries(model.versions)]),
      element("pre", { tabindex: "0", role: "group", "aria-label": "Parameters" }, JSON.stringify(model.params, null, 1)))));
}

function accuracy() {
  const { metrics, predictions, data } = report;
  const below = predictions.filter((stone) => stone.predicted <= 0).length;
  const notShown = below > 0 ? ` ${format.plain(below)} predictions below 0 are not shown.` : "";
  const rows = metrics.map((one) => ({
    cells: [metricNames[one.metric], metricText(one), `${metricText({ ...one, value: one.low })} to ${metricText({ ...one, value: one.high })}`, one.better === "lower" ? "less" : "more"],
  }));
  return part("accuracy", "How well it does", `On the ${format.plain(data.split.test_rows)} test rows. The intervals say how much is the chance of these rows (bootstrap, 95 %).`,
    card(table("Metrics", [{ text: "metric" }, { text: "value", isNumber: true }, { text: "95 % interval", isNumber: true }, { text: "better is" }], rows)),
    figures(
      plot("Predicted against paid", `${format.plain(predictions.length)} of the test rows; on the line, the price is right.${notShown}`,
        "A point for each stone, predicted over paid price; the closer to the line, the better", predictedSpec(predictions)),
      plot("Errors over weight", "As a share of what was paid; stones that are off by more than half are not shown.",
        "A point for each stone: by which share the prediction is off, over its weight", residualSpec(predictions))));
}

function errorsByGroup() {
  const titles = { carat: "By weight", price: "By price paid", cut: "By cut", color: "By color", clarity: "By clarity" };
  return part("errors", "Where it is wrong", "Mean absolute error in USD with its 95 % interval; beside it, as a share of the price.", figures(
    ...report.errors.map(({ field, unit, groups }) =>
      plot(titles[field] ?? field, unit ? `${unit}; tenths of the test rows` : "worst to best", groups.map((group) => `${group.name}: ${format.usd(group.mae)}`).join("; "), errorSpec(groups, format)))));
}

function calibration() {
  const { price, interval } = report.calibration;
  const plots = [plot("Prices", "Tenths by predicted price, as a share of what was paid, with 95 % intervals: where the line is not within, the model is too high or too low there.",
    price.map((group) => `${group.name}: predicted ${format.usd(group.predicted)}, paid ${format.usd(group.actual)}`).join("; "), calibrationSpec(price))];
  if (interval) {
    for (const [field, title] of [["carat", "Intervals by weight"], ["predicted", "Intervals by predicted price"]]) {
      const groups = interval.groups.filter((group) => group.field === field);
      plots.push(plot(title, `${format.wholePercent(interval.coverage)} of the prices should lie within`, groups.map((group) => `${group.name}: ${format.percent(group.measured)}`).join("; "), coverageSpec(groups, interval.coverage)));
    }
  }
  const widths = interval && card(element("h3", {}, "How wide the intervals are"), table("Widths", [{ text: "carat" }, { text: "rows", isNumber: true }, { text: "within", isNumber: true }, { text: "mean width", isNumber: true }],
    [...interval.groups.filter((group) => group.field === "carat"), { ...interval, name: "all" }].map((group) => ({ cells: [group.name, format.plain(group.rows), format.percent(group.measured), format.usd(group.mean_width)] }))));
  return part("calibration", "Whether prices and intervals can be believed", interval ? "Intervals are judged on rows that they were not learned from." : "There are too few test rows to judge intervals by.", figures(...plots, ...(widths ? [widths] : [])));
}

function relevance() {
  const { importance } = report;
  return part("importance", "What it relies on", "Weight and sizes go together, and stand in for each other: each seems to matter less than all of them do.", figures(
    plot("If a field were unknown", "By how much the mean absolute error grows where the field's values are dealt out anew.",
      importance.map((one) => `${one.field}: ${format.usd(one.permutation)}`).join("; "), importanceSpec(importance, "permutation", "more error, USD")),
    plot("What a field moves", "What it adds to a price or takes from it, on the average of some stones.",
      importance.map((one) => `${one.field}: ${format.usd(one.contribution)}`).join("; "), importanceSpec(importance, "contribution", "share in the price, USD"))));
}

function effects() {
  const made = part("effects", "What values are worth", "Accumulated local effects: what changes a price when only this field changes, in steps between stones that there are. The mean is 0.", figures(
    ...report.effects.filter(({ points }) => points.length > 1).map((effect) =>
      plot(effect.field, effect.unit, effect.points.map(({ value, effect: worth }) => `${value}: ${format.usd(worth)}`).join("; "), effectSpec(effect)))));
  made.classList.add("small");
  return made;
}

function tuning() {
  const { tuning: study } = report;
  if (!study) return part("tuning", "How it was tuned", "It was not tuned: its parameters are those of the configuration.");
  const count = (state) => study.trials.filter((trial) => trial.state === state).length;
  const ends = { all_trials: "all trials were run", time_budget: "the time was up", stopped: "it was stopped" };
  const made = part("tuning", "How it was tuned", `${study.trials.length} trials: ${count("complete")} complete, ${count("pruned")} given up early, ${count("failed")} failed; ${ends[study.end] ?? study.end}.`, figures(
    plot("Trials", "The line is the best so far.", `The best validation ${study.metric} after ${study.trials.length} trials is ${format.plain(study.trials.at(-1).best, 2)}`, studySpec(study)),
    ...study.parameters.map((parameter) => plot(parameter.name, null, `Validation ${study.metric} of the trials over ${parameter.name}`, parameterSpec(study, parameter)))));
  made.classList.add("small");
  return made;
}

/** [{field, name, improvement, …}] of a comparison's slices. */
function gainsOf({ slices }, field) {
  return slices.filter((slice) => slice.field === field).map((slice) => ({ ...slice, name: slice.slice }));
}

function comparison() {
  const { against: other } = report;
  if (!other) return null;
  const title = `Against ${other.holder}`;
  if (other.reason) return part("against", title, `They cannot be compared: ${other.reason}.`);
  const text = (metric, value) => metricText({ metric, value });
  const rows = Object.entries(other.metrics).map(([metric, one]) => ({
    cells: [metricNames[metric], text(metric, one.holder), text(metric, one.challenger), text(metric, one.improvement), `${text(metric, one.low)} to ${text(metric, one.high)}`, verdicts[one.verdict]],
  }));
  const titles = { carat: "By weight", cut: "By cut", color: "By color", clarity: "By clarity" };
  return part("against", title, `${other.sentence}.`,
    card(table("Metrics of both", [{ text: "metric" }, { text: "the other", isNumber: true }, { text: "this one", isNumber: true }, { text: "better by", isNumber: true }, { text: `${format.wholePercent(other.confidence)} interval`, isNumber: true }, { text: "so it is" }], rows)),
    figures(...Object.entries(titles).map(([field, name]) =>
      plot(`${name}: better by`, `${other.metric}, with ${format.wholePercent(other.confidence)} intervals; right of 0 this model is better.`,
        gainsOf(other, field).map((gain) => `${gain.name}: ${text(other.metric, gain.improvement)}`).join("; "), gainSpec(gainsOf(other, field), other.metric)))));
}

function worst() {
  const columns = ["paid", "predicted", "off by", "carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z", "what is odd"];
  const words = new Set(["cut", "color", "clarity", "what is odd"]);
  return part("worst", `The ${report.worst.length} stones that it gets most wrong`, "Of the test rows, by error in USD.", card(table("Worst stones",
    columns.map((text) => ({ text, isNumber: !words.has(text) })),
    report.worst.map((stone) => ({
      cells: [format.plain(stone.price), format.plain(stone.predicted), format.plain(stone.predicted - stone.price), ...["carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z"].map((field) => String(stone[field])),
              stone.warnings.join("; ") || "–"],
    })))));
}

const parts = [accuracy(), comparison(), errorsByGroup(), calibration(), relevance(), effects(), tuning(), worst(), training()].filter((made) => made !== null);
const header = summary();
header.append(contents(parts));
byId("content").replaceChildren(header, ...parts);
