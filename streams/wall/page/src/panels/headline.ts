// The four figures of the region in focus.

import { html, type TemplateResult } from "lit-html";
import { reference } from "../provenance";
import type { WallState } from "../state";
import { age, path, regionName } from "../words";
import { openIncidents } from "./incidents";

export function headline(state: WallState, focus: (region: string) => void): TemplateResult {
  const tile = state.tile(state.focus);
  const key = `${state.focus}|*`;
  const name = regionName(state, state.focus);
  const waiting = tile === undefined ? undefined : Math.max(0, tile.open - tile.acknowledged);
  const open = openIncidents(state);
  const ageSeconds = tile === undefined ? undefined : (state.now() - tile.as_of) / 1000;

  const figure = (title: string, value: number | undefined, mark: string, kind: string): TemplateResult => html`
    <button class="figure ${kind} ${value ? "" : "none"}" data-origin=${reference("tiles", key)} data-title="${name} · ${title}">
      <span class="title"><i aria-hidden="true">${mark}</i>${title}</span>
      <strong>${value ?? "—"}</strong>
      <span class="age">${ageSeconds === undefined ? "尚无数据" : `${age(ageSeconds)}前变化`}</span>
    </button>`;

  return html`
    <section class="headline" aria-label="总览">
      <nav class="path" aria-label="区域层级">
        <h2>当前区域</h2>
        <ol>
          ${path(state.focus).map((region) => html`
            <li><button ?disabled=${region === state.focus} @click=${() => focus(region)}>${regionName(state, region)}</button></li>`)}
        </ol>
        <p class="quiet">未结事件 ${open.length} 起，其中特急 ${open.filter(([, incident]) => incident.urgency === "critical").length} 起</p>
      </nav>
      ${figure("未结事项", tile?.open, "●", "open")}
      ${figure("待签收", waiting, "◇", "waiting")}
      ${figure("已签收", tile?.acknowledged, "✓", "acknowledged")}
      ${figure("超时", tile?.overdue, "▲", "overdue")}
    </section>`;
}
