// The orders of the unit, in the order in which they press, kept in this tab for a reload without network.

import type { Urgency } from "../types";
import { ENDED } from "./countdown";
import { HubClock } from "./hub-clock";
import type { DutyClock, DutyOrder, Inbox } from "./types";

const KEPT = "duty.orders";
const RANK: Record<Urgency, number> = { critical: 0, urgent: 1, routine: 2 };
/** After so long without news of the cache the orders may be old. */
const STALE_MILLISECONDS = 30_000;

export class DutyState {
  readonly clock = new HubClock();
  readonly orders = new Map<string, DutyOrder>();
  live = false;
  /** Whether the orders were ever read in this tab. */
  known = false;
  private currentUntil: number | null = null;

  constructor() {
    const kept = sessionStorage.getItem(KEPT);
    if (kept === null) return;
    for (const order of JSON.parse(kept) as DutyOrder[]) this.orders.set(order.order_no, order);
    this.known = true;
  }

  /** Everything anew; answers the numbers of orders that were not here before. */
  take(inbox: Inbox): string[] {
    const before = new Set(this.orders.keys());
    this.orders.clear();
    for (const [number, order] of Object.entries(inbox.orders)) this.orders.set(number, order);
    this.clock.set(inbox.now);
    const isFirst = !this.known;
    this.known = true;
    this.keep();
    return isFirst ? [] : [...this.orders.keys()].filter((number) => !before.has(number));
  }

  /** Some orders changed; answers the numbers of those that were not here before. */
  change(changes: Record<string, DutyOrder | null>): string[] {
    const fresh: string[] = [];
    for (const [number, order] of Object.entries(changes)) {
      if (order === null) this.orders.delete(number);
      else {
        if (!this.orders.has(number)) fresh.push(number);
        this.orders.set(number, order);
      }
    }
    this.keep();
    return fresh;
  }

  beat(beat: { now: number; current_until: number | null }): void {
    this.clock.set(beat.now);
    this.currentUntil = beat.current_until ?? this.currentUntil;
  }

  /** The hub is reached, but its orders may be old. */
  isStale(): boolean {
    return this.live && (this.currentUntil === null || this.clock.now() - this.currentUntil > STALE_MILLISECONDS);
  }

  /** Orders that still want an answer, by urgency, then by what is due first. */
  open(): DutyOrder[] {
    const open = [...this.orders.values()].filter((order) => !isDone(order));
    return open.sort((one, other) => RANK[one.urgency] - RANK[other.urgency] || dueFirst(one) - dueFirst(other));
  }

  answered(): DutyOrder[] {
    return [...this.orders.values()].filter(isDone);
  }

  private keep(): void {
    sessionStorage.setItem(KEPT, JSON.stringify([...this.orders.values()]));
  }
}

/** The clocks that still want something, the one that is due first in front. */
export function pressing(order: DutyOrder): DutyClock[] {
  const waiting = order.clocks.filter((clock) => clock.ended_at === null && ENDED[clock.state] === undefined);
  return waiting.sort((one, other) => one.due_at - other.due_at);
}

/** Answered for good: replied, and nothing is left to report. */
const isDone = (order: DutyOrder): boolean => order.state === "folded" || (order.state === "replied" && pressing(order).length === 0);

function dueFirst(order: DutyOrder): number {
  return pressing(order)[0]?.due_at ?? Infinity;
}
