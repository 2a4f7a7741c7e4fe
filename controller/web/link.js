// The link to the server: one stream of events, opened again for as long as it takes.

// The server speaks at least every ten seconds; a line that is quiet for longer than this is dead.
const SILENCE_MS = 25_000;
const RETRY_MS = 3_000;
const CHECK_MS = 1_000;

/** Calls `on.status` and `on.frame` with what the server says, and `on.lost` when it no longer does. */
export function listen(on) {
  let source = null;
  let stirred = 0;

  const open = () => {
    source?.close();
    stirred = performance.now();
    source = new EventSource("/events");
    source.addEventListener("status", hear(on.status));
    source.addEventListener("frame", hear(on.frame));
    source.addEventListener("error", () => on.lost());
  };

  const hear = (tell) => (event) => {
    stirred = performance.now();
    tell(JSON.parse(event.data));
  };

  open();
  // The browser retries a broken line, but not one that was answered with an error or that just went quiet.
  setInterval(() => {
    const quiet = performance.now() - stirred;
    const closed = source.readyState === EventSource.CLOSED;
    if (quiet > SILENCE_MS) on.lost();
    if (quiet > (closed ? RETRY_MS : SILENCE_MS)) open();
  }, CHECK_MS);
}
