// What a unit asks somebody else to approve: suspension, extension, return, for the reasons that the city's rules have.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Names, RequestRule } from "../types";
import { CLOCKS } from "../words";
import { REQUESTS } from "./answers";
import { UNITS } from "./countdown";
import type { Sheet, SheetDoings } from "./sheet";
import type { DutyClock, DutyOrder } from "./types";

const DAY = 86_400_000;
/** What is asked for until a day, and what its length is called. */
const SPELLS: Record<string, string> = { suspend: "中止时长（天）", park: "挂账时长（天）" };
const DONE = ["resolved", "replied"];
/** An order may be returned until it is accepted. */
const RETURNABLE = ["sent", "undelivered", "delivered", "acknowledged"];

interface Askable {
  rule: RequestRule;
  /** The clock of an extension. */
  clock?: DutyClock;
}

/** What the rules leave room for on an order as it stands; the hub says the last word. */
export function askable(names: Names, order: DutyOrder): Askable[] {
  const running = order.clocks.filter((clock) => clock.state === "running");
  const rules = (names.requests ?? []).filter((rule) => rule.urgency === order.urgency);
  rules.sort((one, other) => Number(one.request === "return") - Number(other.request === "return"));
  return rules.flatMap((rule): Askable[] => {
    const clocks = running.filter((clock) => rule.kinds.includes(clock.kind));
    if (rule.request === "suspend") return clocks.length > 0 ? [{ rule }] : [];
    if (rule.request === "park") return clocks.length > 0 && order.role === "lead" && !DONE.includes(order.state) ? [{ rule }] : [];
    if (rule.request === "return") return RETURNABLE.includes(order.state) ? [{ rule }] : [];
    if (rule.request !== "extend") return [];
    return clocks.filter((clock) => clock.limit.unit === rule.unit).map((clock) => ({ rule, clock }));
  });
}

export function requestSheet(names: Names, sheet: Sheet, now: number, doings: SheetDoings): TemplateResult {
  const options = askable(names, sheet.order);
  const chosen = options[sheet.choice ?? 0];
  const ask = (event: Event): void => {
    event.preventDefault();
    if (chosen === undefined) return;
    const { rule, clock } = chosen;
    const field = document.getElementById("request-amount") as HTMLInputElement | null;
    const amount = Number(field?.value);
    if (field !== null && (!Number.isInteger(amount) || amount < 1)) return doings.trouble("请填写整数");
    const until = SPELLS[rule.request] !== undefined ? { until_at: new Date(now + amount * DAY).toISOString() } : {};
    const body = clock === undefined ? until : { clock: clock.kind, amount };
    doings.say({ reason: rule.reason, ...body }, { word: rule.request, label: `请示${REQUESTS[rule.request] ?? ""}` });
  };
  return html`
    <div class="shade" @click=${doings.close}></div>
    <form class="sheet" role="dialog" aria-label="请示" @submit=${ask}>
      <h2>请示</h2>
      ${sheet.trouble === "" ? nothing : html`<p class="trouble" role="alert">${sheet.trouble}</p>`}
      <label for="request-reason">请示事由</label>
      <select id="request-reason" @change=${(event: Event) => doings.choose(Number((event.target as HTMLSelectElement).value))}>
        ${options.map((option, place) => html`<option value=${place} ?selected=${option === chosen}>${label(option, options)}</option>`)}
      </select>
      ${chosen === undefined || chosen.rule.request === "return" ? nothing : html`
        <label for="request-amount">${chosen.clock === undefined ? SPELLS[chosen.rule.request] : `延长（${UNITS[chosen.clock.limit.unit]}）`}</label>
        <input id="request-amount" type="number" inputmode="numeric" min="1" max=${chosen.clock === undefined ? 365 : chosen.rule.most} required />`}
      <p class="quiet">提交后由有权审批的人决定；批准前时限照常计算，先接先办。</p>
      <button class="next">提交请示</button>
      <button type="button" class="quiet" @click=${doings.close}>取消</button>
    </form>`;
}

/** The clock is named where a reason concerns more than one. */
function label({ rule, clock }: Askable, options: Askable[]): string {
  const alike = options.filter((other) => other.rule.request === rule.request && other.rule.reason === rule.reason);
  const kind = clock !== undefined && alike.length > 1 ? clock.stage_name ?? (CLOCKS as Record<string, string>)[clock.kind] ?? clock.kind : "";
  return `${kind}${REQUESTS[rule.request] ?? rule.request}：${rule.name}`;
}
