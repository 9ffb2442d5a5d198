// Words and times as officers read them.

import type { Incident, Names, Tier, Urgency } from "./types";

interface Named {
  names: Names;
}

export const URGENCIES: Record<Urgency, string> = { critical: "特急", urgent: "紧急", routine: "一般" };
export const STATES: Record<Incident["state"], string> = {
  open: "待处置",
  assigned: "已派单",
  in_hand: "处置中",
  resolved: "已办结",
  closed: "已结案",
  replaced: "已并入",
};
/** Colours of warnings by level. */
export const WARNING_LEVELS: Record<number, string> = { 1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色" };
export const CLOCKS = {
  assign: "派单", acknowledge: "签收", accept: "受理", arrive: "到场", first_contact: "首次联系", resolve: "办结", reply: "答复",
  verify: "核查",
  phone: "电话通知",
  initial_report: "初报", follow_up_report: "续报", final_report: "终报", periodic: "阶段反馈", follow_up: "函件跟进",
  stage: "阶段",
} as const;
export const CENTRE = "指挥中心";
export const TIERS: Record<Tier, string> = { district: "区县", town: "镇街", village: "村社区", grid: "网格" };

const DIGITS: [number, Tier][] = [[6, "district"], [9, "town"], [12, "village"], [15, "grid"]];
const CHINA = "Asia/Shanghai";
const TIME = new Intl.DateTimeFormat("zh-CN", {
  timeZone: CHINA, hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const DAY = new Intl.DateTimeFormat("zh-CN", {
  timeZone: CHINA, year: "numeric", month: "long", day: "numeric", weekday: "long",
});
const DAY_AND_TIME = new Intl.DateTimeFormat("zh-CN", {
  timeZone: CHINA, hour12: false, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export const timeOfDay = (instant: number): string => TIME.format(instant);
export const day = (instant: number): string => DAY.format(instant);
export const dayAndTime = (instant: number): string => DAY_AND_TIME.format(instant);

/** 7秒, 12分, 3小时, 2天: how old something is. */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}秒`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}分`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}小时`;
  return `${Math.floor(whole / 86_400)}天`;
}

/** 04:09, 1:02:03: what is left of a clock, or how far it is over. */
export function countdown(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const two = (number: number): string => String(number).padStart(2, "0");
  const minutes = two(Math.floor(whole / 60) % 60);
  const hours = Math.floor(whole / 3_600);
  return `${hours > 0 ? `${hours}:` : ""}${minutes}:${two(whole % 60)}`;
}

export function tierBelow(region: string): Tier | undefined {
  return DIGITS.find(([digits]) => digits > region.length)?.[1];
}

/** The regions from the district down to this one. */
export function path(region: string): string[] {
  return DIGITS.map(([digits]) => digits).filter((digits) => digits <= region.length).map((digits) => region.slice(0, digits));
}

/** A region's own name; what no finer place is known of counts in `…000`. */
export function regionName(state: Named, region: string): string {
  const known = state.names.regions[region];
  if (known !== undefined) return known;
  if (region.length > 6 && region.endsWith("000")) return "未定位";
  return region.length === 12 ? `村社区 ${region.slice(9)}` : region;
}

/** Town and what lies below, for a list. */
export function placeName(state: Named, region: string): string {
  const finest = path(region).slice(1).map((code) => state.names.regions[code]).filter((name) => name !== undefined).at(-1);
  return finest ?? regionName(state, region);
}

export const className = (state: Named, code: string): string => state.names.classes[code] ?? code;
export const systemName = (state: Named, code: string): string => state.names.systems[code] ?? code;
