// What an officer can say to an order, and what is next.

import type { DutyOrder } from "./types";

export interface Answer {
  word: string;
  label: string;
  /** What is asked before it is sent; without it one tap is enough. */
  asks?: "evidence" | "request" | "result" | "refusal" | "whistle";
  /** What its body says beside the time. */
  body?: Record<string, unknown>;
  /** Where it goes instead of the order's own door; its body says no time there. */
  path?: string;
}

export const ANSWERS: Record<string, Answer> = {
  acknowledge: { word: "acknowledge", label: "签收" },
  accept: { word: "accept", label: "受理" },
  "first-contact": { word: "first-contact", label: "首次联系" },
  arrive: { word: "arrive", label: "到场", asks: "evidence" },
  resolve: { word: "resolve", label: "办结", asks: "result" },
  reply: { word: "reply", label: "答复" },
  report: { word: "report", label: "报告进展" },
};

export const ASK: Answer = { word: "", label: "请示", asks: "request" };
export const RESUME: Answer = { word: "resume", label: "恢复计时" };
export const REQUESTS: Record<string, string> = { suspend: "中止计时", extend: "延期", set_deadline: "批示时限", correct: "更正", late_entry: "补录", return: "退单", ruling: "裁定", park: "挂账" };

export const STATES: Record<string, string> = {
  sent: "已派发",
  delivered: "已送达",
  undelivered: "未送达",
  acknowledged: "已签收",
  accepted: "已受理",
  arrived: "已到场",
  resolved: "已办结",
  replied: "已答复",
  returned: "已退单",
  withdrawn: "已撤回",
  folded: "已并单",
};
export const RESULTS: Record<string, string> = {
  solved: "解决",
  partly_solved: "部分解决",
  explained: "解释说明",
  guided: "依法导引",
  not_accepted: "不予受理",
  withdrawn: "撤回",
  duplicate: "重复",
  parked: "挂账",
};
/** What a unit says that a town has whistled for and that does not come. */
export const DECLINE: Answer = { word: "decline", label: "不能到场", asks: "refusal" };
/** What a town signs for a unit that it has whistled for. */
export const RATINGS: Record<string, string> = { in_time: "到场及时", late: "到场迟到", unsolved: "到场未解决", absent: "未到场" };
export const REFUSALS: Record<string, string> = { not_our_duty: "不属本单位职责", no_hands: "人手不足", cannot_come: "无法到场" };
export const JOINT_KINDS: Record<string, string> = { whistle: "吹哨报到", meeting: "联席会议", inspection: "联合检查" };
export const TASKS: Record<string, string> = { act: "处置", inspect: "检查", correct: "整改", explain: "书面说明", watch: "值守看护" };
export const ARRIVALS: Record<string, string> = { claimed: "到场自报", confirmed: "到场已核实" };

const NEXT: Record<string, string[]> = {
  sent: ["acknowledge", "accept"],
  undelivered: ["acknowledge", "accept"],
  delivered: ["acknowledge", "accept"],
  acknowledged: ["accept", "arrive", "resolve"],
  accepted: ["arrive", "resolve"],
  arrived: ["resolve", "reply"],
  resolved: ["reply"],
};

const REPORTED = ["initial_report", "follow_up_report", "final_report", "periodic"];

/** The answers that are possible now, the next one first; none once the order is answered for good. */
export function nextAnswers(order: DutyOrder): Answer[] {
  const has = (kind: string): boolean => order.clocks.length === 0 || order.clocks.some((clock) => clock.kind === kind);
  const words = (NEXT[order.state] ?? []).filter((word) => word !== "arrive" || has("arrive"));
  const contact = words.length > 0 && order.first_contact_at === null && order.clocks.some((clock) => clock.kind === "first_contact" && clock.state !== "met");
  const report = order.state !== "sent" && order.clocks.some((clock) => REPORTED.includes(clock.kind) && clock.ended_at === null);
  const answers = [...words, ...(contact ? ["first-contact"] : []), ...(report ? ["report"] : [])].map((word) => ANSWERS[word]!);
  if (words.includes("arrive") && order.joint?.kind === "whistle" && !order.declined) answers.push(DECLINE);
  const stage = words.includes("resolve") ? nextStage(order) : undefined;
  return stage === undefined ? answers : [stage, ...answers];
}

/** That the next stage of a staged order is done, by the stage's own name. */
function nextStage(order: DutyOrder): Answer | undefined {
  const next = order.stages?.find((stage) => stage.done_at === null);
  return next === undefined ? undefined : { word: "stage", label: next.name, body: { stage: next.stage } };
}
