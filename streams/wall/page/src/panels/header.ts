// Whose wall it is, the time, and how far what it shows can be trusted.

import { html, type TemplateResult } from "lit-html";
import type { WallState } from "../state";
import { age, day, timeOfDay } from "../words";
import { alert } from "./alert";

interface Condition {
  level: "good" | "wait" | "bad";
  mark: string;
  text: string;
}

export function condition(state: WallState): Condition {
  if (state.connection === "lost") return { level: "bad", mark: "✕", text: "连接中断" };
  if (!state.hasSnapshot) return { level: "wait", mark: "…", text: "正在连接" };
  if (!state.whole) return { level: "bad", mark: "↻", text: "数据重建中" };
  if (state.isStale()) return { level: "bad", mark: "❚❚", text: "数据停滞" };
  return { level: "good", mark: "●", text: "实时" };
}

export function header(state: WallState): TemplateResult {
  const now = state.now();
  const { level, mark, text } = condition(state);
  return html`
    <header class="header">
      <div><h1>${state.names.city.name}<span>社会治理态势</span></h1>${alert(state)}</div>
      <p class="now"><time>${timeOfDay(now)}</time><span>${day(now)}</span></p>
      <p class="condition ${level}" role="status">
        <strong><i aria-hidden="true">${mark}</i>${text}</strong>
        <span>${until(state)}</span>
      </p>
    </header>`;
}

function until(state: WallState): string {
  const seconds = state.ageSeconds();
  if (seconds === null || state.currentUntil === null) return "尚无数据";
  return `数据截至 ${timeOfDay(state.currentUntil)}，${age(seconds)}前`;
}
