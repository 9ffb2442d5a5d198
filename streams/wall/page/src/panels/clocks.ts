// Clocks that run or have run out, the most pressing first, or added up by unit.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Clock, Matter } from "../types";
import { age, CENTRE, className, CLOCKS, countdown, placeName, URGENCIES } from "../words";

/** A clock is about to breach when a quarter of its time is left, or a minute. */
const SHORT_SHARE = 0.25;
const SHORT_SECONDS = 60;
const SHOWN = 40;

type Press = "breached" | "due" | "soon" | "running";

/** Who has to answer before a clock runs out: a unit with its order, or the centre with the matter. */
interface Owner {
  number: string;
  unit: string;
  name: string;
}

export interface Pending {
  key: string;
  matter: Matter;
  owner: Owner;
  clock: Clock;
  press: Press;
  leftSeconds: number;
}

const ORDER: Record<Press, number> = { breached: 0, due: 1, soon: 2, running: 3 };
const MARKS: Record<Press, [string, string]> = {
  breached: ["▲", "已超时"],
  due: ["▲", "已到时限"],
  soon: ["◐", "即将超时"],
  running: ["○", "计时中"],
};

export function pendingClocks(state: WallState): Pending[] {
  const found: Pending[] = [];
  for (const [matterKey, matter] of state.matters) {
    if (matter.exercise || matter.state === "closed" || !state.inFocus(matter.region)) continue;
    for (const [owner, clock] of clocksOf(matter)) {
      if (clock.ended_at !== null) continue;
      const leftSeconds = (clock.due_at - state.now()) / 1000;
      found.push({ key: matterKey, matter, owner, clock, press: pressOf(clock, leftSeconds), leftSeconds });
    }
  }
  return found.sort((one, other) => ORDER[one.press] - ORDER[other.press] || one.leftSeconds - other.leftSeconds);
}

function* clocksOf(matter: Matter): Generator<[Owner, Clock]> {
  const centre = { number: matter.matter_no, unit: matter.matter_no.slice(0, 6), name: CENTRE };
  for (const clock of matter.clocks) yield [centre, clock];
  for (const order of matter.orders) {
    const owner = { number: order.order_no, unit: order.unit, name: order.unit_name };
    for (const clock of order.clocks) yield [owner, clock];
  }
}

function pressOf(clock: Clock, leftSeconds: number): Press {
  if (clock.state === "breached") return "breached";
  if (leftSeconds <= 0) return "due";
  const wholeSeconds = (clock.due_at - clock.started_at) / 1000;
  return leftSeconds <= Math.max(SHORT_SECONDS, wholeSeconds * SHORT_SHARE) ? "soon" : "running";
}

export function clocks(state: WallState, byUnit: boolean, choose: (byUnit: boolean) => void): TemplateResult {
  const pending = pendingClocks(state);
  const count = (...presses: Press[]): number => pending.filter((clock) => presses.includes(clock.press)).length;
  return html`
    <section class="panel clocks" aria-label="时限看板">
      <h2>时限看板
        <span class="counts">
          <span class="breached"><i aria-hidden="true">▲</i>超时 ${count("breached", "due")}</span>
          <span class="soon"><i aria-hidden="true">◐</i>将超时 ${count("soon")}</span>
          <span class="running"><i aria-hidden="true">○</i>计时 ${count("running")}</span>
        </span>
        <span class="choice" role="group" aria-label="排列">
          <button aria-pressed=${!byUnit} @click=${() => choose(false)}>按时限</button>
          <button aria-pressed=${byUnit} @click=${() => choose(true)}>按单位</button>
        </span>
      </h2>
      <div class="scroll" tabindex="0">
        ${pending.length === 0 ? html`<p class="empty">没有正在计时或超时的时限</p>` : byUnit ? units(pending) : list(state, pending)}
      </div>
    </section>`;
}

function list(state: WallState, pending: Pending[]): TemplateResult {
  return html`
    <ol>${repeat(pending.slice(0, SHOWN), ({ owner, clock }) => `${owner.number}/${clock.kind}`, (item) => row(state, item))}</ol>
    ${pending.length > SHOWN ? html`<p class="quiet rest">另有 ${pending.length - SHOWN} 条</p>` : nothing}`;
}

function row(state: WallState, { key, matter, owner, clock, press, leftSeconds }: Pending): TemplateResult {
  const [mark, text] = MARKS[press];
  const over = leftSeconds <= 0;
  return html`
    <li class=${press} data-origin=${reference("matters", key)} data-title="${owner.number} · ${clock.stage_name ?? CLOCKS[clock.kind]}时限">
      <span class="left"><i aria-hidden="true">${mark}</i><strong>${over ? "+" : ""}${countdown(leftSeconds)}</strong></span>
      <span class="what">
        <b>${owner.name}</b>
        <span>${URGENCIES[matter.urgency]} · ${className(state, matter.incident_class)} · ${placeName(state, matter.region)}</span>
      </span>
      <span class="kind">${clock.stage_name ?? CLOCKS[clock.kind]}<small>${text}</small></span>
      <button class="source" aria-label="${owner.number}的来源">${age((state.now() - matter.as_of) / 1000)}</button>
    </li>`;
}

function units(pending: Pending[]): TemplateResult {
  const byUnit = new Map<string, { name: string; counts: Record<Press, number> }>();
  for (const { owner, press } of pending) {
    const unit = byUnit.get(owner.unit) ?? { name: owner.name, counts: { breached: 0, due: 0, soon: 0, running: 0 } };
    unit.counts[press] += 1;
    byUnit.set(owner.unit, unit);
  }
  const rows = [...byUnit.entries()].sort(([, one], [, other]) => late(other.counts) - late(one.counts)
    || other.counts.soon - one.counts.soon || other.counts.running - one.counts.running);
  return html`
    <table>
      <thead><tr><th scope="col">单位</th><th scope="col">超时</th><th scope="col">将超时</th><th scope="col">计时</th></tr></thead>
      <tbody>${rows.map(([code, { name, counts }]) => html`
        <tr data-unit=${code}>
          <th scope="row">${name}</th>
          <td class="overdue">${late(counts) > 0 ? html`<i aria-hidden="true">▲</i>${late(counts)}` : "0"}</td>
          <td class="soon">${counts.soon > 0 ? html`<i aria-hidden="true">◐</i>${counts.soon}` : "0"}</td>
          <td>${counts.running}</td>
        </tr>`)}</tbody>
    </table>`;
}

const late = (counts: Record<Press, number>): number => counts.breached + counts.due;
