// One order on the page: what and where, its most pressing clock, what can be said, and what became of what was said.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Names } from "../types";
import { className, CLOCKS, dayAndTime, placeName, timeOfDay, URGENCIES } from "../words";
import { type Answer, ARRIVALS, ASK, JOINT_KINDS, nextAnswers, REQUESTS, RESUME, STATES, TASKS } from "./answers";
import { deadline, ENDED, limit, told } from "./countdown";
import type { Asked } from "./contents";
import { askable } from "./request-sheet";
import { pressing } from "./state";
import { isAwaited, type Tap } from "./taps";
import type { DutyClock, DutyOrder, DutyRequest } from "./types";
import { mayWhistle, whistle, whistles } from "./whistle";

export interface CardDoings {
  say(order: DutyOrder, answer: Answer): void;
  drop(tap: Tap): void;
  read(order: DutyOrder): void;
}

const kindName = (clock: DutyClock): string => clock.stage_name ?? (CLOCKS as Record<string, string>)[clock.kind] ?? clock.kind;

export function card(names: Names, order: DutyOrder, taps: Tap[], content: Asked | undefined, now: number, doings: CardDoings): TemplateResult {
  const [first, ...rest] = pressing(order);
  const about = first === undefined ? undefined : told(first, now);
  return html`
    <article class="card ${order.urgency} ${about?.level ?? "calm"}" data-order=${order.order_no} aria-label=${className({ names }, order.incident_class)}>
      <header>
        <span class="urgency">${URGENCIES[order.urgency]}</span>
        ${order.exercise ? html`<span class="mark exercise">演练</span>` : nothing}
        ${order.confidential ? html`<span class="mark confidential">保密</span>` : nothing}
        <h2>${className({ names }, order.incident_class)}</h2>
        <span class="state">${STATES[order.state] ?? order.state}</span>
      </header>
      <p class="place">${placeName({ names }, order.region)}${order.role === "assist" ? " · 配合" : ""}${order.letter ? " · 协调函" : ""}${joint(order)}${arrival(order)}</p>
      ${order.confidential ? confidentialPlace(names, order, content, doings) : nothing}
      ${first === undefined || about === undefined ? nothing : html`
        <div class="clock" role="timer" aria-label=${`${kindName(first)}时限`}>
          <span class="kind">${kindName(first)}${about.level === "over" ? "已超时" : "还剩"}</span>
          <strong>${about.left}</strong>
          <span class="note">${about.note}</span>
        </div>`}
      ${rest.length === 0 ? nothing : html`<ul class="later">${rest.map((clock) => later(clock, now))}</ul>`}
      ${order.requests.slice(-3).map(requestLine)}
      ${taps.map((tap) => tapLine(tap, doings))}
      ${whistles(names, order, awaited(order, taps), (answer) => doings.say(order, answer))}
      ${buttons(names, order, taps, now, doings)}
      <details>
        <summary>工单详情</summary>
        <dl>
          <dt>工单号</dt><dd>${order.order_no}</dd>
          <dt>发生</dt><dd>${dayAndTime(order.opened_at)}</dd>
          ${order.parked_until_at == null ? nothing : html`<dt>挂账</dt><dd>${dayAndTime(order.parked_until_at)} 复核</dd>`}
          ${order.reported_at == null ? nothing : html`<dt>最近报告</dt><dd>${dayAndTime(order.reported_at)}</dd>`}
          ${order.others.length === 0 ? nothing : html`<dt>同办单位</dt><dd>${order.others.map((other) => html`${other.unit_name}（${STATES[other.state] ?? other.state}）<br />`)}</dd>`}
          ${order.clocks.map((clock) => html`<dt>${kindName(clock)}</dt><dd>${limit(clock)}，${deadline(clock)} 截止${outcome(clock)}<br /><small>${clock.limit.document}</small></dd>`)}
        </dl>
      </details>
    </article>`;
}

function confidentialPlace(names: Names, order: DutyOrder, asked: Asked | undefined, doings: CardDoings): TemplateResult {
  switch (asked?.state) {
    case "asked":
      return html`<p class="content" role="status">正在登记阅看……</p>`;
    case "shown": {
      const { region, longitude, latitude } = asked.content;
      const point = longitude === null || latitude === null ? "" : ` · ${longitude.toFixed(5)}，${latitude.toFixed(5)}`;
      return html`<p class="content" role="status">地点：${placeName({ names }, region)}${point}<small>已留痕，不得外传</small></p>`;
    }
    default:
      return html`
        <p class="content">${asked === undefined ? nothing : html`<b role="alert">${asked.said}</b>`}
          <button @click=${() => doings.read(order)}>查看地点（阅看留痕）</button></p>`;
  }
}

const joint = (order: DutyOrder): string => {
  if (order.joint == null) return "";
  const { kind, called_by_name, task } = order.joint;
  return task === null ? ` · ${called_by_name}吹哨，请到场报到` : ` · ${JOINT_KINDS[kind] ?? kind}议定：${TASKS[task] ?? task}`;
};

const arrival = (order: DutyOrder): string => (order.arrival == null ? "" : ` · ${ARRIVALS[order.arrival] ?? order.arrival}`);

function outcome(clock: DutyClock): string {
  const ended = ENDED[clock.state] ?? (clock.state === "breached" ? "超时" : "");
  return ended === "" ? "" : `，${ended}`;
}

function later(clock: DutyClock, now: number): TemplateResult {
  const about = told(clock, now);
  return html`<li class=${about.level}><span>${kindName(clock)}</span><b>${about.level === "over" ? `超时 ${about.left}` : about.left}</b></li>`;
}

function requestLine(request: DutyRequest): TemplateResult {
  const words: Record<string, string> = { waiting: `待${request.approver_name}审批`, approved: "已批准", refused: "未批准", inadmissible: "不符合规定", lapsed: "已失效" };
  const what = REQUESTS[request.request] ?? request.request;
  return html`<p class="request ${request.state}">${what}${request.reason_name === "" ? "" : `（${request.reason_name}）`}：${words[request.state] ?? request.state}</p>`;
}

export function tapLine(tap: Tap, doings: Pick<CardDoings, "drop">): TemplateResult {
  switch (tap.state) {
    case "kept":
      return html`<p class="tap kept" role="status">◔ ${tap.label} ${timeOfDay(tap.tapped_at)} 留存在本机，<b>尚未发送</b></p>`;
    case "sent":
      return html`<p class="tap sent" role="status">✓ ${tap.label}已入账 ${timeOfDay(tap.taken_at ?? tap.tapped_at)}</p>`;
    case "refused":
      return html`<p class="tap refused" role="alert">✕ ${tap.label}未成功：${tap.said}<button @click=${() => doings.drop(tap)}>知道了</button></p>`;
  }
}

/** What has been said that the order does not show yet. */
const awaited = (order: DutyOrder, taps: Tap[]): Set<string> => new Set(taps.filter((tap) => isAwaited(tap, order.as_of)).map((tap) => tap.word));

function buttons(names: Names, order: DutyOrder, taps: Tap[], now: number, doings: CardDoings): TemplateResult | typeof nothing {
  const said = awaited(order, taps);
  const [next, ...others] = nextAnswers(order).filter((answer) => !said.has(answer.word));
  if (askable(names, order).length > 0) others.push(ASK);
  if (order.suspensions.some((one) => one.from_at <= now && now < one.until_at) && !said.has(RESUME.word)) others.push(RESUME);
  if (mayWhistle(names, order) && !said.has("whistle")) others.push(whistle(order));
  if (next === undefined && others.length === 0) return nothing;
  return html`
    <div class="answers">
      ${next === undefined ? nothing : html`<button class="next" @click=${() => doings.say(order, next)}>${next.label}</button>`}
      ${others.map((answer) => html`<button @click=${() => doings.say(order, answer)}>${answer.label}</button>`)}
    </div>`;
}
