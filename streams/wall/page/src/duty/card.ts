// One order on the page: what and where, its most pressing clock, what can be said, and what became of what was said.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Names } from "../types";
import { className, CLOCKS, dayAndTime, placeName, timeOfDay, URGENCIES } from "../words";
import { type Answer, ARRIVALS, nextAnswers, STATES } from "./answers";
import { deadline, limit, told } from "./countdown";
import { pressing } from "./state";
import { isAwaited, type Tap } from "./taps";
import type { DutyClock, DutyOrder } from "./types";

export interface CardDoings {
  say(order: DutyOrder, answer: Answer): void;
  drop(tap: Tap): void;
}

const kindName = (clock: DutyClock): string => (CLOCKS as Record<string, string>)[clock.kind] ?? clock.kind;

export function card(names: Names, order: DutyOrder, taps: Tap[], now: number, doings: CardDoings): TemplateResult {
  const [first, ...rest] = pressing(order);
  const about = first === undefined ? undefined : told(first, now);
  return html`
    <article class="card ${order.urgency} ${about?.level ?? "calm"}" data-order=${order.order_no} aria-label=${className({ names }, order.incident_class)}>
      <header>
        <span class="urgency">${URGENCIES[order.urgency]}</span>
        <h2>${className({ names }, order.incident_class)}</h2>
        <span class="state">${STATES[order.state] ?? order.state}</span>
      </header>
      <p class="place">${placeName({ names }, order.region)}${arrival(order)}</p>
      ${first === undefined || about === undefined ? nothing : html`
        <div class="clock" role="timer" aria-label=${`${kindName(first)}时限`}>
          <span class="kind">${kindName(first)}${about.level === "over" ? "已超时" : "还剩"}</span>
          <strong>${about.left}</strong>
          <span class="note">${about.note}</span>
        </div>`}
      ${rest.length === 0 ? nothing : html`<ul class="later">${rest.map((clock) => later(clock, now))}</ul>`}
      ${taps.map((tap) => tapLine(tap, doings))}
      ${buttons(order, taps, doings)}
      <details>
        <summary>工单详情</summary>
        <dl>
          <dt>工单号</dt><dd>${order.order_no}</dd>
          <dt>发生</dt><dd>${dayAndTime(order.opened_at)}</dd>
          ${order.others.length === 0 ? nothing : html`<dt>同办单位</dt><dd>${order.others.map((other) => html`${other.unit_name}（${STATES[other.state] ?? other.state}）<br />`)}</dd>`}
          ${order.clocks.map((clock) => html`<dt>${kindName(clock)}</dt><dd>${limit(clock)}，${deadline(clock)} 截止${outcome(clock)}<br /><small>${clock.limit.document}</small></dd>`)}
        </dl>
      </details>
    </article>`;
}

const arrival = (order: DutyOrder): string => (order.arrival == null ? "" : ` · ${ARRIVALS[order.arrival] ?? order.arrival}`);

function outcome(clock: DutyClock): string {
  if (clock.state === "met") return "，按时";
  if (clock.state === "withdrawn") return "，超时已更正";
  return clock.state === "breached" ? "，超时" : "";
}

function later(clock: DutyClock, now: number): TemplateResult {
  const about = told(clock, now);
  return html`<li class=${about.level}><span>${kindName(clock)}</span><b>${about.level === "over" ? `超时 ${about.left}` : about.left}</b></li>`;
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

function buttons(order: DutyOrder, taps: Tap[], doings: CardDoings): TemplateResult | typeof nothing {
  const said = new Set(taps.filter((tap) => isAwaited(tap, order.as_of)).map((tap) => tap.word));
  const [next, ...others] = nextAnswers(order).filter((answer) => !said.has(answer.word));
  if (next === undefined) return nothing;
  return html`
    <div class="answers">
      <button class="next" @click=${() => doings.say(order, next)}>${next.label}</button>
      ${others.map((answer) => html`<button @click=${() => doings.say(order, answer)}>${answer.label}</button>`)}
    </div>`;
}
