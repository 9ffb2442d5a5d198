// What it is about: one row for each class of incident in the region in focus.

import { html, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Tile } from "../types";
import { age, className } from "../words";
import { bar, overdue } from "./bar";

export function classes(state: WallState): TemplateResult {
  const rows = Object.keys(state.names.classes)
    .map((code) => state.tile(state.focus, code))
    .filter((tile) => tile !== undefined)
    .sort((one, other) => other.open - one.open || other.overdue - one.overdue);
  const most = Math.max(1, ...rows.map((tile) => tile.open));
  return html`
    <section class="panel classes" aria-label="按类别">
      <h2>按类别<span class="legend">
        <span><i class="swatch overdue"></i>超时</span><span><i class="swatch waiting"></i>待签收</span><span><i class="swatch acknowledged"></i>已签收</span>
      </span></h2>
      ${rows.length === 0 ? html`<p class="empty">尚无事项</p>` : html`
        <div class="scroll" tabindex="0"><table>
          <thead><tr><th scope="col">类别</th><th scope="col" class="bar">未结构成</th><th scope="col">未结</th><th scope="col">签收</th><th scope="col">超时</th><th scope="col">变化</th></tr></thead>
          <tbody>${repeat(rows, (tile) => tile.incident_class, (tile) => row(state, tile, most))}</tbody>
        </table></div>`}
    </section>`;
}

function row(state: WallState, tile: Tile, most: number): TemplateResult {
  const name = className(state, tile.incident_class);
  return html`
    <tr data-origin=${reference("tiles", `${tile.region}|${tile.incident_class}`)} data-title=${name} class=${tile.overdue > 0 ? "late" : ""}>
      <th scope="row">${name}</th>
      <td class="bar">${bar(tile.at_least ? { ...tile, acknowledged: tile.open } : tile, most)}</td>
      <td>${tile.at_least ? `≥${tile.open}` : tile.open}</td><td>${tile.at_least ? "—" : tile.acknowledged}</td><td class="overdue">${overdue(tile.overdue)}</td>
      <td><button class="source" aria-label="${name}的来源">${age((state.now() - tile.as_of) / 1000)}</button></td>
    </tr>`;
}
