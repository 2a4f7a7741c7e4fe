// Words of the page in the language that the reader chose. Vietnamese comes first.

const LANGUAGES = ["vi", "en", "km"];
const STORED_AS = "gatesign-language";

const books = {};
let chosen = LANGUAGES[0];

/** Loads all languages at once, so that the switch also works while the server is away. */
export async function load() {
  await Promise.all(LANGUAGES.map(async (code) => {
    const answer = await fetch(`/static/languages/${code}.json`);
    books[code] = await answer.json();
  }));
  choose(remembered());
}

/** Makes `code` the language of the page. */
export function choose(code) {
  chosen = code;
  document.documentElement.lang = code;
  remember(code);
  translate(document);
}

/** The language of the page. */
export function language() {
  return chosen;
}

/** The text for `key`, with `{name}` replaced from `values`. */
export function say(key, values = {}) {
  const text = books[chosen][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The text for a code that came from outside, or the code itself where there is no word for it. */
export function sayCode(kind, code) {
  return books[chosen][`${kind}.${code}`] ?? String(code);
}

/** Out of names by language, the one for the reader. */
export function pick(names) {
  return names[chosen] ?? names.vi ?? Object.values(names)[0];
}

/** Fills in the fixed texts below `root`. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = say(element.dataset.text);
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}

// Storage may be forbidden in a browser; the page then starts in Vietnamese each time.
function remembered() {
  try {
    const code = localStorage.getItem(STORED_AS);
    return LANGUAGES.includes(code) ? code : LANGUAGES[0];
  } catch {
    return LANGUAGES[0];
  }
}

function remember(code) {
  try {
    localStorage.setItem(STORED_AS, code);
  } catch {
    // Nothing is lost but the memory of the choice.
  }
}
