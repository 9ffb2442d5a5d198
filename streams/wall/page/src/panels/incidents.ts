// Open incidents, the most urgent and newest first; what a warning explains is folded under it. There is no person in
// them.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { HazardWarning, Incident, Urgency } from "../types";
import { age, className, dayAndTime, placeName, STATES, systemName, timeOfDay, URGENCIES, WARNING_LEVELS } from "../words";

const SHOWN = 60;
const FOLDED_FROM = 2;
const ORDER: Record<Urgency, number> = { critical: 0, urgent: 1, routine: 2 };
const MARKS: Record<Urgency, string> = { critical: "■", urgent: "◆", routine: "●" };

type Entry = [string, Incident];

export function openIncidents(state: WallState): Entry[] {
  return [...state.incidents]
    .filter(([, incident]) => state.inFocus(incident.region) && incident.state !== "resolved")
    .sort(([, one], [, other]) => ORDER[one.urgency] - ORDER[other.urgency] || other.opened_at - one.opened_at);
}

export function incidents(state: WallState): TemplateResult {
  const open = openIncidents(state);
  const suspected = open.filter(([, incident]) => isSuspected(incident)).length;
  const folded = foldedUnder(state, open);
  const critical = open.filter(([, incident]) => !isFolded(incident));
  const others = open.filter(([, incident]) => isFolded(incident) && !folded.has(incident.warning_no ?? ""));
  return html`
    <section class="panel incidents" aria-label="未结事件">
      <h2>未结事件<span class="counts">
        ${suspected > 0 ? html`<span class="suspected">疑似重复 ${suspected} 起</span>` : nothing}<span>${open.length} 起</span>
      </span></h2>
      <div class="scroll" tabindex="0">
        ${open.length === 0 ? html`<p class="empty">没有未结事件</p>` : nothing}
        ${rows(state, critical)}
        ${repeat(folded, ([warningNo]) => warningNo, ([warningNo, entries]) => fold(state, warningNo, entries))}
        ${rows(state, others)}
      </div>
    </section>`;
}

function rows(state: WallState, entries: Entry[], isInFold = false): TemplateResult | typeof nothing {
  if (entries.length === 0) return nothing;
  return html`
    <ol>${repeat(entries.slice(0, SHOWN), ([key]) => key, ([key, incident]) => row(state, key, incident, isInFold))}</ol>
    ${entries.length > SHOWN ? html`<p class="quiet rest">另有 ${entries.length - SHOWN} 起</p>` : nothing}`;
}

/** Whether it may be one with another: both are dispatched until a person has said so. */
function isSuspected(incident: Incident): boolean {
  return (incident.suspected?.length ?? 0) > 0;
}

/** What is critical is never folded away, nor pushed down by what is. */
function isFolded(incident: Incident): boolean {
  return incident.urgency !== "critical";
}

/** By warning, the gravest first: the incidents that it explains, where there are several. */
function foldedUnder(state: WallState, open: Entry[]): Map<string, Entry[]> {
  const folded = new Map<string, Entry[]>();
  for (const entry of open) {
    const warningNo = entry[1].warning_no;
    if (!warningNo || !state.warnings.has(warningNo) || !isFolded(entry[1])) continue;
    folded.set(warningNo, [...(folded.get(warningNo) ?? []), entry]);
  }
  const level = (warningNo: string): number => state.warnings.get(warningNo)?.level ?? 0;
  return new Map([...folded]
    .filter(([, entries]) => entries.length >= FOLDED_FROM)
    .sort(([one], [other]) => level(one) - level(other) || one.localeCompare(other)));
}

function fold(state: WallState, warningNo: string, entries: Entry[]): TemplateResult | typeof nothing {
  const warning = state.warnings.get(warningNo);
  if (warning === undefined) return nothing;
  const reports = entries.reduce((sum, [, incident]) => sum + incident.reports, 0);
  return html`
    <details class="fold level_${warning.level}" data-warning=${warningNo}>
      <summary>
        <b>${warningName(warning)}</b>
        <span class="place">${warning.areas.map((area) => placeName(state, area)).join("、")}</span>
        <span>${entries.length} 起 · ${reports} 次报告</span>
        <span class="quiet">${inForce(state, warning)}</span>
        <button class="source" aria-label="${warningNo}的来源" data-origin=${reference("warnings", warningNo)}
          data-title="${warningName(warning)} ${warningNo}">${age((state.now() - warning.as_of) / 1000)}</button>
      </summary>
      ${rows(state, entries, true)}
    </details>`;
}

const warningName = (warning: HazardWarning): string => `${warning.name}${WARNING_LEVELS[warning.level] ?? ""}预警`;

function inForce(state: WallState, warning: HazardWarning): string {
  if (warning.cancelled) return `已于 ${dayAndTime(warning.until_at)} 解除`;
  return warning.until_at <= state.now() ? `已于 ${dayAndTime(warning.until_at)} 失效` : `至 ${dayAndTime(warning.until_at)}`;
}

function row(state: WallState, key: string, incident: Incident, isInFold: boolean): TemplateResult {
  const systems = incident.systems.map((system) => systemName(state, system)).join("、");
  const warning = incident.warning_no && !isInFold ? state.warnings.get(incident.warning_no) : undefined;
  return html`
    <li class=${incident.urgency} data-origin=${reference("incidents", key)} data-title=${incident.incident_no}>
      <span class="urgency"><i aria-hidden="true">${MARKS[incident.urgency]}</i>${URGENCIES[incident.urgency]}</span>
      <span class="what">
        <b>${className(state, incident.incident_class)}</b><b class="place">${placeName(state, incident.region)}</b>
        ${isSuspected(incident) ? html`<b class="suspected" title="可能与 ${incident.suspected?.join("、")} 是同一起，待定夺">疑似重复</b>` : nothing}
        ${warning !== undefined ? html`<b class="warned" title=${incident.warning_no ?? ""}>${warningName(warning)}</b>` : nothing}
        <span>${timeOfDay(incident.opened_at)} 起 · ${incident.reports} 次报告 · ${systems}</span>
      </span>
      <span class="state ${incident.state}">${STATES[incident.state]}</span>
      <button class="source" aria-label="${incident.incident_no}的来源">${age((state.now() - incident.as_of) / 1000)}</button>
    </li>`;
}
