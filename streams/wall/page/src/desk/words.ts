// Words, limits and distances as the officers of the centre read them.

import { countdown, dayAndTime } from "../words";
import type { Section } from "./types";

export const SECTIONS: Record<Section, string> = { reviews: "疑似重复", requests: "请示审批", supervisions: "督办单", meetings: "会议" };
export const NOTHING: Record<Section, string> = {
  reviews: "没有待定夺的疑似重复",
  requests: "没有待本岗位审批的请示",
  supervisions: "没有待签发、待销号的督办单",
  meetings: "没有本中心召集、尚待召开或议定的会议",
};
export const ORIGINS: Record<string, string> = { breach: "超时", instruction: "领导批示", repetition: "反复发生", whistle: "吹哨未到" };
export const DEMANDS: Record<string, string> = { finish: "限期办结", explain: "书面说明", correct: "限期整改" };

/** The hub's words for why it did not take what was said. */
export const REFUSED: Record<string, string> = {
  wrong_decision: "内容不符合约定：请写明理由，不得写号码、姓名",
  wrong_request: "内容不符合约定：不得写号码、姓名",
  no_such_incident: "没有这起事件",
  no_such_number: "没有这件请示",
  no_such_supervision: "没有这张督办单",
  no_such_meeting: "没有这次会议",
  idempotency_conflict: "同一次按键的内容前后不一致",
  token_expired: "登录已过期，请重新登录",
};

const EARTH_METRES = 6_371_000;
const SOON_MILLISECONDS = 5 * 60_000;

export interface Limit {
  level: "calm" | "soon" | "over";
  said: string;
}

/** How much is left of a time to decide, or how long it is over. */
export function limitOf(due: number | null, now: number): Limit {
  if (due === null) return { level: "calm", said: "" };
  const left = due - now;
  const length = Math.abs(left) >= 86_400_000 ? `${Math.floor(Math.abs(left) / 86_400_000)} 天` : countdown(left / 1000);
  if (left <= 0) return { level: "over", said: `已逾期 ${length}` };
  return { level: left <= SOON_MILLISECONDS ? "soon" : "calm", said: `还剩 ${length}` };
}

export const until = (due: number | null): string => (due === null ? "" : `${dayAndTime(due)} 前`);

interface Point {
  longitude: number | null;
  latitude: number | null;
}

/** 相距 230 米; '' where one of the two has no point. */
export function apart(one: Point, other: Point): string {
  if (one.longitude === null || one.latitude === null || other.longitude === null || other.latitude === null) return "";
  const radians = Math.PI / 180;
  const east = (other.longitude - one.longitude) * radians * Math.cos(((one.latitude + other.latitude) / 2) * radians);
  const metres = Math.hypot(east, (other.latitude - one.latitude) * radians) * EARTH_METRES;
  return metres < 1_000 ? `相距 ${Math.round(metres / 10) * 10} 米` : `相距 ${(metres / 1_000).toFixed(1)} 公里`;
}

/** A whole percentage that never rounds up to certainty, nor down to impossibility. */
export function percent(probability: number): string {
  const whole = Math.round(probability * 100);
  return whole > 0 && whole < 100 ? `${whole}%` : whole === 0 ? "<1%" : ">99%";
}
