// The console page: hears the server, keeps one card per screen, and lets ages tick between two reports.

import { Card } from "./card.js";
import { listen } from "./link.js";
import { clockTime, date, weekday } from "./times.js";
import { choose, language, load, say } from "./words.js";

const TICK_MS = 1_000;

const cards = new Map();
const frames = new Map();
let status = null;
let heardAt = 0; // by performance.now(), which no one sets
let lostAt = null;
let failed = false;

await load();
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    choose(button.dataset.language);
    render();
  });
}
listen({ status: take, frame: show, lost });
setInterval(render, TICK_MS);
render();

function take(news) {
  // A newer server brings a newer page.
  if (status && status.controller !== news.controller) location.reload();
  status = news;
  heardAt = performance.now();
  lostAt = null;
  failed = false;
  arrange();
  render();
}

function show(frame) {
  frames.set(frame.screen, frame);
  cards.get(frame.screen)?.show(frame);
}

function lost() {
  failed = true;
  lostAt ??= performance.now();
  render();
}

// Cards are kept while the screens stay the same, so that an open part stays open.
function arrange() {
  const ids = status.screens.map(({ screen }) => screen);
  if (ids.join() === [...cards.keys()].join()) return;
  cards.clear();
  for (const screen of status.screens) {
    const card = new Card(screen);
    cards.set(screen.screen, card);
    if (frames.has(screen.screen)) card.show(frames.get(screen.screen));
  }
  document.getElementById("cards").replaceChildren(...[...cards.values()].map(({ root }) => root));
}

function render() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
  document.title = title();
  const linked = status !== null && lostAt === null;
  // Without the link all figures stand still at the moment it was lost.
  const age = status ? (lostAt ?? performance.now()) - heardAt : 0;
  const now = status ? Date.parse(status.at) + age : 0;
  const zone = status?.screens[0]?.time_zone;

  write("summary-words", summary(linked));
  const lamp = linked ? worst() : "unknown";
  document.getElementById("summary").dataset.lamp = lamp;
  document.querySelector("#summary use").setAttribute("href", `#lamp-${lamp}`);
  document.body.classList.toggle("lost", status !== null && !linked);
  const warning = banner(linked, now, zone);
  document.getElementById("banner").hidden = warning === "";
  write("banner", warning);
  if (!status) return;

  write("clock", linked ? `${weekday(now, zone)} ${date(now, zone)} · ${clockTime(now, zone)}` : "");
  write("versions", versions());
  document.getElementById("empty").hidden = status.screens.length > 0;
  for (const screen of status.screens) cards.get(screen.screen).update(screen, now, linked, age);
}

function summary(linked) {
  if (!status) return say("summary.connecting");
  if (!linked) return say("summary.lost");
  return say("summary.count", { fine: fine(), all: status.screens.length });
}

function banner(linked, now, zone) {
  if (!status) return failed ? say("link.never") : "";
  if (!linked) return say("link.lost", { time: clockTime(now, zone) });
  return status.broker.connected ? "" : say("broker.lost", { address: status.broker.address });
}

// A tab in the background still says that something is wrong.
function title() {
  const all = status?.screens.length ?? 0;
  const name = say("page.title");
  return fine() === all ? name : `(${fine()}/${all}) ${name}`;
}

function versions() {
  const { kind, address, connected } = status.broker;
  const broker = say(kind === "embedded" ? "broker.embedded" : "broker.other", {
    address, state: say(connected ? "broker.connected" : "broker.disconnected"),
  });
  return `${say("page.version", { version: status.controller })} · ${broker}`;
}

function fine() {
  return status?.screens.filter(({ lamp }) => lamp === "fine").length ?? 0;
}

function worst() {
  const lamps = status.screens.map(({ lamp }) => lamp);
  return ["fault", "attention", "fine"].find((lamp) => lamps.includes(lamp)) ?? "unknown";
}

function write(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}
