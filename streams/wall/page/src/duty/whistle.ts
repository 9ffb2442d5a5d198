// 吹哨报到 as the town sees it: whom it whistles for, how far each of them is, and what it signs for each.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Names } from "../types";
import { type Answer, RATINGS, REFUSALS, STATES } from "./answers";
import type { Sheet, SheetDoings } from "./sheet";
import type { DutyOrder, DutyWhistle } from "./types";

const DONE = ["resolved", "replied", "returned", "withdrawn", "folded"];
const HAVE_COME = ["arrived", "resolved", "replied"];

/** Whether the order's unit may whistle on its matter by the rules; the hub says the last word. */
export const mayWhistle = (names: Names, order: DutyOrder): boolean => !DONE.includes(order.state) && (names.whistlers?.[order.urgency] ?? []).includes(order.unit);

export const whistle = (order: DutyOrder): Answer => ({ word: "whistle", label: "吹哨", asks: "whistle", path: `matters/${order.matter_no}/whistle` });

/** What became of the unit's own whistles on the matter. */
export function whistles(names: Names, order: DutyOrder, said: Set<string>, say: (answer: Answer) => void): TemplateResult[] {
  return (order.whistles ?? []).map((one) => html`
    <section class="whistle" aria-label="吹哨报到">
      <p><strong>吹哨</strong> ${one.whistle_no}${one.state === "ended" ? "：已签认" : ""}</p>
      ${one.obstacle === null ? nothing : html`<p class="trouble" role="alert">${names.joint_obstacles?.[one.obstacle] ?? one.obstacle}</p>`}
      ${one.called.map((called) => calledLine(one, called, said, say))}
    </section>`);
}

function calledLine(one: DutyWhistle, called: DutyWhistle["called"][number], said: Set<string>, say: (answer: Answer) => void): TemplateResult {
  const state = called.refusal === null ? STATES[called.state] ?? called.state : `拒绝：${REFUSALS[called.refusal] ?? called.refusal}`;
  const word = `sign-${called.unit}`;
  // Signed absent, a unit may still come: that alone can be signed over.
  const open = called.rating === null || called.rating === "absent";
  const offered = ["withdrawn", "folded"].includes(called.state) || !open || said.has(word) ? [] : HAVE_COME.includes(called.state) ? ["in_time", "late", "unsolved"] : called.rating === null ? ["absent"] : [];
  return html`
    <div class="called" data-unit=${called.unit}>
      <p>${called.unit_name}（${state}）${called.rating === null ? nothing : html`<b>${RATINGS[called.rating] ?? called.rating}</b>`}</p>
      ${offered.length === 0 ? nothing : html`<div class="answers">${offered.map((rating) => {
        const label = RATINGS[rating] ?? rating;
        const answer = { word, label: `签认${called.unit_name}${label}`, path: `whistles/${one.whistle_no}/sign`, body: { unit: called.unit, rating } };
        return html`<button @click=${() => say(answer)}>${label}</button>`;
      })}</div>`}
    </div>`;
}

/** Which units of the district must come. */
export function whistleSheet(names: Names, sheet: Sheet, doings: SheetDoings): TemplateResult {
  const district = sheet.order.matter_no.slice(0, 6);
  const units = Object.entries(names.units).filter(([unit]) => unit.startsWith(district) && unit !== sheet.order.unit);
  const blow = (event: Event): void => {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).getAll("unit");
    if (chosen.length === 0) return doings.trouble("请选择要呼叫的单位");
    doings.say({ units: chosen });
  };
  return html`
    <div class="shade" @click=${doings.close}></div>
    <form class="sheet" role="dialog" aria-label="吹哨" @submit=${blow}>
      <h2>吹哨：呼叫哪些单位到场？</h2>
      ${sheet.trouble === "" ? nothing : html`<p class="trouble" role="alert">${sheet.trouble}</p>`}
      <div class="units">${units.map(([unit, name]) => html`<label><input type="checkbox" name="unit" value=${unit} />${name}</label>`)}</div>
      <p class="quiet">被呼叫单位须限时报到；未到或拒绝的，提请督办。</p>
      <button class="next">吹哨</button>
      <button type="button" class="quiet" @click=${doings.close}>取消</button>
    </form>`;
}
