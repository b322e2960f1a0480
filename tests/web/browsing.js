// Debian's Chromium, and a watch over what its pages must not do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const patience = 180_000; // ms that anything may take on a busy machine; no test measures time

export function openBrowser() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

/**
 * A page that notes in `page.faults` what no page may do: errors, what its content security policy had to stop, and requests
 * to anybody else. Requests that fail are told by the browser too; where a test makes them fail, it says so by `mayFail`. A page
 * from a disk may ask for the files of `folder`, a file: URL, if there is one.
 */
export async function openPage(browser, url, { mayFail = false, folder, ...settings } = {}) {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 }, ...settings });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.faults = [];
  const isFailure = (text) => mayFail && text.startsWith("Failed to load resource");
  page.on("pageerror", (error) => page.faults.push(`${error.message}\n${error.stack}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isFailure(message.text())) page.faults.push(message.text());
  });
  page.on("request", (request) => {
    if (request.url() !== new URL(url).href.split("#")[0] && !request.url().startsWith(folder ?? new URL(url).origin) && !request.url().startsWith("data:")) page.faults.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** That nothing happened which must not; and closes it. */
export async function closePage(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

/** What axe-core finds in the page as it is now, in a line each. On a page from a disk it may not `preload` style sheets, to look for rules about turned phones. */
export async function accessibilityFaults(page, { preload = true } = {}) {
  // As an extension would: the page's policy does not let the page itself run it.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run({ resultTypes: ["violations"], preload: ${preload} }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map((node) => id + ": " + help + ": " + node.html)))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return result.value;
}
