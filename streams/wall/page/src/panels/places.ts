// Where it happens: towns as circles over the district, single incidents below. Shapes say the same as colours.

import { ScatterChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { render } from "lit-html";
import { type Side, sides } from "../labels";
import { provenanceContent } from "../provenance";
import type { WallState } from "../state";
import type { Tile, Town, Urgency } from "../types";
import { regionName } from "../words";
import { openIncidents } from "./incidents";

use([GridComponent, ScatterChart, SVGRenderer, TooltipComponent]);

const TEXT = "#e8eef7";
const MARGIN = 8;
const COLOURS = { calm: "#4fa3e3", overdue: "#ff7a45" };
const MARKS: Record<Urgency, { symbol: string; colour: string; size: number }> = {
  critical: { symbol: "rect", colour: "#ff7a45", size: 11 },
  urgent: { symbol: "diamond", colour: "#f5b83d", size: 12 },
  routine: { symbol: "circle", colour: "#c9d3e0", size: 8 },
};
type Span = [number, number];

/** Draws into an element that lit leaves alone; `focus` is called with a town that is clicked. */
export class PlaceDrawing {
  private readonly chart: ECharts;
  private drawn = "";
  private tip: (region: string) => HTMLElement | string = () => "";

  constructor(private readonly element: HTMLElement, focus: (region: string) => void) {
    this.chart = init(element, undefined, { renderer: "svg" });
    new ResizeObserver(() => this.chart.resize()).observe(element);
    this.chart.on("click", (event) => {
      const region = (event.data as { region?: string } | undefined)?.region;
      if (region !== undefined) focus(region);
    });
  }

  draw(state: WallState): void {
    const { clientWidth, clientHeight } = this.element;
    const drawing = `${state.version} ${state.focus} ${clientWidth} ${clientHeight}`;
    if (drawing === this.drawn) return;
    this.drawn = drawing;
    const whole = state.focus.length < 9;
    const towns = Object.entries(state.names.towns).filter(([code]) => whole || state.focus.startsWith(code));
    const located = openIncidents(state)
      .map(([, incident]) => incident)
      .filter((incident) => incident.longitude !== null && incident.latitude !== null);
    // Over the whole district the towns' circles speak for the incidents in them.
    const points = (whole || located.length === 0 ? towns.map(([, town]) => town) : located).map(place);
    const { x, y } = frame(points, clientWidth / Math.max(1, clientHeight));
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const marked = whole ? [] : (["routine", "urgent", "critical"] as const);
    this.tip = (region) => origin(state, region);
    this.chart.setOption({
      animation: false,
      tooltip: {
        className: "tip", transitionDuration: 0, confine: true, padding: 12,
        backgroundColor: "#1c2b45", borderColor: "#35496a", borderWidth: 1, textStyle: { color: TEXT },
        formatter: ({ data }: { data: { region?: string } }) => this.tip(data.region ?? ""),
      },
      grid: { left: MARGIN, right: MARGIN, top: MARGIN, bottom: MARGIN },
      xAxis: { type: "value", min: x[0], max: x[1], show: false },
      yAxis: { type: "value", min: y[0], max: y[1], show: false },
      series: [
        ...marked.map((urgency) => ({
          type: "scatter", silent: true, z: 3,
          symbol: MARKS[urgency].symbol,
          symbolSize: (MARKS[urgency].size * rem * 1.3) / 16,
          itemStyle: { color: MARKS[urgency].colour, borderColor: "#0b1220", borderWidth: 1, opacity: 1 },
          data: located.filter((incident) => incident.urgency === urgency).map(place),
        })),
        {
          type: "scatter", z: 2, cursor: "pointer",
          data: whole ? towns.map(([code, town]) => circle(code, town, state.tile(code), rem)) : [],
        },
        {
          type: "scatter", silent: true, z: 4, itemStyle: { color: "transparent" },
          data: this.names(towns.map(([code, town]) => ({ town, tile: whole ? state.tile(code) : undefined })), x, y, rem),
        },
      ],
    }, { notMerge: true });
  }

  /** The names of the towns, those with most to do first, each where there is room for it. */
  private names(towns: { town: Town; tile: Tile | undefined }[], x: Span, y: Span, rem: number): unknown[] {
    const { clientWidth, clientHeight } = this.element;
    const ordered = towns.sort((one, other) => (other.tile?.open ?? 0) - (one.tile?.open ?? 0));
    const chosen = sides(ordered.map(({ town, tile }) => {
      const letters = Math.max(town.name.length + (tile?.open ? 1.6 : 0) + (tile?.overdue ? 1.6 : 0), 1);
      const letter = (tile?.open ? 0.92 : 0.75) * rem;
      return {
        x: MARGIN + ((town.longitude - x[0]) / (x[1] - x[0])) * (clientWidth - 2 * MARGIN),
        y: MARGIN + ((y[1] - town.latitude) / (y[1] - y[0])) * (clientHeight - 2 * MARGIN),
        r: sizeOf(tile, rem) / 2, width: letters * letter, height: 1.3 * letter, important: Boolean(tile?.open),
      };
    }));
    return ordered.flatMap(({ town, tile }, index) => {
      const side = chosen[index];
      return side ? [name(town, tile, rem, side)] : [];
    });
  }
}

const place = ({ longitude, latitude }: { longitude: number | null; latitude: number | null }): Span => [longitude ?? 0, latitude ?? 0];

const sizeOf = (tile: Tile | undefined, rem: number): number => (!tile?.open ? 0.35 : 0.6 + 0.62 * Math.sqrt(tile.open)) * rem;

function circle(code: string, town: Town, tile: Tile | undefined, rem: number): unknown {
  const open = tile?.open ?? 0;
  const colour = open === 0 ? "#3d506d" : (tile?.overdue ?? 0) > 0 ? COLOURS.overdue : COLOURS.calm;
  return {
    value: place(town),
    region: code,
    symbolSize: sizeOf(tile, rem),
    itemStyle: {
      opacity: 1,
      color: open === 0 ? colour : (tile?.overdue ?? 0) > 0 ? "rgba(255,122,69,.16)" : "rgba(79,163,227,.16)",
      borderColor: colour, borderWidth: open === 0 ? 0 : 2, borderType: (tile?.overdue ?? 0) > 0 ? "dashed" : "solid",
    },
  };
}

function name(town: Town, tile: Tile | undefined, rem: number, side: Side): unknown {
  const late = tile?.overdue ?? 0;
  const open = tile?.open ?? 0;
  return {
    value: place(town),
    symbolSize: sizeOf(tile, rem),
    label: {
      show: true,
      position: side,
      distance: 3,
      formatter: open === 0 ? town.name : `${town.name} {open|${open}}${late > 0 ? ` {late|▲${late}}` : ""}`,
      color: open === 0 ? "#7388a5" : TEXT,
      fontSize: (open === 0 ? 0.75 : 0.88) * rem,
      fontWeight: open === 0 ? 400 : 600,
      textBorderColor: "#101a2b", textBorderWidth: 3,
      rich: { open: { color: TEXT, fontWeight: 700, fontSize: 1.15 * rem }, late: { color: COLOURS.overdue, fontWeight: 700, fontSize: 0.88 * rem } },
    },
  };
}

function origin(state: WallState, region: string): HTMLElement | string {
  const tile = state.tile(region);
  if (tile === undefined) return "";
  const element = document.createElement("div");
  render(provenanceContent(state, `${regionName(state, region)} · 未结 ${tile.open}`, tile), element);
  return element;
}

/** The span of both axes that shows all points undistorted. */
function frame(points: Span[], aspect: number): { x: Span; y: Span } {
  if (points.length === 0) return { x: [0, 1], y: [0, 1] };
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const middle = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
  const squeeze = Math.cos((middle.y * Math.PI) / 180);
  const height = Math.max(0.04, Math.max(...ys) - Math.min(...ys), ((Math.max(...xs) - Math.min(...xs)) * squeeze) / aspect) * 1.16;
  const width = (height * aspect) / squeeze;
  return { x: [middle.x - width / 2, middle.x + width / 2], y: [middle.y - height / 2, middle.y + height / 2] };
}
