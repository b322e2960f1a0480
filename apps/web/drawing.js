// How a chart gets onto a page: Vega-Lite draws it in the colors of the style sheet.
import { element } from "./dom.js";

const libraries = ["/page/vega.js", "/page/vega-lite.js", "/page/vega-interpreter.js"];

/** Colors are the style sheet's, so that another appearance, and paper, need no new drawing. */
export const ink = "var(--ink)";
export const muted = "var(--muted)";
export const accent = "var(--accent)";
export const against = "var(--against)";
const config = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: { labelColor: ink, titleColor: muted, titleFontWeight: "normal", gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)", labelFontSize: 12, titleFontSize: 12 },
  legend: { labelColor: ink, titleColor: muted, labelFontSize: 12, titleFontSize: 12 },
  text: { color: ink, fontSize: 12 },
};

let loading = null;

function load(source) {
  return new Promise((loaded, failed) => {
    document.head.append(element("script", { src: source, load: loaded, error: () => failed(new Error(source)) }));
  });
}

/** They are large, and come only where something is drawn; a page may bring them with it. */
function libraryReady() {
  loading ??= globalThis.vegaLite ? Promise.resolve() : libraries.reduce((before, source) => before.then(() => load(source)), Promise.resolve())
    .catch((error) => {
      loading = null;
      throw error;
    });
  return loading;
}

/** What draws numbers as the page's language writes them. */
function localeOf(language) {
  const separators = language === "it" ? { decimal: ",", thousands: "." } : { decimal: ".", thousands: "," };
  return { ...separators, grouping: [3], currency: ["$", ""] };
}

/**
 * A figure that holds a chart as soon as it is drawn; until then, and where it cannot be, its words.
 * `description` is what the chart shows, for those who do not see it; `heading` the element of its title.
 */
export function figure(title, hint, description, spec, language, heading = "h2") {
  const place = element("div", { "aria-hidden": "true" }); // as one image, described, not as its many marks
  const made = element("figure", { class: "card" },
    element("figcaption", {}, element(heading, {}, title), hint ? element("p", { class: "hint" }, hint) : null),
    element("div", { class: "chart", role: "img", "aria-label": description }, place));
  draw(place, spec, language).catch((error) => {
    place.textContent = description;
    console.error(error);
  });
  return made;
}

async function draw(place, spec, language) {
  await libraryReady();
  const compiled = vegaLite.compile({ ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } }, { config }).spec;
  vega.formatLocale(localeOf(language));
  // No code is made from texts, which the page's content security policy forbids.
  const view = new vega.View(vega.parse(compiled, null, { ast: true }), { expr: vega.expressionInterpreter, renderer: "svg" });
  await nextFrame(); // as wide as its place, which has to be on the page
  view.initialize(place);
  await view.runAsync();
  new ResizeObserver((_, observer) => {
    if (place.clientWidth > 0) view.resize().runAsync();
    if (place.isConnected) return;
    observer.disconnect();
    view.finalize(); // else it would listen to the window for ever
  }).observe(place);
}

function nextFrame() {
  return new Promise((done) => requestAnimationFrame(done));
}
