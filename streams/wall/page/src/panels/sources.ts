// How fresh the department systems are, by the time each one's contract allows; those that are late come first.

import { html, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Source } from "../types";
import { age, systemName } from "../words";

export function sources(state: WallState): TemplateResult {
  const known = [...state.sources].sort(([one], [other]) => one.localeCompare(other));
  const late = known.filter(([, source]) => isLate(state, source));
  const fresh = known.filter(([, source]) => !isLate(state, source));
  return html`
    <footer class="sources" aria-label="数据源">
      <h2>数据源<span class="counts"><span>${fresh.length} 新鲜</span><span class=${late.length > 0 ? "breached" : ""}><i aria-hidden="true">✕</i>${late.length} 过期</span><span class="quiet">共 ${Object.keys(state.names.systems).length} 个系统</span></span></h2>
      ${known.length === 0 ? html`<p class="empty">尚无数据源上报</p>` : html`<ul tabindex="0">${repeat([...late, ...fresh], ([key]) => key, ([key, source]) => item(state, key, source))}</ul>`}
    </footer>`;
}

function silentSeconds(state: WallState, source: Source): number {
  return (state.now() - source.last_seen_at) / 1000;
}

function isLate(state: WallState, source: Source): boolean {
  return source.state === "stale" || silentSeconds(state, source) > source.fresh_seconds;
}

function silence(state: WallState, source: Source, late: boolean): string {
  if (source.authorisation === "suspended") return "授权已暂停";
  if (source.authorisation === "revoked") return "授权已撤销";
  if (source.last_seen_at === 0) return "尚未收到";
  return `${age(silentSeconds(state, source))}前${late ? ` · 应在${age(source.fresh_seconds)}内` : ""}`;
}

function item(state: WallState, key: string, source: Source): TemplateResult {
  const late = isLate(state, source);
  const name = systemName(state, source.system);
  return html`
    <li class=${late ? "late" : "fresh"}>
      <button class="source" data-origin=${reference("sources", key)} data-title="${name} · ${source.rows} 行 · 异常 ${source.wrong} · 迟到 ${source.late}">
        <i aria-hidden="true">${late ? "✕" : "✓"}</i><b>${name}</b>
        <span>${silence(state, source, late)}</span>
      </button>
    </li>`;
}
