// What is asked before some answers are said: how an arrival can be checked (else it counts as claimed), how work ended.

import { html, type TemplateResult } from "lit-html";
import { type Answer, REFUSALS, RESULTS } from "./answers";
import type { DutyOrder } from "./types";

export interface Sheet {
  order: DutyOrder;
  answer: Answer;
  /** Why the last choice did not work. */
  trouble: string;
  /** Which of several is chosen. */
  choice?: number;
}

export interface SheetDoings {
  close(): void;
  choose(place: number): void;
  /** Say it with these members of the body, or something else instead. */
  say(said: Record<string, unknown>, instead?: Answer): void;
  trouble(text: string): void;
}

const REFERENCE = /^[0-9A-Za-z_-]{1,64}$/;
const POSITION_MILLISECONDS = 10_000;

export function evidenceSheet(sheet: Sheet, doings: SheetDoings): TemplateResult {
  const evidence = (kind: string, reference: string): void => doings.say({ evidence: { kind, reference } });
  const noted = (kind: string, id: string): void => {
    const reference = (document.getElementById(id) as HTMLInputElement).value.trim();
    if (REFERENCE.test(reference)) evidence(kind, reference);
    else doings.trouble("编号只能用字母、数字和短横线");
  };
  const here = (): void => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => evidence("place", `${coords.longitude.toFixed(5)},${coords.latitude.toFixed(5)}`),
      () => doings.trouble("取不到定位，可改用其他方式"),
      { enableHighAccuracy: true, timeout: POSITION_MILLISECONDS },
    );
  };
  return html`
    <div class="shade" @click=${doings.close}></div>
    <section class="sheet" role="dialog" aria-label="到场方式">
      <h2>${sheet.answer.label}：如何核实？</h2>
      ${sheet.trouble === "" ? "" : html`<p class="trouble" role="alert">${sheet.trouble}</p>`}
      <button @click=${here}>用现场定位核实</button>
      ${numbered("来电人确认", "回访录音编号", "caller", noted)}
      ${numbered("现场照片", "照片编号", "photo", noted)}
      <button class="plain" @click=${() => doings.say({})}>先自报到场</button>
      <button class="quiet" @click=${doings.close}>取消</button>
    </section>`;
}

export function resultSheet(sheet: Sheet, doings: SheetDoings): TemplateResult {
  const offered = Object.entries(RESULTS).filter(([result]) => result !== "withdrawn");
  return choices("办理结果", offered, sheet, doings, (result) => ({ result }));
}

export function refusalSheet(sheet: Sheet, doings: SheetDoings): TemplateResult {
  return choices("拒绝理由（将提请督办）", Object.entries(REFUSALS), sheet, doings, (reason) => ({ reason }));
}

function choices(title: string, offered: [string, string][], sheet: Sheet, doings: SheetDoings, said: (code: string) => Record<string, unknown>): TemplateResult {
  return html`
    <div class="shade" @click=${doings.close}></div>
    <section class="sheet" role="dialog" aria-label=${title}>
      <h2>${sheet.answer.label}：${title}</h2>
      <div class="results">${offered.map(([code, name]) => html`<button @click=${() => doings.say(said(code))}>${name}</button>`)}</div>
      <button class="quiet" @click=${doings.close}>取消</button>
    </section>`;
}

function numbered(label: string, hint: string, kind: string, noted: (kind: string, id: string) => void): TemplateResult {
  const id = `${kind}-reference`;
  return html`
    <div class="numbered">
      <label for=${id}>${label}</label>
      <input id=${id} placeholder=${hint} autocomplete="off" />
      <button @click=${() => noted(kind, id)}>核实</button>
    </div>`;
}
