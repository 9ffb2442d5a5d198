// Puts a desk together, the centre's or that of a unit's leader: who sits there, what waits for that officer's word, and the word itself.

import { html, nothing, render, type TemplateResult } from "lit-html";
import { HubClock } from "../duty/hub-clock";
import { fetchNames } from "../feed";
import { door, NO_TOKEN, SIGNED_OUT } from "../signed/door";
import { followSigned } from "../signed/feed";
import { openSession, type Session, signOut } from "../signed/session";
import type { Names } from "../types";
import { timeOfDay } from "../words";
import { Acts } from "./acts";
import type { Doings } from "./card";
import { meetingCard } from "./meetings";
import { requestCard } from "./requests";
import { keyOf, reviewCard } from "./reviews";
import { type Asked, sheet } from "./sheet";
import { supervisionCard } from "./supervisions";
import type { Section, Waiting } from "./types";
import { NOTHING, SECTIONS } from "./words";
import "../signed/style.css";
import "./style.css";

const BEAT_MILLISECONDS = 1_000;
const RETRY_MILLISECONDS = 2_000;
/** After so long without news of the cache what is shown may be old. */
const STALE_MILLISECONDS = 30_000;
const ORDER = Object.keys(SECTIONS) as Section[];

class DeskPage {
  private session: Session | undefined;
  private waiting: Waiting | undefined;
  private live = false;
  private currentUntil: number | null = null;
  private section: Section | undefined;
  private asked: Asked | undefined;
  private trouble = "";
  private stop: (() => void) | undefined;
  private frame = 0;
  private readonly clock = new HubClock();
  private readonly draw = (): void => {
    this.frame ||= requestAnimationFrame(() => this.drawNow());
  };
  private acts = new Acts(() => this.clock.now(), this.draw);

  constructor(private readonly names: Names, private readonly root: HTMLElement) {
    setInterval(() => {
      this.clock.look();
      this.draw();
    }, BEAT_MILLISECONDS);
    this.enter(openSession());
  }

  private enter(session: Session | undefined): void {
    this.session = session;
    if (session !== undefined) {
      this.trouble = "";
      this.stop = followSigned("/v1/desk/stream", session.token, {
        events: { desk: (data) => this.take(data as Waiting) },
        heartbeat: (beat) => {
          this.clock.set(beat.now);
          this.currentUntil = beat.current_until ?? this.currentUntil;
          this.draw();
        },
        signedOut: (reason) => this.leave(SIGNED_OUT[reason] ?? `登录被拒绝（${reason}）`),
        connection: (live) => {
          this.live = live;
          this.draw();
        },
      });
    }
    this.draw();
  }

  private take(waiting: Waiting): void {
    this.waiting = waiting;
    this.clock.set(waiting.now);
    const items = itemsOf(waiting);
    this.acts.keepOnly(items);
    if (this.asked !== undefined && !items.has(this.asked.item)) this.asked = undefined;
    this.draw();
  }

  private leave(trouble: string): void {
    this.stop?.();
    signOut();
    this.session = this.waiting = this.asked = this.section = undefined;
    this.live = false;
    this.acts = new Acts(() => this.clock.now(), this.draw);
    this.trouble = trouble;
    this.draw();
  }

  private drawNow(): void {
    this.frame = 0;
    render(this.session === undefined ? this.door() : this.page(this.session), this.root);
    const waits = this.waiting === undefined ? 0 : itemsOf(this.waiting).size;
    document.title = waits === 0 ? this.title() : `(${waits}) ${this.title()}`;
  }

  private title(): string {
    return this.waiting?.centre === false ? "审批席" : "中心席";
  }

  private door(): TemplateResult {
    return door(`${this.names.city.name}中心席与审批席`, this.trouble, (session) => {
      if (session === undefined) this.trouble = NO_TOKEN;
      this.enter(session);
    });
  }

  private page({ claims }: Session): TemplateResult {
    return html`
      <header class="top">
        <div><h1>${this.names.units[claims.unit] ?? claims.unit} · ${this.title()}</h1><p>${claims.post} · ${claims.officer} · ${claims.shift}${this.waiting?.centre === false ? html` <a href="/duty/">值班工单</a>` : nothing}</p></div>
        <div class="clock-of-hub"><time>${timeOfDay(this.clock.now())}</time>${this.condition()}</div>
      </header>
      ${this.waiting === undefined ? html`<p class="empty" role="status">正在读取待办……</p>` : this.desk(this.waiting)}
      <footer><button class="quiet" @click=${() => this.leave("")}>退出登录</button></footer>
      ${this.asked === undefined ? nothing : this.sheetOf(this.asked)}`;
  }

  private desk(waiting: Waiting): TemplateResult {
    const shown = this.section ?? ORDER.find((section) => (waiting[section] ?? []).length > 0) ?? ORDER.find((section) => waiting[section] !== null)!;
    const tab = (section: Section): TemplateResult => html`
      <button role="tab" aria-selected=${section === shown} @click=${() => this.choose(section)}>${SECTIONS[section]} <b>${waiting[section]?.length ?? "—"}</b></button>`;
    const tabs = waiting.centre ? ORDER : ORDER.filter((section) => waiting[section] !== null);
    return html`
      <nav role="tablist" aria-label="待办">${tabs.map(tab)}</nav>
      <main>${this.cards(waiting, shown)}</main>`;
  }

  private cards(waiting: Waiting, section: Section): TemplateResult | TemplateResult[] {
    if (waiting[section] === null) return html`<p class="empty">本岗位不办理${SECTIONS[section]}</p>`;
    if (waiting[section].length === 0) return html`<p class="empty">${NOTHING[section]}</p>`;
    const doings = this.doings();
    switch (section) {
      case "reviews": return waiting.reviews!.map((one) => reviewCard(one, doings));
      case "requests": return waiting.requests.map((one) => requestCard(one, doings));
      case "supervisions": return waiting.supervisions!.map((one) => supervisionCard(one, doings));
      case "meetings": return waiting.meetings.map((one) => meetingCard(one, doings));
    }
  }

  private doings(): Doings {
    return {
      names: this.names,
      now: this.clock.now(),
      acts: this.acts,
      ask: (asked) => {
        this.asked = asked;
        this.trouble = "";
        this.draw();
      },
      again: (item) => {
        if (this.session !== undefined) void this.acts.again(item, this.session.token);
      },
    };
  }

  private choose(section: Section): void {
    this.section = section;
    this.draw();
  }

  private sheetOf(asked: Asked): TemplateResult {
    const close = (): void => {
      this.asked = undefined;
      this.trouble = "";
      this.draw();
    };
    return sheet(asked, this.trouble, {
      close,
      trouble: (text) => {
        this.trouble = text;
        this.draw();
      },
      say: (said, body) => {
        if (this.session !== undefined) void this.acts.say(said.item, this.session.token, said.label, said.path, body);
        close();
      },
    });
  }

  private condition(): TemplateResult {
    if (!this.live) return html`<span class="condition bad" role="status">离线</span>`;
    const isStale = this.currentUntil === null || this.clock.now() - this.currentUntil > STALE_MILLISECONDS;
    return isStale ? html`<span class="condition wait" role="status">数据可能已过时</span>` : html`<span class="condition good" role="status">已连接</span>`;
  }
}

function itemsOf(waiting: Waiting): Set<string> {
  return new Set([
    ...(waiting.reviews ?? []).map(keyOf),
    ...waiting.requests.map((one) => one.request_no),
    ...(waiting.supervisions ?? []).map((one) => one.supervision_no),
    ...waiting.meetings.map((one) => one.meeting_no),
  ]);
}

async function main(): Promise<void> {
  const root = document.getElementById("desk");
  if (root === null) throw new Error("there is no #desk");
  for (;;) {
    try {
      new DeskPage(await fetchNames(), root);
      return;
    } catch {
      render(html`<p class="empty" role="status">正在连接网关……</p>`, root);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

void main();
