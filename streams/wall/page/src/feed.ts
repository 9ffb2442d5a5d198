// The connection to the gateway: the browser reconnects by itself and says what it has seen last.

import type { WallState } from "./state";
import type { Change, Heartbeat, Names, Snapshot } from "./types";

const RECONNECT_MILLISECONDS = 2_000;
/** Three heartbeats: a connection that is silent for longer is dead, though the browser may not know. */
const SILENCE_MILLISECONDS = 15_000;

export async function fetchNames(): Promise<Names> {
  const answer = await fetch("/v1/wall/names");
  if (!answer.ok) throw new Error(`names: HTTP ${answer.status}`);
  return (await answer.json()) as Names;
}

export function follow(state: WallState, changed: () => void): void {
  let stream = connect();
  let heardAt = Date.now();

  function connect(): EventSource {
    const source = new EventSource("/v1/wall/stream");
    on<Snapshot>(source, "snapshot", (snapshot) => state.takeSnapshot(snapshot));
    on<Change[]>(source, "changes", (changes) => state.takeChanges(changes));
    on<Heartbeat>(source, "heartbeat", (heartbeat) => state.takeHeartbeat(heartbeat));
    source.onerror = () => {
      state.connection = "lost";
      changed();
    };
    return source;
  }

  function on<T>(source: EventSource, name: string, take: (data: T) => void): void {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      heardAt = Date.now();
      state.connection = "live";
      take(JSON.parse(event.data) as T);
      changed();
    });
  }

  setInterval(() => {
    const silent = Date.now() - heardAt > SILENCE_MILLISECONDS;
    if (!silent && stream.readyState !== EventSource.CLOSED) return;
    state.connection = "lost";
    stream.close();
    stream = connect();
    heardAt = Date.now();
    changed();
  }, RECONNECT_MILLISECONDS);
}
