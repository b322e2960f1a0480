// The page at /, as those see it who use it: in a browser, with a real service behind it.
//   DIAMOND_BIN: where the programs are; DIAMOND_MODELS: a history with a champion and one more model;
//   DIAMOND_KEYS: a file of keys; DIAMOND_KEY: one of them, for an admin
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accessibilityFaults, closePage, openBrowser, openPage } from "./browsing.js";
import { Server } from "./serving.js";

const { DIAMOND_MODELS, DIAMOND_KEYS, DIAMOND_KEY } = process.env;
const stone = { carat: 1, cut: "Ideal", color: "E", clarity: "VVS1", depth: 61, table: 55, x: 6.5, y: 6.5, z: 4 };
const address = `?${new URLSearchParams(stone)}`;
const mainStone = "?carat=1&cut=Ideal&color=E&clarity=VVS1";

let server;
let browser;

before(async () => {
  server = await Server.start(DIAMOND_MODELS);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

function open(path = "/", settings = {}) {
  return openPage(browser, server.url + path, settings);
}

async function ownServer(t, ...options) {
  const own = await Server.start(DIAMOND_MODELS, ...options);
  t.after(() => own.remove());
  return own;
}

async function predicted(asked) {
  const answer = await fetch(`${server.url}/predict?explain=true`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
  assert.equal(answer.status, 200);
  return answer.json();
}

function usd(value, language = "en") {
  return new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 0 }).format(value);
}

/** As soon as it says this; the page has some seconds for it. */
async function says(page, selector, text) {
  await page.locator(selector, { hasText: text }).first().waitFor();
}

/** The marks of a kind in a chart, once it is drawn. */
async function marks(page, title, kind) {
  const chart = page.locator("figure", { has: page.getByRole("heading", { name: title }) });
  await chart.locator("svg").waitFor();
  return chart.locator(`svg .role-mark.mark-${kind} path`).count();
}

test("a stone is entered by keyboard alone, and its price is there", async () => {
  const page = await open();
  await page.locator("#carat").focus();
  await page.keyboard.type("1");
  for (const times of [0, 1, 1]) {  // Ideal, E, VVS1: into the group, and along it
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    for (let i = 0; i < times; ++i) await page.keyboard.press("ArrowRight");
  }
  for (const field of ["x", "y", "z", "depth", "table"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.name), field);
    await page.keyboard.type(String(stone[field]));
  }
  await page.keyboard.press("Enter");
  const answer = await predicted(stone);
  await says(page, ".price", usd(answer.predicted_value));
  await says(page, ".interval", usd(answer.interval.low));
  await says(page, ".interval", usd(answer.interval.high));
  assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), Object.fromEntries(Object.entries(stone).map(([field, value]) => [field, String(value)])));
  await closePage(page);
});

test("a link holds the stone, and shows why it costs what it costs and stones like it", async () => {
  const page = await open(`/${address}`);
  const answer = await predicted(stone);
  await says(page, ".price", usd(answer.predicted_value));
  assert.equal(await marks(page, "Why this price", "rect"), answer.explanation.contributions.length + 2);
  assert.equal(await marks(page, "Its place among similar stones", "symbol"), 100 + 1);
  const why = await page.getByRole("img", { name: /^Why this price/ }).getAttribute("aria-label");
  for (const { effect } of answer.explanation.contributions) assert.ok(why.includes(new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(effect)), why);
  const rows = page.getByRole("group", { name: "The most similar stones" }).locator("tbody tr");
  assert.equal(await rows.count(), 8);
  assert.ok((await rows.first().locator(".same").count()) >= 3);  // at least its grades
  await page.getByRole("button", { name: "New stone" }).click();
  await says(page, ".start", "Enter weight");
  assert.equal(new URL(page.url()).search, "");
  await closePage(page);
});

test("what is unknown stays empty, and the page says what was assumed", async () => {
  const page = await open(`/${mainStone}`);
  const { warnings } = await predicted({ carat: 1, cut: "Ideal", color: "E", clarity: "VVS1" });
  await says(page, "#assumed-title", "What was assumed");
  assert.equal(await page.locator("section:has(#assumed-title) li").count(), warnings.length);
  for (const { field, suggested } of warnings) assert.equal(await page.locator(`#${field}`).getAttribute("placeholder"), `≈ ${suggested[field]}`);
  assert.equal(await page.locator("#check-title").count(), 0);
  await closePage(page);
});

test("a slip is named, and mended by a press", async () => {
  const page = await open(`/?${new URLSearchParams({ ...stone, x: 65 })}`);
  await says(page, ".check li", "decimal point");
  await page.getByRole("button", { name: "Take 6.5" }).click();
  await says(page, ".price", usd((await predicted(stone)).predicted_value));
  assert.equal(await page.locator("#x").inputValue(), "6.5");
  assert.equal(await page.locator(".check").count(), 0);
  await closePage(page);
});

test("what cannot be read is named beside its field, and the service is not asked", async () => {
  const page = await open(`/${mainStone}`);
  await says(page, ".price", "$");
  let asked = 0;
  page.on("request", (request) => (asked += request.method() === "POST" ? 1 : 0));
  for (const [text, fault] of [["1.2.3", "Write a number"], ["-1", "Write a number"], ["0", "above 0"], ["101", "100 at most"], ["a lot", "Write a number"]]) {
    await page.locator("#carat").fill(text);
    await page.keyboard.press("Enter");
    await says(page, "#carat-fault", fault);
    assert.equal(await page.locator("#carat").getAttribute("aria-invalid"), "true");
    assert.equal(await page.evaluate(() => document.activeElement.id), "carat");
    assert.equal(await page.locator(".price").count(), 0);
  }
  await page.locator("#carat").fill("");
  await page.keyboard.press("Enter");
  await says(page, "#missing", "Weight");
  assert.equal(asked, 0);
  await page.locator("#carat").fill("1.1");
  await page.keyboard.press("Enter");
  await says(page, ".price", "$");
  assert.equal(asked, 2);  // the price, and stones like it, once
  await closePage(page);
});

test("an address with nonsense opens the page with what can be read of it", async () => {
  const page = await open("/?carat=%3Cscript%3E&cut=Wonderful&color=E&lang=xx&x=6.5");
  await says(page, ".start", "Enter weight");
  assert.equal(await page.locator("#x").inputValue(), "6.5");
  assert.ok(await page.locator("#color-E").isChecked());
  assert.equal(await page.locator("input[name=cut]:checked").count(), 0);
  await closePage(page);
});

test("it speaks Italian: words, numbers, and what it reads", async () => {
  const page = await open("/", { locale: "it-IT" });
  assert.equal(await page.evaluate(() => document.documentElement.lang), "it");
  await page.locator("#carat").fill("1,05");
  for (const id of ["cut-Very-Good", "color-G", "clarity-SI1"]) await page.locator(`label[for=${id}]`).click();
  const answer = await predicted({ carat: 1.05, cut: "Very Good", color: "G", clarity: "SI1" });
  await says(page, ".price", usd(answer.predicted_value, "it"));
  await says(page, "h2", "Perché questo prezzo");
  await says(page, "section:has(#assumed-title) li", "Profondità");
  await page.locator("#language").selectOption("en");
  await says(page, ".price", usd(answer.predicted_value));
  assert.equal(await page.locator("#carat").inputValue(), "1,05");
  await page.reload();
  await says(page, "h2", "Why this price");  // the choice is kept
  await closePage(page);
});

test("the operator finds the report on the model in service", async () => {
  const page = await open("/#operator");
  await page.getByRole("link", { name: "Report" }).click();
  await says(page, "h1", "the champion");
  assert.ok((await marks(page, "Predicted against paid", "symbol")) > 1000);
  assert.equal(await marks(page, "By cut", "rect"), 5);
  await closePage(page);
});

test("every word is there in both languages, and is said somewhere", async () => {
  const { languages } = await import("../../apps/serve/web/page/words.js");
  const { fields } = await import("../../apps/serve/web/page/stone.js");
  const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).filter((blank) => blank !== "{detail}");  // English, and not said everywhere
  const shape = (words) => Object.entries(words).flatMap(([name, text]) => (typeof text === "object" ? shape(text).map((inner) => `${name}.${inner}`) : [`${name} ${blanks(text).sort().join()}`])).sort();
  assert.deepEqual(shape(languages.it), shape(languages.en));
  const folder = new URL("../../apps/serve/web/page/", import.meta.url);
  const texts = readdirSync(folder).filter((name) => name !== "words.js").map((name) => readFileSync(new URL(name, folder), "utf8")).join();
  const byName = [...fields, "unreachable", "unavailable", "busy", "key", "forbidden", "refused"];
  for (const name of Object.keys(languages.en))
    if (!byName.includes(name)) assert.match(texts, new RegExp(`words\\.${name}\\b|data-(word|label)="${name}"`));
});

test("another language is spoken at once: of faults and troubles, too", async () => {
  const page = await open("/?lang=en&carat=abc&cut=Ideal&color=E");
  await page.locator("label[for=clarity-IF]").click();
  await says(page, "#carat-fault", "Write a number");
  await page.locator("#language").selectOption("it");
  await says(page, "#carat-fault", "Scriva un numero");
  assert.equal(new URL(page.url()).searchParams.get("lang"), null);  // the choice counts
  await page.reload();
  await says(page, "h2", "Che cosa dice il certificato");
  await page.goto(`${server.url}/?lang=constructor`);
  await says(page, ".start", "Inserisca peso");
  await closePage(page);
});

test("what is needed is said in Italian of one field and of several", async () => {
  const page = await open("/?lang=it&carat=1&cut=Ideal");
  await page.locator("#carat").press("Enter");
  await says(page, "#missing", "Ancora da inserire: colore e purezza.");
  await page.locator("label[for=color-E]").click();
  await says(page, "#missing", "Ancora da inserire: purezza.");
  await closePage(page);
});

test("English that the service says stands in no Italian sentence", async () => {
  const page = await open("/?lang=it", { mayFail: true });
  let status = 503;
  await page.route("**/predict*", (route) => route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify({ detail: "there is no model" }) }));
  await page.goto(`${server.url}/${mainStone}&lang=it`);
  await says(page, "#trouble", "Il servizio ora non può rispondere. La domanda viene ripetuta");
  assert.doesNotMatch(await page.locator("#trouble").textContent(), /model/);
  status = 422;
  await page.reload();
  await says(page, "#trouble", "In inglese dice: there is no model.");
  await closePage(page);
});

test("a browser that keeps nothing shows the page all the same", async () => {
  const context = await browser.newContext({ locale: "en-US" });
  await context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get: () => { throw new DOMException("no", "SecurityError"); } });
  });
  const page = await context.newPage();
  await page.goto(`${server.url}/${mainStone}`);
  await says(page, ".price", "$");
  await page.locator("#language").selectOption("it");
  await says(page, "h2", "Prezzo");
  await context.close();
});

test("a link that was copied after the skip link shows the price, and is rid of it", async () => {
  const page = await open(`/${mainStone}#content`);
  await says(page, ".price", "$");
  assert.equal(new URL(page.url()).hash, "");
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "content" && location.hash === "");
  await says(page, ".price", "$");
  await closePage(page);
});

test("a price is shown without the stones like it, where these cannot be had", async () => {
  const page = await open("/", { mayFail: true });
  await page.route("**/similar", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto(`${server.url}/${mainStone}`);
  await says(page, ".price", "$");
  await says(page, ".appraisal", "Similar stones cannot be shown now.");
  await closePage(page);
});

test("an answer that breaks off is one that did not come", async () => {
  const page = await open("/", { mayFail: true });
  let isBroken = true;
  await page.route("**/predict*", (route) => (isBroken ? route.fulfill({ contentType: "application/json", body: '{"predicted' }) : route.continue()));
  await page.goto(`${server.url}/${mainStone}`);
  await says(page, "#trouble", "cannot be reached");
  isBroken = false;
  await says(page, ".price", "$");
  await closePage(page);
});

test("a way through the views keeps the stone that stands in the form", async () => {
  const page = await open(`/${mainStone}`);
  await says(page, ".price", "$");
  await page.getByRole("link", { name: "Operator" }).click();
  await page.getByRole("link", { name: "Stone" }).click();
  await page.locator("#carat").fill("2");
  await page.keyboard.press("Enter");
  const two = usd((await predicted({ carat: 2, cut: "Ideal", color: "E", clarity: "VVS1" })).predicted_value);
  await says(page, ".price", two);
  await page.goBack();
  await page.goBack();
  await says(page, ".price", two);
  assert.equal(new URL(page.url()).searchParams.get("carat"), "2");
  await closePage(page);
});

test("the operator's view can be skipped into, and looks at nothing any more once it is left", async () => {
  const page = await open("/#operator");
  await page.locator(".drift svg").waitFor();
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "content");
  assert.ok(await page.locator("#operator").isVisible());
  await page.waitForFunction(() => location.hash === "#operator");
  const looked = page.waitForRequest("**/metrics");  // the next one; it is left before the answer comes
  await page.route("**/metrics", async (route) => {
    await page.getByRole("link", { name: "Stone" }).click();
    await route.continue();
  });
  await looked;
  await page.locator("#stone").waitFor();
  let more = 0;
  page.on("request", () => ++more);
  await page.waitForTimeout(6000);  // longer than between two looks
  assert.equal(more, 0);
  await closePage(page);
});

test("the service goes away and comes back: the page says so, and asks again by itself", async (t) => {
  const own = await ownServer(t);
  const page = await openPage(browser, `${own.url}/${mainStone}`, { mayFail: true });
  await says(page, ".price", "$");
  await page.locator("figure svg").nth(1).waitFor();
  await own.stop();
  await page.locator("label[for=color-J]").click();
  await says(page, "#trouble", "cannot be reached");
  assert.equal(await page.locator(".price").count(), 0);  // which was another stone's
  await own.startAgain();
  const asked = { carat: 1, cut: "Ideal", color: "J", clarity: "VVS1" };
  await says(page, ".price", usd((await predicted(asked)).predicted_value));
  assert.ok(await page.locator("#trouble").isHidden());
  await closePage(page);
});

test("where keys are given out, the page asks for one, and goes on with it", async (t) => {
  const own = await ownServer(t, "--api-keys", DIAMOND_KEYS);
  const page = await openPage(browser, `${own.url}/${mainStone}`, { mayFail: true });
  await says(page, "#key-reason", "asks for a key");
  await page.locator("#key-text").fill("dk_no–body");  // no header can hold this dash
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("#key-text").evaluate((input) => input.validity.patternMismatch));
  await page.locator("#key-text").fill("dk_nobodys");
  await page.keyboard.press("Enter");
  await says(page, "#key-reason", "This key does not open this");
  await page.locator("#key-text").fill(DIAMOND_KEY);
  await page.keyboard.press("Enter");
  await says(page, ".price", "$");
  await page.reload();
  await says(page, ".price", "$");  // kept until the browser is closed
  await closePage(page);
});

test("the operator sees models, traffic, drift and the latest requests", async () => {
  const page = await open(`/${address}`);
  await says(page, ".price", "$");
  await page.getByRole("link", { name: "Operator" }).click();
  const models = await (await fetch(`${server.url}/models`)).json();
  await says(page, ".champion .id", models.find((model) => model.champion).id);
  assert.equal(await marks(page, "Models", "symbol"), models.length + 1);  // the one in service is ringed
  assert.equal(await page.locator(".history tbody tr").count(), models.length);
  assert.equal(await page.locator(".history tr.chosen").count(), 1);
  assert.equal(await marks(page, "Drift", "rect"), 9);
  await says(page, ".latest tbody tr", "POST /predict");
  await says(page, ".traffic .facts", "Answers");
  await page.locator(".traffic svg").waitFor();  // after two more looks
  await page.goBack();
  await says(page, ".price", "$");
  await closePage(page);
});

test("the latest requests are those of all endpoints that give prices or stones, newest first", async (t) => {
  const own = await ownServer(t);
  const main = { carat: 1, cut: "Ideal", color: "E", clarity: "VVS1" };
  const inputs = Object.entries(main).map(([name, value]) => ({ name, shape: [1], datatype: name === "carat" ? "FP64" : "BYTES", data: [value] }));
  const requests = [["/predict", main], ["/similar", main], ["/predict/batch", { diamonds: [main] }], ["/v2/models/diamond/infer", { inputs }],
                    ["/samples", { cut: "Ideal", color: "E", clarity: "VS2", weight: 0.7 }]];
  for (const [path, body] of requests)
    assert.ok((await fetch(own.url + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).ok, path);
  const page = await openPage(browser, `${own.url}/#operator`);
  await says(page, ".latest tbody tr", "POST /samples");
  const rows = await page.locator(".latest tbody tr").allInnerTexts();
  assert.deepEqual(rows.map((row) => row.match(/POST (\S+)/)[1]), requests.map(([path]) => path).reverse());
  await closePage(page);
});

test("of a model without a figure a dash is shown, and no point", async () => {
  const models = await (await fetch(`${server.url}/models`)).json();
  const champion = models.find((model) => model.champion);
  delete champion.metrics.mae;
  delete champion.metrics.r2;
  const page = await open();
  await page.route("**/models", (route) => route.fulfill({ json: models }));
  await page.goto(`${server.url}/#operator`);
  await says(page, ".champion .id", champion.id);
  assert.equal(await marks(page, "Models", "symbol"), models.length - 1);  // and no ring
  const cells = await page.locator(".history tr.chosen td").allInnerTexts();
  assert.equal(cells.filter((cell) => cell === "–").length, 2);
  assert.doesNotMatch(await page.locator("#operator").innerText(), /NaN/);
  await closePage(page);
});

test("axe-core finds nothing, in either view, light and dark, wide and narrow", async () => {
  for (const colorScheme of ["light", "dark"])
    for (const width of [320, 1280]) {
      const page = await open(`/?${new URLSearchParams({ ...stone, x: 65 })}`, { colorScheme, viewport: { width, height: 800 } });
      await says(page, ".check li", "decimal point");
      await page.locator("figure svg").nth(1).waitFor();
      assert.deepEqual(await accessibilityFaults(page), [], `stone, ${colorScheme}, ${width}`);
      await page.goto(`${server.url}/#operator`);
      await page.locator(".drift svg").waitFor();
      assert.deepEqual(await accessibilityFaults(page), [], `operator, ${colorScheme}, ${width}`);
      await closePage(page);
    }
});

test("nothing stands out of the page at 320 px", async () => {
  for (const path of [`/?${new URLSearchParams({ ...stone, x: 65 })}`, "/?lang=it", `/${mainStone}&lang=it`, "/?lang=it#operator"]) {
    const page = await open(path, { viewport: { width: 320, height: 640 } });
    await page.locator(path.includes("carat") ? "figure svg" : path.includes("#") ? ".drift svg" : ".start").first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path);
    await closePage(page);
  }
});

test("what is printed for the customer is one page", async () => {
  for (const path of [`/${address}`, `/${mainStone}&lang=it`]) {
    const page = await open(path);
    await page.locator("figure svg").nth(1).waitFor();
    for (const format of ["A4", "Letter"]) {
      const pdf = (await page.pdf({ format })).toString("latin1");
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, `${path}, ${format}`);
    }
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".printed").isVisible());
    assert.ok(await page.locator("#stone-form").isHidden());
    await closePage(page);
  }
});

test("a web developer's first page, as the documentation has it, shows a price and names what is wrong", async (t) => {
  const text = readFileSync(new URL("../../docs/web-developer.md", import.meta.url), "utf8");
  const [, html] = text.match(/^```html\n(.*?)^```$/ms);
  const shop = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(html.replaceAll("http://127.0.0.1:8000", own.url)));
  t.after(() => shop.close());
  await new Promise((done) => shop.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${shop.address().port}`;
  const own = await ownServer(t, "--cors-origin", origin);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${origin}/price.html`);
  await page.getByRole("button").click();
  await says(page, "output", "USD, most likely between");
  await page.locator("[name=carat]").fill("-1");
  await page.getByRole("button").click();
  await says(page, "output", "carat: ");
  await page.context().close();
});

test("the page may run and load nothing but its own", async () => {
  const answer = await fetch(`${server.url}/`);
  const policy = answer.headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  const page = await open();
  const stopped = await page.evaluate(async () => {
    const told = new Promise((done) => document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective), { once: true }));
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
    return [await told, window.ran];
  });
  assert.deepEqual(stopped, ["script-src-elem", undefined]);
  page.faults.length = 0;  // which was meant
  await closePage(page);
});
