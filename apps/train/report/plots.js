// What Vega-Lite is told to draw in a report. Each takes a part of the report's JSON (report/model_report.h).
import { accent, against, ink, muted } from "./drawing.js";

const total = "var(--total)";
const usdAxis = (title) => ({ title, format: "~s", tickCount: 5 });
const shareAxis = (title) => ({ title, format: "~%", tickCount: 5 });
const names = { field: "name", type: "nominal", sort: null, axis: { title: null, domain: false, ticks: false, labelPadding: 6, labelLimit: 150 } };

/** Predicted over actual price, both logarithmic, with the diagonal. */
export function predictedSpec(sample) {
  const prices = sample.flatMap((stone) => [stone.actual, stone.predicted]).filter((price) => price > 0);
  const domain = [Math.min(...prices), Math.max(...prices)];
  const scale = { type: "log", domain, nice: false };
  const axis = (title) => ({ title, format: "~s", values: [200, 500, 1000, 2000, 5000, 10000, 20000, 50000] });
  const x = { field: "actual", type: "quantitative", scale, axis: axis("paid, USD") };
  const y = { field: "predicted", type: "quantitative", scale, axis: axis("predicted, USD") };
  return {
    height: 320,
    layer: [
      { data: { values: sample.filter((stone) => stone.predicted > 0) }, mark: { type: "point", filled: true, size: 12, opacity: 0.45, color: accent }, encoding: { x, y } },
      { data: { values: [{ actual: domain[0], predicted: domain[0] }, { actual: domain[1], predicted: domain[1] }] }, mark: { type: "line", color: ink, strokeWidth: 1 }, encoding: { x, y } },
    ],
  };
}

/** How far predictions are off, as a share of the price, over the weight. */
export function residualSpec(sample) {
  const values = sample.map((stone) => ({ carat: stone.carat, off: (stone.predicted - stone.actual) / stone.actual })).filter((stone) => Math.abs(stone.off) <= 0.5);
  const x = { field: "carat", type: "quantitative", scale: { zero: false }, axis: { title: "carat", tickCount: 6 } };
  return {
    height: 320,
    layer: [
      { data: { values }, mark: { type: "point", filled: true, size: 12, opacity: 0.45, color: accent }, encoding: { x, y: { field: "off", type: "quantitative", axis: shareAxis("predicted too much") } } },
      { data: { values: [{ off: 0 }] }, mark: { type: "rule", color: ink }, encoding: { y: { field: "off", type: "quantitative" } } },
    ],
  };
}

/** A bar for each group: its mean absolute error, the 95 % interval, and the share of the price as a text. */
export function errorSpec(groups, format) {
  const values = groups.map((group) => ({ ...group, text: format.percent(group.mape) }));
  const end = Math.max(...values.map((group) => group.high));
  const scale = { domain: [0, end], range: [0, { expr: "width - 52" }], nice: false };
  return {
    data: { values },
    height: { step: 22 },
    layer: [
      { mark: { type: "bar", color: accent, cornerRadius: 2 }, encoding: { y: names, x: { field: "mae", type: "quantitative", scale, axis: usdAxis("mean absolute error, USD") } } },
      { mark: { type: "rule", color: ink }, encoding: { y: names, x: { field: "low", type: "quantitative", scale }, x2: { field: "high" } } },
      { mark: { type: "text", align: "left", dx: 4 }, encoding: { y: names, x: { field: "high", type: "quantitative", scale }, text: { field: "text" } } },
    ],
  };
}

/** How far the mean of what was paid is from the mean of what was predicted, as a share of what was paid, by predicted price. */
export function calibrationSpec(groups) {
  const over = (paid, group) => (paid - group.predicted) / group.actual;
  const values = groups.map((group) => ({ name: group.name, at: over(group.actual, group), low: over(group.low, group), high: over(group.high, group) }));
  return bandSpec(values, shareAxis("paid more than predicted, on the average"), 0);
}

/** How many prices lie within their intervals. `target`: how many should. */
export function coverageSpec(groups, target) {
  return bandSpec(groups.map((group) => ({ name: group.name, at: group.measured, low: group.low, high: group.high })), shareAxis("share within the interval"), target);
}

/** A point with its interval for each group, and a line where it should be. */
function bandSpec(values, axis, target) {
  const scale = { zero: false, nice: true };
  return {
    height: { step: 24 },
    layer: [
      { data: { values: [{ at: target }] }, mark: { type: "rule", color: muted, strokeDash: [4, 3] }, encoding: { x: { field: "at", type: "quantitative" } } },
      { data: { values }, mark: { type: "rule", color: accent, strokeWidth: 3, opacity: 0.5 }, encoding: { y: names, x: { field: "low", type: "quantitative", scale, axis }, x2: { field: "high" } } },
      { data: { values }, mark: { type: "point", filled: true, size: 60, color: accent, opacity: 1 }, encoding: { y: names, x: { field: "at", type: "quantitative", scale } } },
    ],
  };
}

/** A bar for each field. `key`: "permutation" or "contribution". */
export function importanceSpec(fields, key, title) {
  return {
    data: { values: [...fields].sort((a, b) => b[key] - a[key]) },
    height: { step: 24 },
    mark: { type: "bar", color: accent, cornerRadius: 2 },
    encoding: {
      y: { field: "field", type: "nominal", sort: null, axis: { title: null, domain: false, ticks: false, labelPadding: 6 } },
      x: { field: key, type: "quantitative", axis: usdAxis(title) },
    },
  };
}

/** What the values of a field are worth: a line for a quantity, bars for grades. */
export function effectSpec({ points }) {
  const y = { field: "effect", type: "quantitative", axis: usdAxis("USD") };
  const isGrade = typeof points[0].value === "string";
  const x = isGrade ? { field: "value", type: "ordinal", sort: null, axis: { title: null, labelAngle: 0, labelOverlap: true } }
                    : { field: "value", type: "quantitative", scale: { zero: false, nice: false }, axis: { title: null, tickCount: 5 } };
  const mark = isGrade ? { type: "bar", color: accent, cornerRadius: 2 } : { type: "line", color: accent, point: { color: accent, size: 20 } };
  return {
    height: 150,
    layer: [
      { data: { values: points }, mark, encoding: { x, y } },
      { data: { values: [{ effect: 0 }] }, mark: { type: "rule", color: muted }, encoding: { y: { field: "effect", type: "quantitative" } } },
    ],
  };
}

const stateColor = { field: "state", type: "nominal", title: null, legend: { orient: "bottom" }, scale: { domain: ["complete", "pruned"], range: [accent, total] } };

/** The value of each trial, and the best until then. Values far worse than the rest would hide them: they stand at the edge. */
export function studySpec({ trials, metric, better }) {
  const seen = trials.filter((trial) => trial.value !== null);
  const edge = edgeOf(seen.map((trial) => trial.value), better);
  const x = { field: "number", type: "quantitative", axis: { title: "trial", tickCount: 8, tickMinStep: 1, format: "d" } };
  const y = { type: "quantitative", scale: { zero: false, nice: true }, axis: { title: `validation ${metric}`, tickCount: 5 } };
  return {
    height: 260,
    layer: [
      { data: { values: seen.map((trial) => ({ number: trial.number, state: trial.state, shown: edge(trial.value) })) }, mark: { type: "point", filled: true, size: 40, opacity: 0.9 }, encoding: { x, y: { ...y, field: "shown" }, color: stateColor } },
      { data: { values: trials.filter((trial) => trial.best !== null).map(({ number, best }) => ({ number, best })) }, mark: { type: "line", interpolate: "step-after", color: against, strokeWidth: 2 }, encoding: { x, y: { ...y, field: "best" } } },
    ],
  };
}

/** The value of each trial over one of the parameters. */
export function parameterSpec({ trials, metric, better }, { name, scale }) {
  const seen = trials.filter((trial) => trial.value !== null && name in trial.params);
  const edge = edgeOf(seen.map((trial) => trial.value), better);
  const values = seen.map((trial) => ({ at: scale === "choice" ? JSON.stringify(trial.params[name]) : trial.params[name], state: trial.state, shown: edge(trial.value) }));
  const x = scale === "choice" ? { field: "at", type: "ordinal", axis: { title: null, labelAngle: 0, labelLimit: 120 } }
                               : { field: "at", type: "quantitative", scale: { type: scale, zero: false, nice: false, padding: 8 }, axis: { title: null, tickCount: 5, format: "~g" } };
  return {
    data: { values },
    height: 170,
    mark: { type: "point", filled: true, size: 36, opacity: 0.9 },
    encoding: { x, y: { field: "shown", type: "quantitative", scale: { zero: false, nice: true }, axis: { title: `validation ${metric}`, tickCount: 5 } }, color: { ...stateColor, legend: null } },
  };
}

/** Puts values that are further from the best than three times the middle of them is, at that distance. */
function edgeOf(values, better) {
  const sorted = [...values].sort((a, b) => (better === "lower" ? a - b : b - a));
  const best = sorted[0];
  const bound = best + 3 * (sorted[Math.floor(sorted.length / 2)] - best);
  return (value) => (better === "lower" ? Math.min(value, bound) : Math.max(value, bound));
}

/** For each group of rows, by how much the one model is better than the other, with its interval. */
export function gainSpec(gains, metric) {
  const axis = metric === "mae" || metric === "rmse" ? usdAxis("better by, USD") : { title: "better by", format: "~g", tickCount: 5 };
  return bandSpec(gains.map(({ name, improvement, low, high }) => ({ name, at: improvement, low, high })), axis, 0);
}
