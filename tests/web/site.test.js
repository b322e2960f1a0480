// The documentation as a site, opened from a disk in a browser that is offline.
//   DIAMOND_SITE: its folder
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { accessibilityFaults, closePage, openBrowser, openPage } from "./browsing.js";

const site = `${pathToFileURL(process.env.DIAMOND_SITE).href}/`;
const addresses = ["index.html", "operator.html", "reference/training.html", "reference/diamond-serve.html", "reference/manifest.html", "api/index.html", "api/core/diamond.html"];
let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

function open(address, settings = {}) {
  return openPage(browser, site + address, { folder: site, offline: true, ...settings });
}

/** What a reader sees when he searches for it: the titles. */
async function titlesFound(page, words) {
  await page.getByRole("searchbox", { name: "Search" }).fill(words);
  await page.locator(".found li, [role=status]:not(:empty)").first().waitFor();
  return page.locator(".found strong").allInnerTexts();
}

test("axe-core finds nothing, light and dark, wide and narrow, and every page fits", async () => {
  for (const address of addresses)
    for (const settings of [{}, { colorScheme: "dark", viewport: { width: 360, height: 800 } }]) {
      const page = await open(address, settings);
      assert.deepEqual(await accessibilityFaults(page, { preload: false }), [], address);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${address} fits`);
      await closePage(page);
    }
});

test("pictures are there, and the navigation says where one is", async () => {
  const page = await open("index.html");
  assert.deepEqual(await page.evaluate(() => [...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.src)), []);
  await page.getByRole("link", { name: "The operator", exact: true }).click();
  assert.equal(page.url(), `${site}operator.html`);
  assert.equal(await page.locator("nav [aria-current=page]").innerText(), "The operator");
  await closePage(page);
});

test("on a phone the navigation waits until it is asked for", async () => {
  const page = await open("index.html", { viewport: { width: 360, height: 800 } });
  const link = page.getByRole("link", { name: "Tutorial", exact: true });
  assert.ok(!await link.isVisible());
  await page.getByText("Pages", { exact: true }).click();
  await link.click();
  assert.equal(page.url(), `${site}tutorial.html`);
  await closePage(page);
});

test("the search finds options, keys, chapters and declarations, and leads there", async () => {
  const page = await open("api/core/error.html");
  assert.ok((await titlesFound(page, "outbox limit")).includes("outbox_limit"));
  assert.ok((await titlesFound(page, "--time-budget"))[0].startsWith("--time-budget"));
  assert.ok((await titlesFound(page, "validation_share")).includes("models[].tuning.validation_share"));
  assert.equal((await titlesFound(page, "IntervalPredictor learn"))[0], "IntervalPredictor::learn");
  assert.equal((await titlesFound(page, "the traffic log"))[0], "The traffic log");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site}operator.html#the-traffic-log`);
  assert.deepEqual(await titlesFound(page, "no such word anywhere"), []);
  assert.equal(await page.getByRole("status").innerText(), "Nothing found");
  await closePage(page);
});

test("what the texts say is shown as text", async () => {
  const page = await open("index.html");
  await titlesFound(page, "script src");
  assert.equal(await page.locator(".found script, .found img").count(), 0);
  await closePage(page);
});
