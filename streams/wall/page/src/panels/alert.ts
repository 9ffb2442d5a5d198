// The levels of alert in force and when each is to be reviewed; exercises are marked.

import { html, nothing, type TemplateResult } from "lit-html";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Measure } from "../types";
import { dayAndTime, placeName } from "../words";

export function alert(state: WallState): TemplateResult | typeof nothing {
  const measures = [...state.measures].sort(([, one], [, other]) => one.measure.localeCompare(other.measure) || one.from_at - other.from_at);
  if (measures.length === 0) return nothing;
  return html`
    <ul class="alerts" aria-label="响应级别">${measures.map(([key, measure]) => html`
      <li class=${style(measure)} data-origin=${reference("measures", key)} data-title="${measure.name} ${measure.measure_no}">
        <strong><i aria-hidden="true">${measure.exercise ? "◇" : "◆"}</i>${measure.exercise ? "【演练】" : ""}${measure.name}</strong>
        <span>${measure.regions.map((region) => placeName(state, region)).join("、")} · ${review(state, measure)}</span>
      </li>`)}
    </ul>`;
}

function style(measure: Measure): string {
  return measure.exercise ? "exercise" : measure.measure;
}

function review(state: WallState, measure: Measure): string {
  if (measure.review_at === null) return measure.until_at === null ? "" : `至 ${dayAndTime(measure.until_at)}`;
  const missed = measure.missed_reviews > 0 ? `（逾期未复核 ${measure.missed_reviews} 次）` : "";
  return measure.review_at <= state.now() ? `复核时间已到${missed}` : `复核 ${dayAndTime(measure.review_at)}${missed}`;
}
