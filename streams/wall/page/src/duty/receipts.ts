// 送达回执: says of each order that it has been shown to somebody, which proves that the unit has it.
//
// A page that lies open with nobody before it proves nothing: an order counts as shown while the page is in front and has
// been touched within the last minute, or once it is touched again. Else the unit is rung up as if there were no page.

import type { Signer } from "./taps";
import type { DutyOrder } from "./types";

const ATTENDED_MILLISECONDS = 60_000;
const WAIT_MILLISECONDS = 25_000;
const TOUCHES = ["pointerdown", "keydown", "scroll"];
const NOT_DELIVERED = ["sent", "undelivered"];

export class Receipts {
  private touchedAt = -Infinity;
  /** Orders that a receipt is under way for, or was taken or refused for good. */
  private readonly said = new Set<string>();

  constructor(private readonly touched: () => void) {
    for (const kind of TOUCHES) window.addEventListener(kind, () => this.touch(), { capture: true, passive: true });
  }

  private touch(): void {
    this.touchedAt = performance.now();
    this.touched();
  }

  /** Give receipts for what is shown now, if somebody is there. */
  look(signer: Signer, shown: DutyOrder[]): void {
    if (document.visibilityState !== "visible" || performance.now() - this.touchedAt > ATTENDED_MILLISECONDS) return;
    for (const order of shown) {
      if (NOT_DELIVERED.includes(order.state) && !this.said.has(order.order_no)) void this.send(signer, order.order_no);
    }
  }

  private async send(signer: Signer, orderNo: string): Promise<void> {
    this.said.add(orderNo);
    try {
      const answer = await fetch(`/v1/orders/${orderNo}/receive`, {
        method: "POST",
        headers: { Authorization: `Bearer ${signer.token}`, "Idempotency-Key": crypto.getRandomValues(new Uint32Array(4)).join("-") },
        signal: AbortSignal.timeout(WAIT_MILLISECONDS),
      });
      if (answer.status === 429 || answer.status >= 500) this.said.delete(orderNo);
    } catch {
      this.said.delete(orderNo);
    }
  }
}
