// The unit's orders as they change.

import { type Listener, followSigned } from "../signed/feed";
import type { DutyOrder, Inbox } from "./types";

export interface Heard extends Omit<Listener, "events"> {
  orders(inbox: Inbox): void;
  changes(changes: Record<string, DutyOrder | null>): void;
}

/** Follow until the returned function is called, or the hub no longer knows the token. */
export function follow(unit: string, token: string, heard: Heard): () => void {
  const events = {
    orders: (data: unknown) => heard.orders(data as Inbox),
    changes: (data: unknown) => heard.changes(data as Record<string, DutyOrder | null>),
  };
  return followSigned(`/v1/units/${encodeURIComponent(unit)}/orders/stream`, token, { ...heard, events });
}
