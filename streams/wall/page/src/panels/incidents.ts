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

interface Fold {
  warning: HazardWarning;
  entries: Entry[];
}

export function openIncidents(state: WallState): Entry[] {
  return [...state.incidents]
    .filter(([, incident]) => state.inFocus(incident.region) && incident.state !== "resolved")
    .sort(([, one], [, other]) => ORDER[one.urgency] - ORDER[other.urgency] || other.opened_at - one.opened_at);
}

export function incidents(state: WallState): TemplateResult {
  const open = openIncidents(state);
  const suspected = open.filter(([, incident]) => isSuspected(incident)).length;
  // What is critical is never folded away, nor pushed down by what is.
  const critical = open.filter(([, incident]) => incident.urgency === "critical");
  const { folds, others } = folded(state, open.slice(critical.length));
  return html`
    <section class="panel incidents" aria-label="未结事件">
      <h2>未结事件<span class="counts">
        ${suspected > 0 ? html`<span class="suspected">疑似重复 ${suspected} 起</span>` : nothing}<span>${open.length} 起</span>
      </span></h2>
      <div class="scroll" tabindex="0">
        ${open.length === 0 ? html`<p class="empty">没有未结事件</p>` : nothing}
        ${rows(state, critical)}
        ${repeat(folds, ({ warning }) => warning.warning_no, (each) => fold(state, each))}
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

function warningOf(state: WallState, incident: Incident): HazardWarning | undefined {
  return incident.warning_no ? state.warnings.get(incident.warning_no) : undefined;
}

/** What each warning explains, the gravest first, where that is several; and what is left. */
function folded(state: WallState, entries: Entry[]): { folds: Fold[]; others: Entry[] } {
  const byWarning = new Map<HazardWarning | undefined, Entry[]>();
  for (const entry of entries) {
    const warning = warningOf(state, entry[1]);
    const explained = byWarning.get(warning);
    if (explained === undefined) byWarning.set(warning, [entry]);
    else explained.push(entry);
  }
  const folds = [...byWarning].flatMap(([warning, explained]) =>
    warning !== undefined && explained.length >= FOLDED_FROM ? [{ warning, entries: explained }] : []);
  folds.sort(({ warning: one }, { warning: other }) => one.level - other.level || one.warning_no.localeCompare(other.warning_no));
  const away = new Set(folds.flatMap((each) => each.entries));
  return { folds, others: entries.filter((entry) => !away.has(entry)) };
}

function fold(state: WallState, { warning, entries }: Fold): TemplateResult {
  const reports = entries.reduce((sum, [, incident]) => sum + incident.reports, 0);
  return html`
    <details class="fold level_${warning.level}">
      <summary>
        <b>${warningName(warning)}</b>
        <span class="place">${warning.areas.map((area) => placeName(state, area)).join("、")}</span>
        <span>${entries.length} 起 · ${reports} 次报告</span>
        <span class="quiet">${inForce(state, warning)}</span>
        <button class="source" aria-label="${warning.warning_no}的来源" data-origin=${reference("warnings", warning.warning_no)}
          data-title="${warningName(warning)} ${warning.warning_no}">${age((state.now() - warning.as_of) / 1000)}</button>
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
  const warning = isInFold ? undefined : warningOf(state, incident);
  return html`
    <li class=${incident.urgency} data-origin=${reference("incidents", key)} data-title=${incident.incident_no}>
      <span class="urgency"><i aria-hidden="true">${MARKS[incident.urgency]}</i>${URGENCIES[incident.urgency]}</span>
      <span class="what">
        <b>${className(state, incident.incident_class)}</b><b class="place">${placeName(state, incident.region)}</b>
        ${isSuspected(incident) ? html`<b class="suspected" title="可能与 ${incident.suspected?.join("、")} 是同一起，待定夺">疑似重复</b>` : nothing}
        ${warning !== undefined ? html`<b class="warned" title=${warning.warning_no}>${warningName(warning)}</b>` : nothing}
        <span>${timeOfDay(incident.opened_at)} 起 · ${incident.reports} 次报告 · ${systems}</span>
      </span>
      <span class="state ${incident.state}">${STATES[incident.state]}</span>
      <button class="source" aria-label="${incident.incident_no}的来源">${age((state.now() - incident.as_of) / 1000)}</button>
    </li>`;
}
