// How fresh each department system is, by the time its contract allows.

import { html, type TemplateResult } from "lit-html";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Source } from "../types";
import { age, systemName } from "../words";

export function sources(state: WallState): TemplateResult {
  const known = [...state.sources].sort(([one], [other]) => one.localeCompare(other));
  return html`
    <footer class="sources" aria-label="数据源">
      <h2>数据源</h2>
      ${known.length === 0 ? html`<p class="empty">尚无数据源上报</p>` : html`<ul>${known.map(([key, source]) => item(state, key, source))}</ul>`}
    </footer>`;
}

function item(state: WallState, key: string, source: Source): TemplateResult {
  const silentSeconds = (state.now() - source.last_seen_at) / 1000;
  const late = source.state === "stale" || silentSeconds > source.fresh_seconds;
  const name = systemName(state, source.system);
  return html`
    <li class=${late ? "late" : "fresh"}>
      <button class="source" data-origin=${reference("sources", key)} data-title="${name} · ${source.rows} 行 · 异常 ${source.wrong} · 迟到 ${source.late}">
        <i aria-hidden="true">${late ? "✕" : "✓"}</i><b>${name}</b>
        <span>${age(silentSeconds)}前${late ? ` · 应在${age(source.fresh_seconds)}内` : ""}</span>
      </button>
    </li>`;
}
