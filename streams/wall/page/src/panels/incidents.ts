// Open incidents, the most urgent and newest first. There is no person in them.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Incident, Urgency } from "../types";
import { age, className, placeName, STATES, systemName, timeOfDay, URGENCIES } from "../words";

const SHOWN = 60;
const ORDER: Record<Urgency, number> = { critical: 0, urgent: 1, routine: 2 };
const MARKS: Record<Urgency, string> = { critical: "■", urgent: "◆", routine: "●" };

export function openIncidents(state: WallState): [string, Incident][] {
  return [...state.incidents]
    .filter(([, incident]) => state.inFocus(incident.region) && incident.state !== "resolved")
    .sort(([, one], [, other]) => ORDER[one.urgency] - ORDER[other.urgency] || other.opened_at - one.opened_at);
}

export function incidents(state: WallState): TemplateResult {
  const open = openIncidents(state);
  const suspected = open.filter(([, incident]) => isSuspected(incident)).length;
  return html`
    <section class="panel incidents" aria-label="未结事件">
      <h2>未结事件<span class="counts">
        ${suspected > 0 ? html`<span class="suspected">疑似重复 ${suspected} 起</span>` : nothing}<span>${open.length} 起</span>
      </span></h2>
      <div class="scroll" tabindex="0">
        ${open.length === 0 ? html`<p class="empty">没有未结事件</p>` : html`
          <ol>${repeat(open.slice(0, SHOWN), ([key]) => key, ([key, incident]) => row(state, key, incident))}</ol>`}
        ${open.length > SHOWN ? html`<p class="quiet rest">另有 ${open.length - SHOWN} 起</p>` : nothing}
      </div>
    </section>`;
}

/** Whether it may be one with another: both are dispatched until a person has said so. */
function isSuspected(incident: Incident): boolean {
  return (incident.suspected?.length ?? 0) > 0;
}

function row(state: WallState, key: string, incident: Incident): TemplateResult {
  const systems = incident.systems.map((system) => systemName(state, system)).join("、");
  return html`
    <li class=${incident.urgency} data-origin=${reference("incidents", key)} data-title=${incident.incident_no}>
      <span class="urgency"><i aria-hidden="true">${MARKS[incident.urgency]}</i>${URGENCIES[incident.urgency]}</span>
      <span class="what">
        <b>${className(state, incident.incident_class)}</b><b class="place">${placeName(state, incident.region)}</b>
        ${isSuspected(incident) ? html`<b class="suspected" title="可能与 ${incident.suspected?.join("、")} 是同一起，待定夺">疑似重复</b>` : nothing}
        <span>${timeOfDay(incident.opened_at)} 起 · ${incident.reports} 次报告 · ${systems}</span>
      </span>
      <span class="state ${incident.state}">${STATES[incident.state]}</span>
      <button class="source" aria-label="${incident.incident_no}的来源">${age((state.now() - incident.as_of) / 1000)}</button>
    </li>`;
}
