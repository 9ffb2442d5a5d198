// Where a figure came from: shown on hover and focus, held open by a click or Enter, closed by Escape.

import { html, render, type TemplateResult } from "lit-html";
import type { WallState } from "./state";
import type { Kind, Origin } from "./types";
import { age, dayAndTime } from "./words";

interface Known {
  as_of: number;
  origin: Origin;
}

export function provenanceContent(state: WallState, title: string, { as_of, origin }: Known): TemplateResult {
  return html`
    <h3>${title}</h3>
    <dl>
      <dt>截至</dt><dd>${dayAndTime(as_of)}<span class="quiet"> ${age((state.now() - as_of) / 1000)}前变化</span></dd>
      <dt>来源</dt><dd>${origin.topic}</dd>
      <dt>位置</dt><dd>分区 ${origin.partition} · 位移 ${origin.offset}</dd>
      <dt>成因</dt><dd>${origin.caused_by || "未注明"}</dd>
    </dl>`;
}

/** The attribute value that ties an element to what it shows. */
export const reference = (kind: Kind, key: string): string => `${kind}/${key}`;

export class Provenance {
  private readonly box = document.createElement("aside");
  private anchor: Element | null = null;
  private held = false;

  constructor(private readonly state: WallState) {
    this.box.className = "provenance";
    this.box.id = "provenance";
    this.box.setAttribute("role", "status");
    this.box.hidden = true;
    document.body.append(this.box);
    document.addEventListener("pointerover", (event) => this.point(event.target));
    document.addEventListener("focusin", (event) => this.point(event.target));
    document.addEventListener("click", (event) => this.hold(event.target));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** Bring the ages and values in the open box up to date. */
  refresh(): void {
    if (this.anchor === null) return;
    if (this.anchor.isConnected) this.show(this.anchor);
    else this.close();
  }

  private point(target: EventTarget | null): void {
    if (this.held) return;
    const anchor = target instanceof Element ? target.closest("[data-origin]") : null;
    if (anchor === null) this.close();
    else this.show(anchor);
  }

  private hold(target: EventTarget | null): void {
    if (!(target instanceof Element) || this.box.contains(target)) return;
    const pressed = target.closest("button.source, .figure[data-origin]");
    this.held = false;
    this.point(target);
    this.held = pressed !== null && this.anchor !== null;
    this.box.classList.toggle("held", this.held);
  }

  private close(): void {
    this.held = false;
    this.anchor = null;
    this.box.hidden = true;
    this.box.classList.remove("held");
  }

  private show(anchor: Element): void {
    const [kind, key] = split(anchor.getAttribute("data-origin") ?? "");
    const known = (this.state[kind] as Map<string, Known> | undefined)?.get(key);
    if (known === undefined) return this.close();
    this.anchor = anchor;
    render(html`
      ${provenanceContent(this.state, anchor.getAttribute("data-title") ?? key, known)}
      ${this.held ? html`<p class="quiet">按 Esc 关闭</p>` : ""}`, this.box);
    this.box.hidden = false;
    this.place(anchor);
  }

  private place(anchor: Element): void {
    const at = anchor.getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), window.innerWidth - box.width - 8);
    const below = at.bottom + 6;
    const top = below + box.height < window.innerHeight ? below : Math.max(8, at.top - box.height - 6);
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top}px`;
  }
}

function split(reference: string): [Kind, string] {
  const at = reference.indexOf("/");
  return [reference.slice(0, at) as Kind, reference.slice(at + 1)];
}
