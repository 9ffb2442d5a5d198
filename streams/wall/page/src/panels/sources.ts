// Which department systems are heard as their period or rhythm has it, and how many data items that makes fresh.
// Those that are silent come first.

import { html, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Source } from "../types";
import { age, systemName } from "../words";

export function sources(state: WallState): TemplateResult {
  const known = [...state.sources].sort(([one], [other]) => one.localeCompare(other));
  const by = (wanted: Hearing): [string, Source][] => known.filter(([, source]) => hearing(state, source) === wanted);
  const [silent, late, unawaited, live] = [by("silent"), by("late"), by("not_heard_yet"), by("live")];
  const items = live.reduce((sum, [, source]) => sum + freshItems(source), 0);
  const unheard = Math.max(0, Object.keys(state.names.systems).length - silent.length - late.length - live.length);
  return html`
    <footer class="sources" aria-label="数据源">
      <h2>数据盲区<span class="counts"><span class="blind">${items}/${state.names.city.data_items} 项新鲜</span><span class=${silent.length > 0 ? "breached" : ""}><i aria-hidden="true">✕</i>${silent.length} 静默</span><span>${late.length} 偏晚</span><span class="quiet">${unheard} 未听到 · 共 ${Object.keys(state.names.systems).length} 个系统</span></span></h2>
      ${known.length === 0 ? html`<p class="empty">尚无数据源上报</p>` : html`<ul tabindex="0">${repeat([...silent, ...late, ...unawaited, ...live], ([key]) => key, ([key, source]) => item(state, key, source))}</ul>`}
    </footer>`;
}

type Hearing = Source["hearing"];

const WORDS: Record<Hearing, string> = { live: "", late: " · 偏晚", silent: " · 静默", not_heard_yet: "" };
const MARKS: Record<Hearing, string> = { live: "✓", late: "△", silent: "✕", not_heard_yet: "?" };

function heardSecondsAgo(state: WallState, source: Source): number {
  return (state.now() - source.last_seen_at) / 1000;
}

/** What the hub says, or what its own moments have come to since: a hub that stands still must not look well. */
function hearing(state: WallState, source: Source): Hearing {
  if (source.hearing === "not_heard_yet") return source.hearing;
  if (state.now() >= source.silent_at) return "silent";
  return state.now() >= source.late_at ? "late" : source.hearing;
}

/** Of a system that is heard: what has come, but for what no longer comes with its rows. */
function freshItems(source: Source): number {
  const missing = new Set(source.missing);
  return Object.keys(source.items).filter((name) => !missing.has(name)).length;
}

function lastWord(state: WallState, source: Source, heard: Hearing): string {
  if (source.authorisation === "suspended") return "授权已暂停";
  if (source.authorisation === "revoked") return "授权已撤销";
  if (source.last_seen_at === 0) return "尚未收到";
  const missing = source.missing?.length ? ` · 缺 ${source.missing.length} 项` : "";
  return `${age(heardSecondsAgo(state, source))}前${WORDS[heard]}${missing}`;
}

function item(state: WallState, key: string, source: Source): TemplateResult {
  const heard = hearing(state, source);
  const name = systemName(state, source.system);
  return html`
    <li class=${heard}>
      <button class="source" data-origin=${reference("sources", key)} data-title="${name} · ${source.rows} 行 · 异常 ${source.wrong} · 迟到 ${source.late}">
        <i aria-hidden="true">${MARKS[heard]}</i><b>${name}</b>
        <span>${lastWord(state, source, heard)}</span>
      </button>
    </li>`;
}
