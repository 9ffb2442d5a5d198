// A unit's request (请示) that waits for the officer's word.

import { html, nothing, type TemplateResult } from "lit-html";
import { REQUESTS } from "../duty/answers";
import { UNITS } from "../duty/countdown";
import { CLOCKS, dayAndTime } from "../words";
import { acting, type Doings, due, heading } from "./card";
import { type Asked, reasonField, wordsOf } from "./sheet";
import type { Request } from "./types";

/** Approved, the order goes to a unit that is named. */
const MOVING = ["return", "ruling"];
const UNTIL: Record<string, string> = { suspend: "中止到", park: "挂账到", set_deadline: "时限改为", late_entry: "所称应答时间", correct: "所称应答时间" };

const kindName = (kind: string, stage: string | null = null): string => stage ?? (CLOCKS as Record<string, string>)[kind] ?? kind;
const nameOf = (request: Request): string => REQUESTS[request.request] ?? request.request;

export function requestCard(request: Request, doings: Doings): TemplateResult {
  return html`
    <article class="card" data-item=${request.request_no} aria-label=${`${nameOf(request)} ${request.request_no}`}>
      <header>${heading(request, doings)}${due(request.decide_until_at, doings.now)}</header>
      <p class="what"><b>${request.unit_name}</b> 请示<b>${nameOf(request)}</b>：${request.reason_name}</p>
      <dl>
        ${request.until_at === null ? nothing : html`<dt>${UNTIL[request.request] ?? "到"}</dt><dd>${dayAndTime(request.until_at)}</dd>`}
        ${request.amount === null ? nothing : html`<dt>延长</dt><dd>${request.amount} ${request.clocks[0] === undefined ? "" : UNITS[request.clocks[0].unit]}</dd>`}
        ${request.clocks.length === 0 ? nothing : html`<dt>所涉时限</dt><dd>${request.clocks.map((clock) => html`${kindName(clock.kind, clock.stage_name)}：${dayAndTime(clock.due_at)} 截止<br />`)}</dd>`}
        <dt>提出</dt><dd>${dayAndTime(request.requested_at)}，${request.requested_post}</dd>
        <dt>工单</dt><dd>${request.order_no}</dd>
        ${request.document === "" ? nothing : html`<dt>依据</dt><dd>${request.document}</dd>`}
      </dl>
      ${acting(request.request_no, words(request, doings), doings)}
    </article>`;
}

function words(request: Request, { names }: Doings): Asked[] {
  const optional = (form: FormData): Record<string, unknown> => (wordsOf(form) === "" ? {} : { words: wordsOf(form) });
  const moves = MOVING.includes(request.request);
  const units = Object.entries(names.units).filter(([code]) => request.request === "ruling" || code !== request.unit);
  const choice = html`
    <label for="unit">由哪个单位承办</label>
    <select id="unit" name="unit" required><option value="">请选择</option>${units.map(([code, name]) => html`<option value=${code}>${name}</option>`)}</select>`;
  const approved = (form: FormData): Record<string, unknown> | string => {
    const unit = String(form.get("unit") ?? "");
    if (moves && unit === "") return "请选择承办单位";
    return { ...optional(form), ...(moves ? { unit } : {}) };
  };
  return [
    {
      item: request.request_no, label: "同意", grave: true, title: `同意${nameOf(request)}`, path: `approvals/${request.request_no}/approve`, body: approved,
      note: `${request.unit_name}：${request.reason_name}。${request.tells_requester ? "同意后须告知诉求人。" : ""}`, fields: html`${moves ? choice : nothing}${reasonField(false)}`,
    },
    {
      item: request.request_no, label: "不同意", title: `不同意${nameOf(request)}`, path: `approvals/${request.request_no}/refuse`, body: optional,
      note: `${request.unit_name}：时限照常计算，工单由其继续办理。`, fields: reasonField(false),
    },
  ];
}
