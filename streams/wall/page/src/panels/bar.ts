// A tile as a bar: what is overdue, what waits for its acknowledgement, what is acknowledged.

import { html, type TemplateResult } from "lit-html";
import type { Tile } from "../types";

/** `most` is the count that fills the whole width. */
export function bar(tile: Tile, most: number): TemplateResult {
  const acknowledged = Math.max(0, Math.min(tile.acknowledged, tile.open - tile.overdue));
  const waiting = Math.max(0, tile.open - tile.overdue - acknowledged);
  const share = (count: number): string => `width:${(100 * count) / Math.max(1, most)}%`;
  return html`<div class="bar" aria-hidden="true">
    <i class="overdue" style=${share(tile.overdue)}></i><i class="waiting" style=${share(waiting)}></i><i class="acknowledged" style=${share(acknowledged)}></i>
  </div>`;
}

export const overdue = (count: number): TemplateResult => (count > 0 ? html`<i aria-hidden="true">▲</i>${count}` : html`0`);
