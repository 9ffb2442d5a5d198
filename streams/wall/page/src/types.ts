// What the gateway sends. Instants are milliseconds since the epoch, UTC.

export interface Origin {
  topic: string;
  partition: number;
  offset: number;
  caused_by: string;
}

interface Shown {
  as_of: number;
  origin: Origin;
}

export type Tier = "district" | "town" | "village" | "grid";
export type Urgency = "critical" | "urgent" | "routine";

export interface Tile extends Shown {
  region: string;
  tier: Tier;
  incident_class: string;
  open: number;
  acknowledged: number;
  overdue: number;
  /** Counted of persons: at least so many, in whole steps. A hub of an earlier version does not say. */
  at_least?: boolean;
}

export interface Incident extends Shown {
  incident_no: string;
  incident_class: string;
  urgency: Urgency;
  state: "open" | "assigned" | "in_hand" | "resolved" | "closed" | "replaced";
  region: string;
  longitude: number | null;
  latitude: number | null;
  opened_at: number;
  last_report_at: number;
  reports: number;
  systems: string[];
  matter_no: string | null;
  /** Incidents that may be the same one (疑似重复); a hub of an earlier version does not say. */
  suspected?: string[];
  /** The warning that explains it (预警归并); a hub of an earlier version does not say. */
  warning_no?: string | null;
}

export interface Clock {
  kind: "assign" | "acknowledge" | "accept" | "arrive" | "first_contact" | "resolve" | "reply" | "verify" | "phone" | "initial_report" | "follow_up_report" | "final_report" | "periodic" | "follow_up" | "stage";
  state: "running" | "met" | "breached" | "withdrawn" | "stopped" | "exempted";
  started_at: number;
  due_at: number;
  ended_at: number | null;
  stage_name?: string | null;
}

export interface Order {
  order_no: string;
  unit: string;
  unit_name: string;
  state: string;
  clocks: Clock[];
}

export interface Matter extends Shown {
  matter_no: string;
  incident_no: string;
  incident_class: string;
  urgency: Urgency;
  region: string;
  state: string;
  opened_at: number;
  /** A matter that is only made up. */
  exercise: boolean;
  orders: Order[];
  clocks: Clock[];
}

export interface Source extends Shown {
  system: string;
  hearing: "live" | "late" | "silent" | "not_heard_yet";
  hearing_since: number;
  late_at: number;
  silent_at: number;
  last_seen_at: number;
  newest_at: number;
  rows: number;
  facts: number;
  wrong: number;
  late: number;
  authorisation?: "authorised" | "suspended" | "revoked" | null;
  items: Record<string, number>;
  /** Items that no longer come with the system's rows; a hub of an earlier version does not say. */
  missing?: string[];
}

export interface Measure extends Shown {
  measure_no: string;
  measure: "level_1" | "level_2" | "level_3" | "level_4" | "outage";
  name: string;
  exercise: boolean;
  regions: string[];
  classes: string[];
  from_at: number;
  until_at: number | null;
  review_at: number | null;
  missed_reviews: number;
}

/** A warning that explains incidents; `level` 1 is the gravest. */
export interface HazardWarning extends Shown {
  warning_no: string;
  name: string;
  level: number;
  areas: string[];
  from_at: number;
  until_at: number;
  cancelled: boolean;
}

export interface Values {
  tiles: Tile;
  incidents: Incident;
  matters: Matter;
  sources: Source;
  measures: Measure;
  warnings: HazardWarning;
}

export type Kind = keyof Values;

export interface Snapshot {
  last_event_id: string;
  now: number;
  current_until: number | null;
  tiles: Record<string, Tile>;
  incidents: Record<string, Incident>;
  matters: Record<string, Matter>;
  sources: Record<string, Source>;
  measures: Record<string, Measure>;
  /** A hub of an earlier version has none. */
  warnings?: Record<string, HazardWarning>;
}

export interface Change {
  kind: Kind;
  key: string;
  value: Values[Kind] | null;
}

export interface Heartbeat {
  now: number;
  current_until: number | null;
  whole: boolean;
}

export interface Town {
  name: string;
  longitude: number;
  latitude: number;
}

export interface Names {
  city: { code: string; name: string; data_items: number };
  regions: Record<string, string>;
  towns: Record<string, Town>;
  classes: Record<string, string>;
  units: Record<string, string>;
  systems: Record<string, string>;
  requests?: RequestRule[];
  /** The units that may whistle (吹哨), by urgency. */
  whistlers?: Partial<Record<Urgency, string[]>>;
  /** The roles that decide requests of their own unit. */
  leaders?: string[];
  /** Why a word on a whistle or a meeting came to nothing. */
  joint_obstacles?: Record<string, string>;
  /** Reasons for taking two tellings for one happening or for two. */
  matching_reasons?: Record<string, string>;
}

/** What may be asked for on an order of an urgency; an extension in the unit of its clock, at most so much. */
export interface RequestRule {
  request: string;
  urgency: Urgency;
  reason: string;
  name: string;
  unit: string | null;
  kinds: string[];
  most: number;
}
