// Moments and spans as people at a gate read them: 24 hours, dd/mm/yyyy, the gate's own time zone.

import { say } from "./words.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// The agent gives the end of time where nothing will change by itself.
const FOREVER = 366 * DAY;

const formats = new Map();

/** `13:30:05` */
export function clockTime(at, zone) {
  const { hour, minute, second } = parts(at, zone);
  return `${hour}:${minute}:${second}`;
}

/** `24/11/2026` */
export function date(at, zone) {
  const { day, month, year } = parts(at, zone);
  return `${day}/${month}/${year}`;
}

/** The day of the week in the reader's language; not every browser knows Khmer. */
export function weekday(at, zone) {
  const { day, month, year } = parts(at, zone);
  return say(`weekday.${new Date(Date.UTC(year, month - 1, day)).getUTCDay()}`);
}

/** A moment as short as is clear: the date only if it is not today's. */
export function moment(text, now, zone) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return say("none");
  const time = clockTime(at, zone);
  return date(at, zone) === date(now, zone) ? time : `${time} ${date(at, zone)}`;
}

/** A moment to come, with the time that remains. */
export function deadline(text, now, zone) {
  const left = Date.parse(text) - now;
  if (Number.isNaN(left) || left > FOREVER) return say("until.open");
  const until = moment(text, now, zone);
  return left < SECOND ? say("until.due", { until }) : say("until.left", { until, left: span(left) });
}

/** A length of time in its two largest units. */
export function span(milliseconds) {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE) return units([["second", ms / SECOND]]);
  if (ms < HOUR) return units([["minute", ms / MINUTE], ["second", (ms % MINUTE) / SECOND]]);
  if (ms < DAY) return units([["hour", ms / HOUR], ["minute", (ms % HOUR) / MINUTE]]);
  return units([["day", ms / DAY], ["hour", (ms % DAY) / HOUR]]);
}

function units(pairs) {
  return pairs
    .map(([unit, n]) => [unit, Math.floor(n)])
    .filter(([, n], index) => n > 0 || index === 0)
    .map(([unit, n]) => say(`unit.${unit}`, { n }))
    .join(" ");
}

function parts(at, zone) {
  return Object.fromEntries(format(zone).formatToParts(at).map(({ type, value }) => [type, value]));
}

// A formatter is dear to make, and the page asks every second.
function format(zone) {
  if (!formats.has(zone)) {
    formats.set(zone, new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }));
  }
  return formats.get(zone);
}
