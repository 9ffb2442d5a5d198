// Taps on this device: kept before they are sent, sent one after the other, gone only once the hub has said its word.
//
// Each tap lies under a key of its own, so that two tabs never write over each other; its id is the Idempotency-Key, so
// that a tap sent twice is one answer. The time of the tap goes along as `claimed_at`: evidence, the hub's time counts.

import type { Answer } from "./answers";

const PREFIX = "duty.tap.";
const SHOWN_MILLISECONDS = 10 * 60_000;
const WAIT_MILLISECONDS = 25_000;
const PAUSE_MILLISECONDS = 3_000;

export type TapState = "kept" | "sent" | "refused";

export interface Tap {
  id: string;
  sequence: number;
  unit: string;
  officer: string;
  order_no: string;
  word: string;
  label: string;
  /** Where it goes instead of the order's own door. */
  path?: string | undefined;
  /** The body as it is sent, the same bytes each time. */
  body: string;
  tapped_at: number;
  /** How the order stood when it was tapped: its own time, which no device's clock changes. */
  seen_as_of?: number;
  state: TapState;
  /** When it was last sent, when the hub took it, or what it said instead. */
  sent_at?: number;
  taken_at?: number;
  said?: string;
}

export interface Signer {
  token: string;
  unit: string;
  officer: string;
}

export class Taps {
  private sending = false;
  private again = 0;
  /** Why the oldest tap is still here; '' where nothing is in its way. */
  obstacle = "";
  signedOut = false;

  constructor(private readonly now: () => number, private readonly changed: () => void) {}

  all(): Tap[] {
    const taps: Tap[] = [];
    for (let place = 0; place < localStorage.length; place += 1) {
      const key = localStorage.key(place);
      if (key?.startsWith(PREFIX)) taps.push(JSON.parse(localStorage.getItem(key) ?? "null") as Tap);
    }
    return taps.sort((one, other) => one.sequence - other.sequence);
  }

  /** What is to be told of an order's taps: those not taken, and of those taken the last one. */
  of(orderNo: string): Tap[] {
    const taps = this.all().filter((tap) => tap.order_no === orderNo);
    const last = taps.findLast((tap) => tap.state === "sent");
    return taps.filter((tap) => tap.state !== "sent" || tap === last);
  }

  kept(): Tap[] {
    return this.all().filter((tap) => tap.state === "kept");
  }

  add(signer: Signer, order: { order_no: string; as_of: number }, { word, label, path }: Answer, said: Record<string, unknown>): void {
    const at = this.now();
    const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const body = JSON.stringify(path === undefined ? { ...said, claimed_at: new Date(at).toISOString() } : said);
    const sequence = Math.max(at, ...this.all().map((tap) => tap.sequence + 1));
    this.keep({ id, sequence, unit: signer.unit, officer: signer.officer, order_no: order.order_no, word, label, path, body, tapped_at: at, seen_as_of: order.as_of, state: "kept" });
    void this.send(signer);
  }

  drop(tap: Tap): void {
    localStorage.removeItem(PREFIX + tap.id);
    this.changed();
  }

  /** Send what was kept, the oldest first; stops at the first that nobody took. Others' taps wait for their officer. */
  async send(signer: Signer): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.again);
    this.forget();
    try {
      for (let next = this.next(signer); next !== undefined; next = this.next(signer)) {
        if (!(await this.sendOne(next, signer))) break;
        this.changed();
      }
    } finally {
      this.sending = false;
    }
    this.changed();
    if (this.next(signer) !== undefined && !this.signedOut) this.again = setTimeout(() => void this.send(signer), PAUSE_MILLISECONDS);
  }

  private next(signer: Signer): Tap | undefined {
    return this.kept().find((tap) => tap.unit === signer.unit && tap.officer === signer.officer);
  }

  /** True where the hub took the tap or refused it for good. */
  private async sendOne(tap: Tap, signer: Signer): Promise<boolean> {
    const sentAt = this.now();
    let answer: Response;
    try {
      answer = await fetch(`/v1/${tap.path ?? `orders/${tap.order_no}/${tap.word}`}`, {
        method: "POST",
        body: tap.body,
        headers: { Authorization: `Bearer ${signer.token}`, "Content-Type": "application/json", "Idempotency-Key": tap.id },
        signal: AbortSignal.timeout(WAIT_MILLISECONDS),
      });
    } catch {
      this.obstacle = "网络不通";
      return false;
    }
    if (answer.ok) {
      this.obstacle = "";
      this.keep({ ...tap, state: "sent", sent_at: sentAt, taken_at: this.now() });
      return true;
    }
    const reason = await reasonOf(answer);
    if (answer.status === 401) {
      this.signedOut = true;
      this.obstacle = "需要重新登录";
      return false;
    }
    if (answer.status === 429 || answer.status >= 500) {
      this.obstacle = TEMPORARY[reason] ?? "中枢暂时收不下";
      return false;
    }
    this.obstacle = "";
    this.keep({ ...tap, state: "refused", said: REFUSED[reason] ?? `中枢未接受（${answer.status} ${reason}）` });
    return true;
  }

  private keep(tap: Tap): void {
    localStorage.setItem(PREFIX + tap.id, JSON.stringify(tap));
    this.changed();
  }

  /** What was taken a while ago need not be shown any more. */
  private forget(): void {
    for (const tap of this.all()) {
      if (tap.state === "sent" && this.now() - (tap.taken_at ?? 0) > SHOWN_MILLISECONDS) localStorage.removeItem(PREFIX + tap.id);
    }
  }
}

/** Whether an order, as it is shown, does not have a tap in it yet: what the hub did with it is still to come. */
export const isAwaited = (tap: Tap, orderAsOf: number): boolean =>
  tap.state === "kept" || (tap.state === "sent" && (orderAsOf < (tap.sent_at ?? 0) || orderAsOf <= (tap.seen_as_of ?? 0)));

const TEMPORARY: Record<string, string> = {
  kafka_away: "中枢暂时无法入账",
  front_door_away: "应答入口暂时不通",
  busy: "中枢繁忙",
};

const REFUSED: Record<string, string> = {
  no_such_order: "没有这张工单，或不能这样应答",
  no_such_matter: "没有这个事项",
  no_such_whistle: "没有这次吹哨",
  wrong_request: "内容不符合约定",
  wrong_answer: "应答内容不符合约定",
  idempotency_conflict: "同一次按键的内容前后不一致",
  wrong_unit: "这张工单不属于本单位",
  not_json: "应答内容无法读取",
  too_large: "应答内容过长",
};

async function reasonOf(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as { type: string }).type.split(":").at(-1) ?? "";
  } catch {
    return "";
  }
}
