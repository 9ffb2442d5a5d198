// Everything the page shows, in one place; panels only read it.

import type { Change, HazardWarning, Heartbeat, Incident, Matter, Measure, Names, Snapshot, Source, Tile } from "./types";

export type Connection = "connecting" | "live" | "lost";

/** After so long without news of the cache everything on the wall counts as stale. */
export const STALE_SECONDS = 30;

export class WallState {
  readonly tiles = new Map<string, Tile>();
  readonly incidents = new Map<string, Incident>();
  readonly matters = new Map<string, Matter>();
  readonly sources = new Map<string, Source>();
  readonly measures = new Map<string, Measure>();
  readonly warnings = new Map<string, HazardWarning>();
  connection: Connection = "connecting";
  /** Whether the cache behind the gateway is whole. */
  whole = false;
  hasSnapshot = false;
  /** Grows with every change of a value. */
  version = 0;
  /** Up to here the wall is known to hold everything that was published. */
  currentUntil: number | null = null;
  /** The region whose figures are shown. */
  focus: string;
  private clockOffset = 0;

  constructor(readonly names: Names) {
    this.focus = names.city.code;
  }

  /** The gateway's time; the screen's own clock may be wrong. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  takeSnapshot(snapshot: Snapshot): void {
    for (const kind of ["tiles", "incidents", "matters", "sources", "measures", "warnings"] as const) {
      const values = this[kind] as Map<string, unknown>;
      values.clear();
      for (const [key, value] of Object.entries(snapshot[kind] ?? {})) values.set(key, value);
    }
    this.hasSnapshot = true;
    this.version += 1;
    this.whole = true;
    this.setClock(snapshot.now);
    this.currentUntil = snapshot.current_until ?? this.currentUntil;
  }

  takeChanges(changes: Change[]): void {
    for (const { kind, key, value } of changes) {
      const values = this[kind] as Map<string, unknown>;
      if (value === null) values.delete(key);
      else values.set(key, value);
    }
    this.version += 1;
  }

  takeHeartbeat(heartbeat: Heartbeat): void {
    this.setClock(heartbeat.now);
    this.whole = heartbeat.whole;
    this.currentUntil = heartbeat.current_until ?? this.currentUntil;
  }

  /** Seconds since the wall was last known to be current; null before the first word. */
  ageSeconds(): number | null {
    return this.currentUntil === null ? null : Math.max(0, (this.now() - this.currentUntil) / 1000);
  }

  isStale(): boolean {
    const age = this.ageSeconds();
    return age === null || age > STALE_SECONDS;
  }

  tile(region: string, incidentClass = "*"): Tile | undefined {
    return this.tiles.get(`${region}|${incidentClass}`);
  }

  inFocus(region: string): boolean {
    return region.startsWith(this.focus);
  }

  private setClock(now: number): void {
    this.clockOffset = now - Date.now();
  }
}
