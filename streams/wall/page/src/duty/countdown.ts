// What is left of a clock, in the clock's own unit of time. Office time is added up of the spans that the hub sent.

import { countdown, dayAndTime } from "../words";
import type { DutyClock, Span } from "./types";

const HOUR = 3_600_000;
const DAY = 86_400_000;
export const UNITS: Record<DutyClock["limit"]["unit"], string> = {
  minute: "分钟", hour: "小时", office_hour: "工作小时", office_day: "工作日", natural_day: "天", month: "个月",
};
const TIME = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hour12: false, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
});

export type Level = "calm" | "soon" | "over" | "held" | "done";

export interface Told {
  level: Level;
  /** The figure, such as 04:09 or 2 工作日 3 小时. */
  left: string;
  /** What the figure means, and until when. */
  note: string;
}

/** Clocks that want nothing any more, in the words of the listings. */
export const ENDED: Record<string, string> = { met: "按时", withdrawn: "超时已撤销", exempted: "已豁免", stopped: "未超时,已停止" };

/** How much is left in the clock's own time, in milliseconds; undefined where that cannot be known. */
export function leftOf(clock: DutyClock, now: number): number | undefined {
  if (clock.open === undefined) return clock.due_at - now - within(clock.paused ?? [], now);
  return clock.open === null ? undefined : within(clock.open, now);
}

/** How much of the spans is still to come. */
const within = (spans: Span[], now: number): number => spans.reduce((sum, [begins, ends]) => sum + Math.max(0, ends - Math.max(begins, now)), 0);

export function told(clock: DutyClock, now: number): Told {
  const until = `${TIME.format(clock.due_at)} 截止`;
  const ended = ENDED[clock.state];
  if (ended !== undefined) return { level: "done", left: ended, note: "" };
  if (clock.state === "breached" && clock.ended_at !== null) return { level: "done", left: "超时", note: until };
  if (clock.state === "breached" || now >= clock.due_at) return { level: "over", left: spoken(now - clock.due_at), note: until };
  const left = leftOf(clock, now);
  if (left === undefined) return { level: "calm", left: TIME.format(clock.due_at), note: `截止（时限 ${limit(clock)}）` };
  const paused = clock.paused?.find(([begins, ends]) => begins <= now && now < ends);
  if (paused !== undefined) return { level: "held", left: inOwnUnit(clock, left), note: `中止计时，${TIME.format(paused[1])} 起继续` };
  const level = left <= total(clock, left) / 4 ? "soon" : "calm";
  return { level, left: inOwnUnit(clock, left), note: [until, pause(clock.open, now)].filter(Boolean).join("，") };
}

export const limit = (clock: DutyClock): string => `${clock.limit.amount} ${UNITS[clock.limit.unit]}`;

/** A deadline in full, for the small print. */
export const deadline = (clock: DutyClock): string => dayAndTime(clock.due_at);

/** Office time stands still now: until when. */
function pause(open: Span[] | null | undefined, now: number): string {
  const next = open?.find(([, closesAt]) => closesAt > now);
  return next === undefined || next[0] <= now ? "" : `现在不计时，${TIME.format(next[0])} 起继续`;
}

function total(clock: DutyClock, left: number): number {
  if (clock.open !== undefined && clock.open !== null) return Math.max(left, leftOf(clock, clock.started_at) ?? left);
  return clock.due_at - clock.started_at;
}

function inOwnUnit(clock: DutyClock, left: number): string {
  switch (clock.limit.unit) {
    case "minute":
    case "hour":
      return spoken(left);
    case "office_hour":
      return `${hours(left)}（工作时间）`;
    case "office_day":
      return days(left, clock.open_a_day ?? DAY, "工作日");
    default:
      return days(left, DAY, "天");
  }
}

/** 04:09 below an hour, 3:12:05 below a day, then days. */
function spoken(milliseconds: number): string {
  return milliseconds < DAY ? countdown(milliseconds / 1000) : days(milliseconds, DAY, "天");
}

function days(milliseconds: number, dayMilliseconds: number, unit: string): string {
  const whole = Math.floor(milliseconds / dayMilliseconds);
  const rest = hours(milliseconds - whole * dayMilliseconds);
  return whole === 0 ? `${rest}${unit === "工作日" ? "（工作时间）" : ""}` : `${whole} ${unit === "天" ? "" : "个"}${unit} ${rest}`;
}

function hours(milliseconds: number): string {
  const whole = Math.floor(milliseconds / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / 60_000);
  return whole === 0 ? `${minutes} 分` : `${whole} 小时 ${minutes} 分`;
}
