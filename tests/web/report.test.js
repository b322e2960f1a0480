// The page that diamond-train writes about a model, as a data scientist opens it: a file, in a browser that is offline.
//   DIAMOND_REPORTS: a folder with linear.html, tuned.html (of a tuned model that was compared) and small.html
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { accessibilityFaults, closePage, openBrowser, openPage } from "./browsing.js";

let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

async function open(name, settings = {}) {
  const page = await openPage(browser, pathToFileURL(join(process.env.DIAMOND_REPORTS, `${name}.html`)).href, settings);
  await page.context().setOffline(true);
  // The last one drawn is the last of all.
  for (const chart of await page.locator(".chart").all()) await chart.locator("svg").waitFor();
  return page;
}

/** {title: how many marks of each kind its chart has}. */
function drawn(page) {
  return page.evaluate(() => Object.fromEntries([...document.querySelectorAll("figure")].map((figure) => {
    const marks = [...figure.querySelectorAll("svg .role-mark")].map((group) => [group.getAttribute("class").match(/mark-(\w+)/)[1], group.children.length]);
    const counts = {};
    for (const [kind, count] of marks) counts[kind] = (counts[kind] ?? 0) + count;
    return [figure.querySelector("h3").textContent, counts];
  })));
}

/** The report that the page was made from. */
function reportOf(page) {
  return page.evaluate(() => JSON.parse(document.getElementById("report").textContent));
}

test("every plot has a mark for everything that it shows", async () => {
  const page = await open("tuned");
  const report = await reportOf(page);
  assert.ok((await page.locator("header").textContent()).includes(`As of ${report.made_at.slice(0, 10)}`));
  const charts = await drawn(page);
  for (const [title, marks] of Object.entries(charts)) assert.ok(Object.values(marks).some((count) => count > 0), title);

  assert.equal(charts["Predicted against paid"].symbol, report.predictions.length);
  assert.equal(charts["Predicted against paid"].line, 1);
  assert.ok(charts["Errors over weight"].symbol > report.predictions.length * 0.9);
  const titles = { carat: "By weight", price: "By price paid", cut: "By cut", color: "By color", clarity: "By clarity" };
  for (const { field, groups } of report.errors) {
    assert.equal(charts[titles[field]].rect, groups.length, field);
    assert.equal(charts[titles[field]].rule, groups.length, field);
    assert.equal(charts[titles[field]].text, groups.length, field);
  }
  assert.equal(charts["Prices"].symbol, report.calibration.price.length);
  assert.equal(charts["Intervals by weight"].symbol, report.calibration.interval.groups.filter(({ field }) => field === "carat").length);
  assert.equal(charts["If a field were unknown"].rect, 9);
  assert.equal(charts["What a field moves"].rect, 9);
  for (const { field, points } of report.effects) {
    const marks = charts[field];
    assert.equal(marks.rect ?? marks.symbol, points.length, field);
  }
  const gains = { "By weight": "carat", "By cut": "cut", "By color": "color", "By clarity": "clarity" };
  for (const [title, field] of Object.entries(gains))
    assert.equal(charts[`${title}: better by`].symbol, report.against.slices.filter((slice) => slice.field === field).length, title);
  const valued = report.tuning.trials.filter(({ value }) => value !== null).length;
  assert.equal(charts["Trials"].symbol, valued);
  for (const { name } of report.tuning.parameters) assert.equal(charts[name].symbol, valued, name);
  await closePage(page);
});

test("it says what was trained on what, which rows were left out and which stones are worst", async () => {
  const page = await open("tuned");
  const report = await reportOf(page);
  const text = await page.locator("main").innerText();
  for (const said of [report.model.id, report.data.sha256, "nobody measured the stone", "mean absolute error", report.against.sentence, String(report.tuning.trials.length)]) assert.ok(text.includes(said), said);
  assert.equal(await page.locator("#worst tbody tr").count(), 10);
  assert.equal(await page.locator("#accuracy tbody tr").count(), 4);
  await page.getByRole("link", { name: "Where it is wrong" }).click();
  assert.ok(page.url().endsWith("#errors"));
  await closePage(page);
});

test("a model that was not tuned, and one of few rows, have their pages too", async () => {
  for (const [name, said] of [["linear", "It was not tuned"], ["small", "too few test rows to judge intervals by"]]) {
    const page = await open(name);
    assert.ok((await page.locator("main").innerText()).includes(said), name);
    for (const [title, marks] of Object.entries(await drawn(page))) assert.ok(Object.values(marks).some((count) => count > 0), title);
    await closePage(page);
  }
});

test("axe-core finds nothing, light and dark, wide and narrow", async () => {
  for (const settings of [{}, { colorScheme: "dark", viewport: { width: 360, height: 800 } }]) {
    const page = await open("tuned", settings);
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "it fits");
    await closePage(page);
  }
});

test("texts of the data are shown as texts", async () => {
  const page = await open("small");  // its data set is called </script><img src=x onerror=alert(1)>.csv
  assert.equal(await page.locator("main img").count(), 0);
  assert.ok((await page.locator("#training").innerText()).includes("</script><img src=x"));
  await closePage(page);
});
