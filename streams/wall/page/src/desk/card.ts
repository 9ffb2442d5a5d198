// What all items of the desk have in common: by when, of what, what was said of it, and the buttons.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Names } from "../types";
import { className, placeName, timeOfDay, URGENCIES } from "../words";
import type { Acts } from "./acts";
import type { Asked } from "./sheet";
import type { OfMatter } from "./types";
import { limitOf, until } from "./words";

export interface Doings {
  names: Names;
  now: number;
  acts: Acts;
  ask(asked: Asked): void;
  again(item: string): void;
}

export const due = (limit: number | null, now: number): TemplateResult | typeof nothing => {
  if (limit === null) return nothing;
  const { level, said } = limitOf(limit, now);
  return html`<span class="due ${level}" role="timer"><b>${said}</b><small>${until(limit)}</small></span>`;
};

export const urgency = (code: OfMatter["urgency"]): TemplateResult => html`<span class="urgency ${code}">${URGENCIES[code]}</span>`;

export function heading(of: OfMatter, { names }: Doings): TemplateResult {
  return html`
    ${urgency(of.urgency)}
    ${of.exercise ? html`<span class="mark exercise">演练</span>` : nothing}
    ${of.confidential ? html`<span class="mark confidential">保密</span>` : nothing}
    <h2>${className({ names }, of.incident_class)}</h2>
    <span class="place">${placeName({ names }, of.region)}</span>`;
}

/** The buttons, or what became of the one that was pressed. */
export function acting(item: string, choices: Asked[], doings: Doings): TemplateResult {
  const act = doings.acts.of(item);
  const isFree = doings.acts.isFree(item);
  return html`
    ${act === undefined ? nothing : said(item, doings)}
    ${isFree ? html`<div class="acts">${choices.map((one) => html`<button class=${one.grave === true ? "grave" : ""} @click=${() => doings.ask(one)}>${one.label}</button>`)}</div>` : nothing}`;
}

function said(item: string, doings: Doings): TemplateResult {
  const act = doings.acts.of(item)!;
  switch (act.state) {
    case "sending":
      return html`<p class="said wait" role="status">正在提交“${act.label}”……</p>`;
    case "taken":
      return doings.acts.isWithoutEffect(act)
        ? html`<p class="said refused" role="alert">“${act.label}”已入账但未生效：可能已由他人处理，或按规则不能这样定</p>`
        : html`<p class="said taken" role="status">✓ “${act.label}”已入账 ${timeOfDay(act.at)}，等待生效</p>`;
    case "unreached":
      return html`<p class="said wait" role="alert">“${act.label}”：${act.said}<button @click=${() => doings.again(item)}>再发一次</button></p>`;
    case "refused":
      return html`<p class="said refused" role="alert">✕ “${act.label}”未成功：${act.said}<button @click=${() => doings.acts.drop(item)}>知道了</button></p>`;
  }
}
