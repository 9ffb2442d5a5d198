// A meeting or inspection (联席会议, 联合检查) that the centre has called: who came, and what was decided.

import { html, nothing, type TemplateResult } from "lit-html";
import { JOINT_KINDS, TASKS } from "../duty/answers";
import { className, dayAndTime, placeName } from "../words";
import { acting, type Doings, due } from "./card";
import type { Asked } from "./sheet";
import type { Meeting } from "./types";

const STATES: Record<string, string> = { called: "已召集，待召开", held: "已召开，待议定" };
/** So many decisions are asked for at once; the door takes more. */
const ROWS = 5;

export function meetingCard(meeting: Meeting, doings: Doings): TemplateResult {
  const { names } = doings;
  return html`
    <article class="card" data-item=${meeting.meeting_no} aria-label=${`${JOINT_KINDS[meeting.kind] ?? meeting.kind} ${meeting.meeting_no}`}>
      <header><h2>${JOINT_KINDS[meeting.kind] ?? meeting.kind}</h2><span class="state">${STATES[meeting.state]}</span>${meeting.state === "called" ? due(meeting.begins_at, doings.now) : nothing}</header>
      <dl>
        <dt>编号</dt><dd>${meeting.meeting_no}</dd>
        <dt>定于</dt><dd>${dayAndTime(meeting.begins_at)}</dd>
        ${meeting.held_at === null ? nothing : html`<dt>召开</dt><dd>${dayAndTime(meeting.held_at)}</dd>`}
        <dt>所议</dt><dd>${meeting.matters.map((one) => html`${className({ names }, one.incident_class)} · ${placeName({ names }, one.region)} <small>${one.matter_no}</small><br />`)}</dd>
        <dt>参加单位</dt><dd>${meeting.participants.map((one) => html`${one.unit_name}${one.came === false ? "（未到）" : ""}<br />`)}</dd>
      </dl>
      ${meeting.obstacle === null ? nothing : html`<p class="trouble">上次未成：${names.joint_obstacles?.[meeting.obstacle] ?? meeting.obstacle}</p>`}
      ${acting(meeting.meeting_no, [meeting.state === "called" ? holding(meeting) : deciding(meeting, doings)], doings)}
    </article>`;
}

function holding(meeting: Meeting): Asked {
  return {
    item: meeting.meeting_no, label: "已召开", title: "登记到会单位", path: `meetings/${meeting.meeting_no}/hold`, note: "勾选到会的单位。",
    fields: html`<div class="units">${meeting.participants.map((one) => html`<label><input type="checkbox" name="came" value=${one.unit} checked />${one.unit_name}</label>`)}</div>`,
    body: (form) => {
      const units = form.getAll("came").map(String);
      return units.length === 0 ? "至少有一个单位到会" : { units };
    },
  };
}

function deciding(meeting: Meeting, { names }: Doings): Asked {
  const options = (entries: [string, string][], empty: string): TemplateResult => html`<option value="">${empty}</option>${entries.map(([code, name]) => html`<option value=${code}>${name}</option>`)}`;
  const matters = meeting.matters.map((one): [string, string] => [one.matter_no, `${className({ names }, one.incident_class)} ${one.matter_no}`]);
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return {
    item: meeting.meeting_no, label: "议定", grave: true, title: "登记议定事项", path: `meetings/${meeting.meeting_no}/decide`,
    note: "每项议定成为一张工单，全部成立或全部不成立；空行不计。",
    fields: html`
      ${rows.map((row) => html`
        <fieldset><legend>议定 ${row + 1}</legend>
          <select name=${`matter${row}`} aria-label="事项">${options(matters, "事项")}</select>
          <select name=${`unit${row}`} aria-label="单位">${options(Object.entries(names.units), "单位")}</select>
          <select name=${`task${row}`} aria-label="任务">${options(Object.entries(TASKS), "任务")}</select>
        </fieldset>`)}
      <label for="document">纪要文号（可不填）</label><input id="document" name="document" maxlength="60" autocomplete="off" />`,
    body: (form) => decided(form, rows),
  };
}

function decided(form: FormData, rows: number[]): Record<string, unknown> | string {
  const told = rows.map((row) => ({ matter_no: String(form.get(`matter${row}`)), unit: String(form.get(`unit${row}`)), task: String(form.get(`task${row}`)) }));
  const begun = told.filter((one) => Object.values(one).some((value) => value !== ""));
  if (begun.length === 0) return "请至少填写一项议定";
  if (begun.some((one) => Object.values(one).includes(""))) return "每项议定都要有事项、单位和任务";
  const document = String(form.get("document") ?? "").trim();
  return { decisions: begun, ...(document === "" ? {} : { document }) };
}
