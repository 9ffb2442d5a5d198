// A suspected duplicate (疑似重复): both incidents side by side, why they may be one, and the word on it.

import { html, nothing, type TemplateResult } from "lit-html";
import { className, dayAndTime, path, placeName, STATES, systemName, URGENCIES } from "../words";
import { acting, type Doings, due, urgency } from "./card";
import { type Asked, reasonField, wordsOf } from "./sheet";
import type { Review, Side, Telling } from "./types";
import { apart, percent } from "./words";

export const keyOf = (review: Review): string => `${review.incident_no}/${review.other_no}`;

export function reviewCard(review: Review, doings: Doings): TemplateResult {
  const { names, now } = doings;
  const weighed = [...review.reasons].sort((one, other) => Math.abs(other.points) - Math.abs(one.points));
  const [one, other] = review.sides;
  return html`
    <article class="card review" data-item=${keyOf(review)} aria-label="疑似重复 ${review.incident_no}">
      <header>
        <h2>可能是同一起</h2>
        <span class="quiet">把握 ${percent(review.probability)}</span>
        <span class="quiet">${between(one, other)}</span>
        ${due(review.due_at, now)}
      </header>
      <ul class="reasons" aria-label="判断依据">
        ${weighed.map(({ name, points }) => html`<li class=${points >= 0 ? "for" : "against"}>${names.matching_reasons?.[name] ?? name} <b>${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}</b></li>`)}
      </ul>
      <div class="sides">${review.sides.map((side) => sideOf(side, doings))}</div>
      ${acting(keyOf(review), words(review), doings)}
    </article>`;
}

function between(one: Side, other: Side): string {
  if (!one.known || !other.known) return "";
  const minutes = Math.round(Math.abs(one.opened_at - other.opened_at) / 60_000);
  return [apart(one, other), `立案相隔 ${minutes} 分钟`].filter(Boolean).join("，");
}

function words(review: Review): Asked[] {
  const said = (form: FormData): Record<string, unknown> | string => {
    const words = wordsOf(form);
    return words === "" ? "请写明理由" : { other: review.other_no, words };
  };
  const of = `${review.incident_no} 与 ${review.other_no}`;
  return [
    {
      item: keyOf(review), label: "合并", grave: true, title: "认定为同一起，合并", path: `incidents/${review.incident_no}/join`, fields: reasonField(true), body: said,
      note: `${of}：后立案的一起并入先立案的一起，同一单位的两张工单合为一张（并单）。合并后可用拆分撤销。`,
    },
    {
      item: keyOf(review), label: "不是同一起", title: "认定为两起，不合并", path: `incidents/${review.incident_no}/apart`, fields: reasonField(true), body: said,
      note: `${of}：各自办理，以后不再提请定夺。`,
    },
  ];
}

function sideOf(side: Side, { names }: Doings): TemplateResult {
  if (!side.known) return html`<section class="side"><h3>${side.incident_no}</h3><p class="quiet">这起事件已结案或尚未读到</p></section>`;
  const older = side.reports - side.told.length;
  return html`
    <section class="side" aria-label=${side.incident_no}>
      <h3>${urgency(side.urgency)} ${className({ names }, side.incident_class)}${side.confidential ? html`<span class="mark confidential">保密</span>` : nothing}<span class="state">${STATES[side.state]}</span></h3>
      <dl>
        <dt>编号</dt><dd>${side.incident_no}</dd>
        <dt>地点</dt><dd>${placeOf(side, names.regions)}</dd>
        <dt>立案</dt><dd>${dayAndTime(side.opened_at)}</dd>
        <dt>最近报告</dt><dd>${dayAndTime(side.last_report_at)}</dd>
        ${side.confidential ? nothing : html`<dt>来源</dt><dd>${side.systems.map((system) => systemName({ names }, system)).join("、")}</dd>`}
      </dl>
      ${side.confidential ? html`<p class="quiet">保密事件：地点与报告不公开，请向来源部门核实</p>` : html`
        <ol class="told" aria-label="报告">${side.told.map((one) => telling(one, side, names))}</ol>
        ${older > 0 ? html`<p class="quiet">另有较早的报告 ${older} 条</p>` : nothing}`}
    </section>`;
}

function placeOf(side: Side & { known: true }, regions: Record<string, string>): string {
  const named = path(side.region).slice(1).map((code) => regions[code]).filter((name) => name !== undefined);
  return named.length === 0 ? regions[side.region] ?? side.region : named.join(" · ");
}

/** What differs from the incident stands out: another class, another urgency, another place. */
function telling(one: Telling, side: Side & { known: true }, names: Doings["names"]): TemplateResult {
  return html`
    <li>
      <p><b>${systemName({ names }, one.system)}</b> <time>${dayAndTime(one.occurred_at)}</time>${one.closed ? html`<span class="state">来源已结</span>` : nothing}</p>
      <p class="words">${one.words.length === 0 ? html`<span class="quiet">没有文字</span>` : one.words.join(" ")}</p>
      <p class="quiet">${one.incident_class === side.incident_class ? nothing : html`<b>报为${className({ names }, one.incident_class)}</b> · `}${one.urgency === side.urgency ? nothing : html`<b>${URGENCIES[one.urgency]}</b> · `}${placeName({ names }, one.region)} · ${one.record_no}</p>
    </li>`;
}
