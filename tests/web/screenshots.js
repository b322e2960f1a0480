// Takes the pictures of docs/images from a running service: scripts/screenshots.
//   DIAMOND_BIN: where the programs are; DIAMOND_MODELS: a history of models; node screenshots.js FOLDER
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openPage } from "./browsing.js";
import { Server } from "./serving.js";

const [folder] = process.argv.slice(2);
const pictures = [
  { name: "page.png", path: "/?carat=1.02&cut=Premium&color=F&clarity=VS1&x=6.5&y=6.46&z=4.02&depth=62&table=58", drawn: "figure svg" },
  { name: "page-narrow.png", path: "/?carat=1.02&cut=Premium&color=F&clarity=VS1&x=65&lang=it", drawn: "figure svg", colorScheme: "dark", viewport: { width: 390, height: 844 } },
  { name: "page-operator.png", path: "/#operator", drawn: ".traffic svg" },
  { name: "report.png", path: "/models/champion/report", drawn: ".chart svg", viewport: { width: 1280, height: 1500 }, fullPage: false },
];

/** So that the operator has something to see. */
async function askForSome(url) {
  const [names, ...rows] = readFileSync(new URL("../../data/diamonds.csv", import.meta.url), "utf8").trim().split("\n").map((line) => line.split(","));
  for (let i = 0; i < rows.length; i += 200) {
    const stone = Object.fromEntries(names.map((name, column) => [name, Number(rows[i][column]) || rows[i][column]]));
    await fetch(`${url}/predict`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...stone, price: undefined }) });
  }
}

const server = await Server.start(process.env.DIAMOND_MODELS);
const browser = await openBrowser();
try {
  await askForSome(server.url);
  for (const { name, path, drawn, fullPage = true, ...settings } of pictures) {
    const page = await openPage(browser, server.url + path, settings);
    await page.locator(drawn).last().waitFor();
    await page.screenshot({ path: join(folder, name), fullPage });
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.remove();
}
