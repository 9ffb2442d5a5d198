// Server-sent events under a token, over fetch: an EventSource cannot carry a header.

const RECONNECT_MILLISECONDS = 2_000;
/** Three heartbeats: a connection that is silent for longer is dead, though the browser may not know. */
const SILENCE_MILLISECONDS = 15_000;

export interface Beat {
  now: number;
  current_until: number | null;
  whole: boolean;
}

export interface Listener {
  /** By name of event. */
  events: Record<string, (data: unknown) => void>;
  heartbeat(beat: Beat): void;
  signedOut(reason: string): void;
  connection(live: boolean): void;
}

/** Follow until the returned function is called, or the hub no longer knows the token. */
export function followSigned(address: string, token: string, heard: Listener): () => void {
  let lastEventId = "";
  let ended = false;
  let connection = new AbortController();
  let heardAt = performance.now();

  async function run(): Promise<void> {
    while (!ended) {
      connection = new AbortController();
      heardAt = performance.now();
      try {
        await listen(connection.signal);
      } catch {
        // Whatever went wrong, the next try tells.
      }
      if (ended) return;
      heard.connection(false);
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MILLISECONDS));
    }
  }

  async function listen(signal: AbortSignal): Promise<void> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
    if (lastEventId !== "") headers["Last-Event-ID"] = lastEventId;
    const answer = await fetch(address, { headers, signal, cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) {
      ended = true;
      heard.signedOut(((await answer.json()) as { type: string }).type.split(":").at(-1) ?? "");
      return;
    }
    if (!answer.ok || answer.body === null) return;
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (;;) {
      const { value, done } = await lines.read();
      if (done) return;
      waiting += value;
      const events = waiting.split("\n\n");
      waiting = events.pop() ?? "";
      for (const event of events) take(event);
    }
  }

  function take(event: string): void {
    const fields = new Map(event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
    const data: unknown = JSON.parse(fields.get("data") ?? "null");
    heardAt = performance.now();
    heard.connection(true);
    const name = fields.get("event") ?? "";
    if (name === "heartbeat") heard.heartbeat(data as Beat);
    else if (name === "signed_out") {
      ended = true;
      heard.signedOut((data as { reason: string }).reason);
    } else heard.events[name]?.(data);
    lastEventId = fields.get("id") ?? lastEventId;
  }

  const watch = setInterval(() => {
    if (performance.now() - heardAt > SILENCE_MILLISECONDS) connection.abort();
  }, RECONNECT_MILLISECONDS);
  const lost = (): void => connection.abort();
  window.addEventListener("offline", lost);
  void run();
  return () => {
    ended = true;
    clearInterval(watch);
    window.removeEventListener("offline", lost);
    connection.abort();
  };
}
