// What Vega-Lite is told to draw.
import { accent, against, ink, muted } from "./drawing.js";

/** From the typical stone to this one, a bar for each property. `bars`: [{ label, from, to, text, isTotal }]. */
export function whySpec(bars) {
  const data = bars.map((bar) => ({ ...bar, middle: Math.max(bar.from, bar.to), kind: bar.isTotal ? "total" : bar.to >= bar.from ? "more" : "less" }));
  const y = { field: "label", type: "nominal", sort: null, axis: { title: null, domain: false, ticks: false, labelPadding: 6, labelLimit: 130 } };
  const domain = [Math.min(0, ...data.map((bar) => Math.min(bar.from, bar.to))), Math.max(...data.map((bar) => bar.middle))];
  const range = [0, { expr: "width - 76" }]; // beside the longest bar there is room for its text
  return {
    data: { values: data },
    height: { step: 26 },
    layer: [
      {
        mark: { type: "bar", cornerRadius: 2 },
        encoding: {
          y,
          x: { field: "from", type: "quantitative", axis: { title: "USD", format: "~s", tickCount: 4 }, scale: { domain, range, nice: false } },
          x2: { field: "to" },
          color: { field: "kind", type: "nominal", legend: null, scale: { domain: ["total", "more", "less"], range: ["var(--total)", accent, against] } },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 5 },
        encoding: { y, x: { field: "middle", type: "quantitative" }, text: { field: "text" } },
      },
    ],
  };
}

/** Price over weight. `own`: { carat, price, low, high }. */
export function placeSpec(stones, own, words) {
  const x = (field) => ({ field, type: "quantitative", scale: { zero: false, nice: true }, axis: { title: `${words.carat}, ct`, tickCount: 6 } });
  const y = (field) => ({ field, type: "quantitative", scale: { zero: false, nice: true }, axis: { title: `${words.price}, USD`, format: ",.0f", tickCount: 6 } });
  const ownLayers = [{ mark: { type: "point", shape: "diamond", size: 220, filled: true, color: against, stroke: "var(--card)", opacity: 1 }, encoding: { x: x("carat"), y: y("price") } }];
  if (own.low !== undefined)
    ownLayers.unshift({ mark: { type: "rule", color: against, strokeWidth: 3 }, encoding: { x: x("carat"), y: y("low"), y2: { field: "high" } } });
  return {
    height: 280,
    layer: [
      {
        data: { values: stones },
        mark: { type: "point", filled: true, size: 36, color: accent, tooltip: true },
        encoding: {
          x: x("carat"),
          y: y("price"),
          opacity: { field: "distance", type: "quantitative", legend: null, scale: { range: [0.9, 0.35] } },
        },
      },
      { data: { values: [own] }, layer: ownLayers },
    ],
  };
}

/** The error of models over time. `models`: [{ created, error, kind, isChampion }]. */
export function historySpec(models, words) {
  const x = { field: "created", type: "temporal", scale: { padding: 20 }, axis: { title: null, tickCount: 4, format: "%Y-%m-%d %H:%M", labelOverlap: true, labelFlush: true } };
  const y = { field: "error", type: "quantitative", scale: { zero: false, padding: 20 }, axis: { title: `${words.testError}, USD`, tickCount: 5, format: ",.0f" } };
  return {
    data: { values: models },
    height: 240,
    layer: [
      {
        mark: { type: "point", filled: true, size: 70, opacity: 0.9, tooltip: true },
        encoding: {
          x,
          y,
          color: { field: "kind", type: "nominal", title: words.kind, legend: { orient: "bottom" }, scale: { range: [accent, against, "var(--third)", "var(--fourth)", muted] } },
          shape: { field: "kind", type: "nominal", title: words.kind },
        },
      },
      {
        transform: [{ filter: "datum.isChampion" }],
        mark: { type: "point", size: 260, color: ink, strokeWidth: 2 },
        encoding: { x, y },
      },
    ],
  };
}

/** `points`: [{ seconds, rate, kind }], seconds before now, from -`span` to 0. */
export function trafficSpec(points, span, words) {
  return {
    data: { values: points },
    height: 160,
    mark: { type: "area", line: true, opacity: 0.3, interpolate: "step-before" },
    encoding: {
      x: { field: "seconds", type: "quantitative", axis: { title: "s", tickCount: 6 }, scale: { domain: [-span, 0] } },
      y: { field: "rate", type: "quantitative", stack: null, axis: { title: words.perSecond, tickCount: 4, tickMinStep: 0.1 }, scale: { domainMin: 0 } },
      color: { field: "kind", type: "nominal", title: null, legend: { orient: "bottom" }, scale: { domain: [words.good, words.bad], range: [accent, against] } },
    },
  };
}

/** The population stability index of each field. `fields`: [{ label, psi, level }]. */
export function driftSpec(fields, words) {
  return {
    height: { step: 24 },
    layer: [
      {
        data: { values: fields },
        mark: { type: "bar", cornerRadius: 2 },
        encoding: {
          y: { field: "label", type: "nominal", sort: null, axis: { title: null, domain: false, ticks: false, labelPadding: 6 } },
          x: { field: "psi", type: "quantitative", axis: { title: words.driftIndex, tickCount: 5 }, scale: { domainMin: 0, domainMax: Math.max(0.4, ...fields.map((field) => field.psi)) } },
          color: { field: "level", type: "nominal", legend: null, scale: { domain: ["unknown", "none", "some", "strong"], range: ["var(--total)", accent, "var(--third)", against] } },
        },
      },
      { data: { values: [{ at: 0.1 }, { at: 0.25 }] }, mark: { type: "rule", color: muted, strokeDash: [4, 3] }, encoding: { x: { field: "at", type: "quantitative" } } },
    ],
  };
}
