// 交接班: whoever comes on duty signs for what is open in the unit, under the token of that shift, with one tap.

import { html, nothing, type TemplateResult } from "lit-html";
import { timeOfDay } from "../words";
import type { Session } from "../signed/session";
import type { DutyOrder } from "./types";

const WAIT_MILLISECONDS = 25_000;

export class Handover {
  private sending = false;
  /** Until when the change of shift had to be signed that was signed last. */
  private signedFor: number | undefined;
  private trouble = "";

  constructor(private readonly changed: () => void) {}

  /** What there is to sign, nothing where nobody has to. */
  show(session: Session, open: DutyOrder[], now: number): TemplateResult | typeof nothing {
    const waiting = open.filter((order) => order.handover != null);
    const due = waiting[0]?.handover;
    if (due == null) return nothing;
    const late = now > due.sign_until_at;
    return html`
      <section class="handover ${late ? "bad" : ""}" role="status">
        <p><strong>交接班</strong>：${due.shift}当班，${waiting.length} 件在办工单${late ? `接班签字已超时（应于 ${timeOfDay(due.sign_until_at)} 前）` : `请于 ${timeOfDay(due.sign_until_at)} 前接班签字`}</p>
        ${this.trouble === "" ? nothing : html`<p class="trouble" role="alert">${this.trouble}</p>`}
        ${this.act(session, due)}
      </section>`;
  }

  private act(session: Session, due: { shift: string; sign_until_at: number }): TemplateResult {
    if (session.claims.shift !== due.shift) return html`<p>请用${due.shift}的令牌登录后签字</p>`;
    if (this.signedFor === due.sign_until_at) return html`<p>已签字，等待入账</p>`;
    return html`<button class="next" ?disabled=${this.sending} @click=${() => void this.sign(session, due.sign_until_at)}>接班签字</button>`;
  }

  private async sign(session: Session, until: number): Promise<void> {
    this.sending = true;
    this.trouble = "";
    this.changed();
    try {
      const answer = await fetch(`/v1/units/${encodeURIComponent(session.claims.unit)}/handover`, {
        method: "POST",
        headers: { Authorization: `Bearer ${session.token}` },
        signal: AbortSignal.timeout(WAIT_MILLISECONDS),
      });
      if (answer.ok) this.signedFor = until;
      else this.trouble = answer.status === 401 ? "需要重新登录" : `中枢未接受（${answer.status}），请再签一次`;
    } catch {
      this.trouble = "网络不通，请再签一次";
    }
    this.sending = false;
    this.changed();
  }
}
