// One row for each region below the one in focus: what is open, acknowledged and overdue there.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { reference } from "../provenance";
import type { WallState } from "../state";
import type { Tile } from "../types";
import { age, regionName, TIERS, tierBelow } from "../words";
import { bar, overdue } from "./bar";

export function regions(state: WallState, focus: (region: string) => void): TemplateResult {
  const tier = tierBelow(state.focus);
  const rows = [...state.tiles.values()]
    .filter((tile) => tile.tier === tier && tile.incident_class === "*" && state.inFocus(tile.region))
    .sort((one, other) => other.overdue - one.overdue || other.open - one.open || one.region.localeCompare(other.region));
  const most = Math.max(1, ...rows.map((tile) => tile.open));
  const silent = tier === "town" ? Object.entries(state.names.towns).filter(([code]) => state.tile(code) === undefined) : [];
  return html`
    <section class="panel regions" aria-label="各${tier === undefined ? "网格" : TIERS[tier]}">
      <h2>${tier === undefined ? "网格" : `各${TIERS[tier]}`}<span class="quiet">点击名称下钻</span></h2>
      ${rows.length === 0 ? html`<p class="empty">${tier === undefined ? "网格之下不再细分" : "尚无事项"}</p>` : html`
      <div class="scroll" tabindex="0">
        <table>
          <thead><tr>
            <th scope="col">区域</th><th scope="col" class="bar">未结构成</th>
            <th scope="col">未结</th><th scope="col">签收</th><th scope="col">超时</th><th scope="col">变化</th>
          </tr></thead>
          <tbody>${repeat(rows, (tile) => tile.region, (tile) => row(state, tile, most, focus))}</tbody>
        </table>
        ${silent.length > 0 ? html`<p class="quiet rest">其余 ${silent.length} 个镇街尚无事项：${silent.map(([, { name }]) => name).join("、")}</p>` : nothing}
      </div>`}
    </section>`;
}

function row(state: WallState, tile: Tile, most: number, focus: (region: string) => void): TemplateResult {
  const name = regionName(state, tile.region);
  return html`
    <tr data-origin=${reference("tiles", `${tile.region}|*`)} data-title=${name} class=${tile.overdue > 0 ? "late" : ""}>
      <th scope="row"><button @click=${() => focus(tile.region)}>${name}</button></th>
      <td class="bar">${bar(tile, most)}</td>
      <td>${tile.open}</td><td>${tile.acknowledged}</td><td class="overdue">${overdue(tile.overdue)}</td>
      <td><button class="source" aria-label="${name}的来源">${age((state.now() - tile.as_of) / 1000)}</button></td>
    </tr>`;
}
