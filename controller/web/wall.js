// The picture of one LED wall: the newest that the gate presented, swapped in only when it is ready to be seen.

// Who asks for less motion gets the running text as single pictures.
const REST_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 2_000 : 0;

// Below this the browser's smoothing is kinder to letters than pixels of unequal width.
const PIXELS_FROM = 2;

export class Wall {
  #root;
  #picture = null;
  #description = "";
  #wanted = null;
  #loading = false;

  constructor(root, size) {
    this.#root = root;
    // Through the object model: the page's policy forbids style attributes.
    root.style.aspectRatio = `${size.width} / ${size.height}`;
    new ResizeObserver(() => {
      const scale = (root.clientWidth * devicePixelRatio) / size.width;
      root.classList.toggle("pixels", scale >= PIXELS_FROM);
    }).observe(root);
    document.addEventListener("visibilitychange", () => this.#load());
  }

  /** Shows the picture at `url` as soon as it is loaded, unless a newer one is wanted by then. */
  show(url) {
    this.#wanted = url;
    this.#load();
  }

  /** Says in words what the picture shows. */
  describe(text) {
    this.#description = text;
    if (this.#picture && this.#picture.alt !== text) this.#picture.alt = text;
  }

  // One at a time: on a slow line every third picture is better than none.
  async #load() {
    const url = this.#wanted;
    if (this.#loading || document.hidden || url === null) return;
    this.#loading = true;
    this.#wanted = null;
    try {
      await this.#swap(url);
      await new Promise((rested) => setTimeout(rested, REST_MS));
    } catch {
      // The picture is gone or the link broke: the last one stays, and the next event brings a newer.
    }
    this.#loading = false;
    this.#load();
  }

  async #swap(url) {
    if (this.#picture?.getAttribute("src") === url) return;
    const next = new Image();
    next.src = url;
    await next.decode();
    next.alt = this.#description;
    if (this.#picture) this.#picture.replaceWith(next);
    else this.#root.prepend(next);
    this.#picture = next;
  }
}
