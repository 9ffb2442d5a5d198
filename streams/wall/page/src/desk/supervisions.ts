// A supervision order (督办单) that waits for a signature, or that was answered and waits to be signed off (销号).

import { html, nothing, type TemplateResult } from "lit-html";
import { dayAndTime } from "../words";
import { acting, type Doings, due, heading } from "./card";
import type { Asked } from "./sheet";
import type { Supervision } from "./types";
import { DEMANDS, ORIGINS } from "./words";

export function supervisionCard(one: Supervision, doings: Doings): TemplateResult {
  const isProposed = one.state === "proposed";
  return html`
    <article class="card" data-item=${one.supervision_no} aria-label=${`督办单 ${one.supervision_no}`}>
      <header>${heading(one, doings)}<span class="state">${isProposed ? "待签发" : "待销号"}</span>${isProposed ? nothing : due(one.due_at, doings.now)}</header>
      <p class="what">督办<b>${one.unit_name}</b>：<b>${DEMANDS[one.demand] ?? one.demand}</b>，因${ORIGINS[one.origin] ?? one.origin}</p>
      <dl>
        <dt>督办单</dt><dd>${one.supervision_no}</dd>
        <dt>工单</dt><dd>${one.order_no}</dd>
        <dt>提出</dt><dd>${dayAndTime(one.proposed_at)}</dd>
        ${one.answered_at === null ? nothing : html`<dt>单位回复</dt><dd>${dayAndTime(one.answered_at)}${one.late_at === null ? "" : "（逾期）"}</dd>`}
      </dl>
      ${acting(one.supervision_no, isProposed ? signing(one) : [signingOff(one)], doings)}
    </article>`;
}

function signing(one: Supervision): Asked[] {
  return [
    {
      item: one.supervision_no, label: "签发", grave: true, title: "签发督办单", path: `supervisions/${one.supervision_no}/sign`,
      note: `${one.unit_name}须在规定时间内回复；责任仍在该单位。`,
      fields: html`
        <label for="demand">督办要求</label>
        <select id="demand" name="demand">${Object.entries(DEMANDS).map(([code, name]) => html`<option value=${code} ?selected=${code === one.demand}>${name}</option>`)}</select>`,
      body: (form) => ({ demand: String(form.get("demand")) }),
    },
    {
      item: one.supervision_no, label: "不签发", title: "不签发督办单", path: `supervisions/${one.supervision_no}/refuse`,
      note: "这次不督办；再次逾期时由规则另行提出。", body: () => ({}),
    },
  ];
}

function signingOff(one: Supervision): Asked {
  return {
    item: one.supervision_no, label: "销号", grave: true, title: "督办单销号", path: `supervisions/${one.supervision_no}/sign-off`,
    note: `${one.unit_name}已经回复，确认督办事项已办结。`, body: () => ({}),
  };
}
