// What the desk's door sends, as `streams/wall/desk/waiting.py` makes it. Instants are milliseconds.

import type { TimeUnit } from "../duty/types";
import type { Incident, Urgency } from "../types";

export interface Telling {
  system: string;
  record_no: string;
  incident_class: string;
  urgency: Urgency;
  region: string;
  words: string[];
  occurred_at: number;
  closed: boolean;
}

/** One of two incidents that may be one; of one that is not known here there is its number alone. */
export type Side = { incident_no: string; told: Telling[] } & (
  | { known: false }
  | ({ known: true; confidential: boolean } & Omit<Incident, "as_of" | "origin" | "matter_no" | "suspected">)
);

export interface Review {
  incident_no: string;
  other_no: string;
  opened_at: number;
  due_at: number;
  probability: number;
  reasons: { name: string; points: number }[];
  sides: [Side, Side];
}

/** What is told of the matter that something waits on. */
export interface OfMatter {
  matter_no: string;
  incident_class: string;
  urgency: Urgency;
  region: string;
  opened_at: number;
  exercise: boolean;
  confidential: boolean;
}

export interface Request extends OfMatter {
  request_no: string;
  order_no: string;
  unit: string;
  unit_name: string;
  request: string;
  reason_name: string;
  kinds: string[];
  until_at: number | null;
  amount: number | null;
  document: string;
  requested_at: number;
  requested_post: string;
  decide_until_at: number | null;
  tells_requester: boolean;
  /** Those that it concerns; `unit` is the unit of time that they are counted in. */
  clocks: { kind: string; stage_name: string | null; due_at: number; unit: TimeUnit }[];
}

export interface Supervision extends OfMatter {
  supervision_no: string;
  order_no: string;
  unit_name: string;
  origin: string;
  state: "proposed" | "answered";
  demand: string;
  proposed_at: number;
  due_at: number | null;
  late_at: number | null;
  answered_at: number | null;
}

export interface Meeting {
  meeting_no: string;
  kind: string;
  state: "called" | "held";
  participants: { unit: string; unit_name: string; came: boolean | null }[];
  called_at: number;
  begins_at: number;
  held_at: number | null;
  obstacle: string | null;
  matters: OfMatter[];
}

/** All that waits for the officer, by section; null where his role has no say. */
export interface Waiting {
  now: number;
  /** False for a unit's leader, who has the requests of that unit alone. */
  centre: boolean;
  reviews: Review[] | null;
  requests: Request[];
  supervisions: Supervision[] | null;
  meetings: Meeting[];
}

export type Section = "reviews" | "requests" | "supervisions" | "meetings";
