// What the reading door sends, as `streams/wall/duty/orders.py` makes it. Instants are milliseconds.

import type { Clock, Urgency } from "../types";

export type TimeUnit = "minute" | "hour" | "office_hour" | "office_day" | "natural_day" | "month";
export type Span = [opensAt: number, closesAt: number];

export interface DutyClock extends Omit<Clock, "kind" | "state"> {
  kind: string;
  state: string;
  limit: { amount: number; unit: TimeUnit; calendar: string; document: string };
  /** The opening hours until the deadline of a clock in office time; null where they are not known. */
  open?: Span[] | null;
  open_a_day?: number | null;
  /** When it is suspended. */
  paused?: Span[];
}

export interface DutyRequest {
  request_no: string;
  request: string;
  reason_name: string;
  state: string;
  approver_name: string;
}

/** A whistle (吹哨) of the order's own unit. */
export interface DutyWhistle {
  whistle_no: string;
  state: string;
  obstacle: string | null;
  called: { unit: string; unit_name: string; state: string; refusal: string | null; rating: string | null }[];
}

export interface DutyOrder {
  order_no: string;
  matter_no: string;
  incident_class: string;
  urgency: Urgency;
  region: string;
  opened_at: number;
  as_of: number;
  /** Made up: nothing has happened. */
  exercise?: boolean;
  /** Its region is the district alone; where it is, is asked for under a receipt. */
  confidential?: boolean;
  unit: string;
  unit_name: string;
  role: string;
  state: string;
  first_contact_at: number | null;
  reported_at: number | null;
  parked_until_at: number | null;
  letter: boolean;
  arrival?: string | null;
  /** Where it comes of a whistle or a meeting. */
  joint?: { kind: string; number: string; called_by_name: string; task: string | null } | null;
  /** It has said that it does not come. */
  declined?: boolean;
  clocks: DutyClock[];
  stages?: { stage: string; name: string; done_at: number | null }[];
  /** Whose shift has begun, and until when it has to sign for this order. */
  handover?: { shift: string; sign_until_at: number } | null;
  suspensions: { from_at: number; until_at: number }[];
  requests: DutyRequest[];
  others: { unit_name: string; state: string }[];
  whistles?: DutyWhistle[];
}

export interface Inbox {
  last_event_id: string;
  now: number;
  orders: Record<string, DutyOrder>;
}

