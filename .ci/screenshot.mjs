// Looks at the console with a real browser, checks what a person would notice, and takes its pictures.
//
//   node .ci/screenshot.mjs http://127.0.0.1:8080 OUTPUT-FOLDER SCREENS
//
// Takes playwright-core from the working directory's node_modules or from NODE_PATH, and the browser from CHROMIUM.

import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.cwd(), "here.js"))("playwright-core");

const PATIENCE_MS = 30_000;
// Long enough for pictures to change and come back, so that a page that polls gives itself away.
const WATCHING_MS = 5_000;

const [base, folder, count] = process.argv.slice(2);
const screens = Number(count);
if (!base || !folder || !Number.isInteger(screens) || screens < 1) {
  console.error("usage: node screenshot.mjs BASE-URL OUTPUT-FOLDER SCREENS");
  process.exit(2);
}

const faults = [];
const requests = new Map();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"],
});
try {
  await mkdir(folder, { recursive: true });
  await look();
} catch (error) {
  faults.push(error.message);
} finally {
  await browser.close();
}
for (const fault of faults) console.error(`console page: ${fault}`);
if (faults.length === 0) {
  console.log(`console page: ${screens} screens seen, ${requests.size} pictures fetched once each, no errors`);
}
process.exit(faults.length === 0 ? 0 : 1);

async function look() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  listen(page);
  await countPictures(page);
  await page.goto(base, { waitUntil: "load" });
  await picturesLoaded(page);
  await page.waitForTimeout(WATCHING_MS);

  await checkWidth(page, 1440);
  await page.screenshot({ path: join(folder, "console.png"), fullPage: true });
  await page.setViewportSize({ width: 360, height: 800 });
  await checkWidth(page, 360);
  await page.screenshot({ path: join(folder, "console-360.png"), fullPage: true });

  for (const language of ["en", "km", "vi"]) await checkLanguage(page, language);
  for (const [url, times] of requests) {
    if (times > 1) faults.push(`picture ${url} was requested ${times} times, once is enough`);
  }
}

function listen(page) {
  page.on("pageerror", (error) => faults.push(`error in the page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`error in the browser's console: ${message.text()} (${message.location().url})`);
  });
}

// Asks the browser's network log, because only that tells a request from a look into the cache.
async function countPictures(page) {
  const network = await page.context().newCDPSession(page);
  const urls = new Map();
  const add = (url, n) => requests.set(url, (requests.get(url) ?? 0) + n);
  network.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (!new URL(request.url).pathname.startsWith("/frames/")) return;
    urls.set(requestId, request.url);
    add(request.url, 1);
  });
  network.on("Network.requestServedFromCache", ({ requestId }) => {
    if (urls.has(requestId)) add(urls.get(requestId), -1);
  });
  network.on("Network.responseReceived", ({ requestId, response }) => {
    if (urls.has(requestId) && response.fromDiskCache) add(urls.get(requestId), -1);
  });
  await network.send("Network.enable");
}

async function picturesLoaded(page) {
  const loaded = (wanted) => {
    const pictures = [...document.querySelectorAll("main article img")];
    return pictures.length === wanted && pictures.every((picture) => picture.naturalWidth > 0);
  };
  await page.waitForFunction(loaded, screens).catch(async () => {
    const seen = await page.locator("main article img").count();
    throw new Error(`after ${PATIENCE_MS / 1000} s there are pictures of ${seen} screens, expected ${screens}`);
  });
}

async function checkWidth(page, width) {
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`at ${width} px the page is ${wide} px too wide`);
}

async function checkLanguage(page, language) {
  const before = await page.title();
  await page.click(`button[data-language="${language}"]`);
  const lang = await page.evaluate(() => document.documentElement.lang);
  if (lang !== language) faults.push(`after a click on ${language} the page says that its language is ${lang}`);
  if (await page.title() === before) faults.push(`after a click on ${language} the title is still “${before}”`);
  await checkWidth(page, 360);
}
