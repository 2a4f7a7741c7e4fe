// One screen on the page: its picture, what is on air and why, and how the gate is.
// Everything a gate says is set as text, never as markup.

import { deadline, moment, span } from "./times.js";
import { language, pick, say, sayCode, translate } from "./words.js";
import { Wall } from "./wall.js";

export class Card {
  #fields;
  #wall;
  #pictureAt = null;

  constructor(screen) {
    const template = document.getElementById("card");
    this.root = template.content.firstElementChild.cloneNode(true);
    this.#fields = Object.fromEntries(
      [...this.root.querySelectorAll("[data-field]")].map((field) => [field.dataset.field, field]),
    );
    this.#wall = new Wall(this.#fields.wall, screen.size);
    this.#fields.gate.id = `gate-${screen.screen}`;
    this.root.setAttribute("aria-labelledby", this.#fields.gate.id);
    translate(this.root);
  }

  /** Takes the newest picture that the gate presented. */
  show(frame) {
    this.#pictureAt = frame.at;
    this.#wall.show(frame.url);
  }

  /** Writes what is known of `screen`. `now` is the server's time; `linked` says whether it is still fresh. */
  update(screen, now, linked, age) {
    const online = screen.connection.state === "online";
    const moving = { now, zone: screen.time_zone, live: online && linked, linked, age };
    this.root.dataset.lamp = linked ? screen.lamp : "unknown";
    this.root.dataset.why = screen.on_air?.why ?? "";
    this.root.classList.toggle("dimmed", !moving.live);

    this.#write("gate", pick(screen.gate) ?? screen.screen);
    this.#write("about", about(screen));
    this.#writeState(screen, moving);
    this.#writeOnAir(screen, moving);
    this.#writeGate(screen, moving);
    this.#writeTechnical(screen, moving);
  }

  #writeState(screen, { now, zone, live, linked }) {
    const { lamp, problems, stale } = this.#fields;
    lamp.setAttribute("href", `#lamp-${this.root.dataset.lamp}`);
    const word = sayCode("lamp", screen.lamp);
    this.#write("word", linked ? word : say("lamp.last", { word }));
    const sentences = screen.problems.map((code) => sayCode("problem", code));
    if (sentences.join("\n") !== [...problems.children].map((line) => line.textContent).join("\n")) {
      problems.replaceChildren(...sentences.map((sentence) => {
        const line = document.createElement("li");
        line.textContent = sentence;
        return line;
      }));
    }
    problems.hidden = sentences.length === 0;
    stale.hidden = live || this.#pictureAt === null;
    this.#write("stale", stale.hidden ? "" : say("picture.last", { time: moment(this.#pictureAt, now, zone) }));
  }

  #writeOnAir(screen, { now, zone, live }) {
    const air = screen.on_air;
    const { facts, unknown, progress } = this.#fields;
    this.#wall.describe(description(screen));
    this.#write("heading", say(live || !air ? "on-air.heading" : "on-air.reported"));
    facts.hidden = !air;
    unknown.hidden = Boolean(air);
    progress.classList.toggle("idle", !air || !live);
    if (!air) return;

    const none = air.why === "blackout" ? "on-air.blackout" : "on-air.safe-page";
    this.#write("item", air.item ?? say(none));
    this.#write("playlist", air.item ? air.playlist ?? say("none") : say("none"));
    this.#write("language", air.item ? spoken(air.language) : say("none"));
    this.#write("since", moment(air.since, now, zone));
    const cutOff = air.why === "blackout" || air.why === "safe-page";
    this.#write("until", cutOff ? say("until.lifted") : (live ? deadline : moment)(air.until, now, zone));
    this.#write("why", sayCode("why", air.why));
    const share = (now - Date.parse(air.since)) / (Date.parse(air.until) - Date.parse(air.since));
    progress.value = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  }

  #writeGate(screen, { now, zone }) {
    const { state, since } = screen.connection;
    const word = sayCode("connection", state);
    this.#write("connection", since ? say("since", { state: word, time: moment(since, now, zone) }) : word);
    this.#write("bundle", content(screen));
    const keyring = screen.keyring;
    this.#write("keyring", keyring ? say("bundle.version", { version: keyring.version }) : say("none"));
    const clock = screen.clock;
    this.#write("clock", clock
      ? say("clock.judged", { trust: sayCode("trust", clock.trust), source: sayCode("source", clock.source) })
      : say("none"));
    const { total, last } = screen.refused;
    this.#write("refused", last
      ? say("refused.last", { n: total, time: moment(last.at, now, zone), reason: sayCode("reason", last.reason) })
      : total > 0 ? say("refused.count", { n: total }) : say("refused.none"));
  }

  #writeTechnical(screen, { now, zone, live, age }) {
    const { agent, clock, health_age_ms: heard } = screen;
    const reported = heard === null ? null : heard + age;
    this.#write("report", reported === null ? say("none") : say("ago", { time: span(reported) }));
    this.#write("agent", agent ? agent.version : say("none"));
    this.#write("uptime", agent ? span(agent.uptime_ms + (live ? reported ?? 0 : 0)) : say("none"));
    this.#write("memory", agent?.memory_bytes ? megabytes(agent.memory_bytes) : say("none"));
    this.#write("connections", agent ? String(agent.connections) : say("none"));
    this.#write("output", agent ? say("output.counts", {
      kind: sayCode("output", agent.output.kind), frames: number(agent.output.frames), errors: number(agent.output.errors),
    }) : say("none"));
    const disk = agent?.storage;
    const damage = [disk?.detail, disk?.damaged].filter(Boolean).join("; ");
    this.#write("disk", disk ? sayCode("disk", disk.state) + (damage ? ` (${damage})` : "") : say("none"));
    this.#write("last-error", agent?.output.last_error ?? say("none"));
    this.#write("floor", clock ? moment(clock.floor, now, zone) : say("none"));
    this.#write("refusal-detail", screen.refused.last?.detail ?? say("none"));
    this.#write("frame-at", screen.on_air ? moment(screen.on_air.frame.at, now, zone) : say("none"));
    this.#writeCode("frame", screen.on_air?.frame.digest);
    this.#writeCode("bundle-digest", screen.bundle?.digest);
    this.#writeCode("boot", screen.connection.boot);
  }

  // Only what has changed, so that a selection to copy is not lost every second.
  #write(field, text) {
    const element = this.#fields[field];
    if (element.textContent !== text) element.textContent = text;
  }

  // The style shows the first twelve digits; selecting takes all of them.
  #writeCode(field, code) {
    this.#write(field, code ?? say("none"));
    this.#fields[field].title = code ?? "";
  }
}

function about(screen) {
  const { width, height } = screen.size;
  const languages = screen.languages.map((code) => sayCode("language", code)).join(", ");
  return say("about", { screen: screen.screen, width, height, languages });
}

function spoken(codes) {
  if (codes === "") return say("on-air.wordless");
  return codes.split("+").map((code) => sayCode("language", code)).join(" + ");
}

function description(screen) {
  const air = screen.on_air;
  const gate = pick(screen.gate) ?? screen.screen;
  if (!air?.item) return say("picture.gate", { gate });
  return say("picture.item", { gate, item: air.item, playlist: air.playlist ?? "", language: spoken(air.language) });
}

function content(screen) {
  const has = screen.bundle ? say("bundle.version", { version: screen.bundle.version }) : say("bundle.none");
  const waits = screen.wanted && screen.wanted.digest !== screen.bundle?.digest;
  return waits ? say("bundle.waiting", { has, version: screen.wanted.version }) : has;
}

function megabytes(bytes) {
  return `${number(bytes / 1e6)} MB`;
}

function number(value) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(value);
}
