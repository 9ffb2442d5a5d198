// Puts the wall together: one state, panels that read it, a frame after each change and a beat each second.

import { html, render, type TemplateResult } from "lit-html";
import { fetchNames, follow } from "./feed";
import { classes } from "./panels/classes";
import { clocks } from "./panels/clocks";
import { condition, header } from "./panels/header";
import { headline } from "./panels/headline";
import { incidents } from "./panels/incidents";
import { PlaceDrawing } from "./panels/places";
import { regions } from "./panels/regions";
import { sources } from "./panels/sources";
import { Provenance } from "./provenance";
import { WallState } from "./state";
import "./style.css";

const BEAT_MILLISECONDS = 1_000;
const RETRY_MILLISECONDS = 2_000;

function start(state: WallState, root: HTMLElement): void {
  const provenance = new Provenance(state);
  let byUnit = false;
  let places: PlaceDrawing | undefined;
  let frame = 0;

  const focus = (region: string): void => {
    state.focus = region;
    draw();
  };
  const choose = (chosen: boolean): void => {
    byUnit = chosen;
    draw();
  };

  function draw(): void {
    frame = 0;
    const { level } = condition(state);
    root.className = level === "good" ? "" : "stale";
    render(html`
      ${header(state)}
      ${headline(state, focus)}
      <main>
        ${regions(state, focus)}
        <section class="panel places" aria-label="分布"><h2>分布${legend(state)}</h2><div class="drawing" id="places"></div></section>
        ${classes(state)}
        ${clocks(state, byUnit, choose)}
        ${incidents(state)}
      </main>
      ${sources(state)}`, root);
    places ??= new PlaceDrawing(element("places"), focus);
    places.draw(state);
    provenance.refresh();
  }

  const soon = (): void => {
    frame ||= requestAnimationFrame(draw);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && state.focus !== state.names.city.code) focus(state.focus.length > 9 ? state.focus.slice(0, -3) : state.names.city.code);
  });
  follow(state, soon);
  setInterval(soon, BEAT_MILLISECONDS);
  draw();
}

function legend(state: WallState): TemplateResult {
  return state.focus === state.names.city.code
    ? html`<span class="legend">圆圈大小为未结数，虚线和 ▲ 为有超时</span>`
    : html`<span class="legend"><span class="critical"><i aria-hidden="true">■</i>特急</span><span class="urgent"><i aria-hidden="true">◆</i>紧急</span><span><i aria-hidden="true">●</i>一般</span></span>`;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`there is no #${id}`);
  return found;
}

async function main(): Promise<void> {
  const root = element("wall");
  for (;;) {
    try {
      const names = await fetchNames();
      document.title = `${names.city.name}社会治理态势`;
      return start(new WallState(names), root);
    } catch {
      render(html`<p class="connecting" role="status">正在连接大屏网关……</p>`, root);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

void main();
