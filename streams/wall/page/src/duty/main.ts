// Puts the duty page together: who is on duty, the unit's orders, taps that are kept until the hub has taken them.

import { html, nothing, render, type TemplateResult } from "lit-html";
import { fetchNames } from "../feed";
import { door, NO_TOKEN, SIGNED_OUT } from "../signed/door";
import { openSession, type Session, signOut } from "../signed/session";
import type { Names } from "../types";
import { timeOfDay } from "../words";
import type { Answer } from "./answers";
import { card, tapLine } from "./card";
import { Contents } from "./contents";
import { follow } from "./feed";
import { Handover } from "./handover";
import { Receipts } from "./receipts";
import { requestSheet } from "./request-sheet";
import { evidenceSheet, refusalSheet, resultSheet, type Sheet } from "./sheet";
import { DutyState } from "./state";
import { type Signer, Taps } from "./taps";
import type { DutyOrder } from "./types";
import { whistleSheet } from "./whistle";
import "../signed/style.css";
import "./style.css";

const BEAT_MILLISECONDS = 1_000;
const RETRY_MILLISECONDS = 2_000;
const NAMES = "duty.names";
const RING = [300, 150, 300];

class DutyPage {
  private session: Session | undefined;
  private state = new DutyState();
  private sheet: Sheet | undefined;
  private trouble = "";
  private stop: (() => void) | undefined;
  private frame = 0;
  private readonly draw = (): void => {
    this.frame ||= requestAnimationFrame(() => this.drawNow());
  };
  private readonly taps = new Taps(() => this.state.clock.now(), this.draw);
  private readonly handover = new Handover(this.draw);

  private readonly contents = new Contents(this.draw);
  private readonly receipts = new Receipts(() => this.receive());

  constructor(private readonly names: Names, private readonly root: HTMLElement) {
    setInterval(() => {
      this.state.clock.look();
      this.receive();
      this.draw();
    }, BEAT_MILLISECONDS);
    window.addEventListener("online", () => this.send());
    this.enter(openSession());
  }

  private enter(session: Session | undefined): void {
    this.session = session;
    if (session !== undefined) {
      this.trouble = "";
      this.taps.signedOut = false;
      this.stop = follow(session.claims.unit, session.token, {
        orders: (inbox) => this.ring(this.state.take(inbox)),
        changes: (changes) => this.ring(this.state.change(changes)),
        heartbeat: (beat) => this.state.beat(beat),
        signedOut: (reason) => this.leave(SIGNED_OUT[reason] ?? `登录被拒绝（${reason}）`),
        connection: (live) => this.connected(live),
      });
    }
    this.draw();
  }

  private leave(trouble: string): void {
    this.stop?.();
    signOut();
    this.session = undefined;
    this.sheet = undefined;
    this.state = new DutyState();
    this.contents.forget();
    this.trouble = trouble;
    this.draw();
  }

  private connected(live: boolean): void {
    const isNew = live && !this.state.live;
    this.state.live = live;
    if (isNew) this.send();
    this.draw();
  }

  private get signer(): Signer | undefined {
    return this.session && { token: this.session.token, unit: this.session.claims.unit, officer: this.session.claims.officer };
  }

  private send(): void {
    if (this.signer !== undefined) void this.taps.send(this.signer);
  }

  private receive(): void {
    if (this.signer !== undefined && this.state.live) this.receipts.look(this.signer, this.state.open());
  }

  private ring(fresh: string[]): void {
    if (fresh.length > 0) navigator.vibrate?.(RING);
  }

  private say(order: DutyOrder, answer: Answer, said?: Record<string, unknown>): void {
    if (answer.asks !== undefined && said === undefined) this.sheet = { order, answer, trouble: "" };
    else if (this.signer !== undefined) {
      this.sheet = undefined;
      this.taps.add(this.signer, order, answer, said ?? answer.body ?? {});
    }
    this.draw();
  }

  private drawNow(): void {
    this.frame = 0;
    render(this.session === undefined ? this.door() : this.page(this.session), this.root);
    const open = this.session === undefined ? 0 : this.state.open().length;
    document.title = open === 0 ? "值班工单" : `(${open}) 值班工单`;
  }

  private door(): TemplateResult {
    const kept = this.taps.kept().length;
    const below = kept === 0 ? nothing : html`<p class="kept-here">本机还有 ${kept} 条应答尚未发送，登录后自动发送。</p>`;
    const enter = (session: Session | undefined): void => {
      if (session === undefined) this.trouble = NO_TOKEN;
      this.enter(session);
    };
    return door(`${this.names.city.name}值班工单`, this.trouble, enter, below);
  }

  private page(session: Session): TemplateResult {
    const { claims } = session;
    const now = this.state.clock.now();
    const open = this.state.open();
    const answered = this.state.answered();
    return html`
      <header class="top">
        <div><h1>${this.names.units[claims.unit] ?? claims.unit}</h1><p>${claims.post} · ${claims.officer} · ${claims.shift}${(this.names.leaders ?? []).includes(claims.role) ? html` <a href="/desk/">审批</a>` : nothing}</p></div>
        <div class="clock-of-hub"><time>${timeOfDay(now)}</time>${this.condition()}</div>
      </header>
      ${this.banner(claims.unit, claims.officer)}
      ${this.handover.show(session, open, now)}
      <main>
        ${this.taps.all().filter((tap) => tap.state === "refused" && !this.state.orders.has(tap.order_no)).map((tap) => html`<article class="card"><p>${tap.order_no}</p>${tapLine(tap, { drop: (told) => this.taps.drop(told) })}</article>`)}
        ${!this.state.known ? html`<p class="empty" role="status">正在读取工单……</p>` : nothing}
        ${this.state.known && open.length === 0 ? html`<p class="empty">没有待办工单</p>` : nothing}
        ${open.map((order) => this.card(order, now))}
        ${answered.length === 0 ? nothing : html`<details class="answered"><summary>已答复 ${answered.length} 件</summary>${answered.map((order) => this.card(order, now))}</details>`}
      </main>
      <footer><button class="quiet" @click=${() => this.leave("")}>退出登录</button></footer>
      ${this.sheet === undefined ? nothing : this.asked(this.sheet)}`;
  }

  private card(order: DutyOrder, now: number): TemplateResult {
    return card(this.names, order, this.taps.of(order.order_no), this.contents.of(order.order_no), now, {
      say: (chosen, answer) => this.say(chosen, answer),
      drop: (tap) => this.taps.drop(tap),
      read: (chosen) => this.read(chosen),
    });
  }

  private read(order: DutyOrder): void {
    if (this.session !== undefined) void this.contents.ask(order.order_no, this.session.token);
  }

  private asked(sheet: Sheet): TemplateResult {
    const close = (): void => {
      this.sheet = undefined;
      this.draw();
    };
    const trouble = (text: string): void => {
      this.sheet = { ...sheet, trouble: text };
      this.draw();
    };
    const choose = (choice: number): void => {
      this.sheet = { ...sheet, trouble: "", choice };
      this.draw();
    };
    const doings = { close, trouble, choose, say: (said: Record<string, unknown>, instead?: Answer) => this.say(sheet.order, instead ?? sheet.answer, said) };
    switch (sheet.answer.asks) {
      case "request": return requestSheet(this.names, sheet, this.state.clock.now(), doings);
      case "result": return resultSheet(sheet, doings);
      case "refusal": return refusalSheet(sheet, doings);
      case "whistle": return whistleSheet(this.names, sheet, doings);
      default: return evidenceSheet(sheet, doings);
    }
  }

  private condition(): TemplateResult {
    if (!this.state.live) return html`<span class="condition bad" role="status">离线</span>`;
    if (this.state.isStale()) return html`<span class="condition wait" role="status">数据可能已过时</span>`;
    return html`<span class="condition good" role="status">已连接</span>`;
  }

  private banner(unit: string, officer: string): TemplateResult | typeof nothing {
    const kept = this.taps.kept();
    const others = kept.filter((tap) => tap.unit !== unit || tap.officer !== officer);
    const own = kept.length - others.length;
    const lines = [
      this.state.live ? "" : "网络中断：应答会留存在本机，恢复后按先后发送",
      this.state.live || this.state.clock.sure ? "" : "本机时间未经校准，倒计时仅供参考",
      own === 0 || (this.state.live && this.taps.obstacle === "") ? "" : `留存 ${own} 条，尚未发送${this.taps.obstacle === "" ? "" : `：${this.taps.obstacle}`}`,
      others.length === 0 ? "" : `另有 ${others.length} 条由 ${[...new Set(others.map((tap) => tap.officer))].join("、")} 留存，待本人登录后发送`,
    ].filter((line) => line !== "");
    return lines.length === 0 ? nothing : html`<div class="banner" role="status">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
  }
}

/** The names as the gateway has them, without network as they were last. */
async function namesOf(): Promise<Names> {
  try {
    const names = await fetchNames();
    localStorage.setItem(NAMES, JSON.stringify(names));
    return names;
  } catch (error) {
    const kept = localStorage.getItem(NAMES);
    if (kept === null) throw error;
    return JSON.parse(kept) as Names;
  }
}

async function main(): Promise<void> {
  const root = document.getElementById("duty");
  if (root === null) throw new Error("there is no #duty");
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/duty/worker.js", { scope: "/duty/" });
  for (;;) {
    try {
      new DutyPage(await namesOf(), root);
      return;
    } catch {
      render(html`<p class="empty" role="status">正在连接值班网关……</p>`, root);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

void main();
