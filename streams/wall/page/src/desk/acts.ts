// What the officer has said: sent to the front door at once, under a key of its own, and shown until the hub has done it.
//
// Unlike a tap on a phone nothing is kept for later: whoever decides for the centre sits at a desk with a network, and a
// decision that is sent an hour late is no longer the one that was meant.

import { REFUSED } from "./words";

const WAIT_MILLISECONDS = 25_000;
/** What was taken and still waits after so long has come to nothing: a rule said no, or somebody else was first. */
const EFFECT_MILLISECONDS = 20_000;


export interface Act {
  label: string;
  path: string;
  body: string;
  id: string;
  state: "sending" | "taken" | "unreached" | "refused";
  at: number;
  said: string;
}

export class Acts {
  private readonly acts = new Map<string, Act>();

  constructor(private readonly now: () => number, private readonly changed: () => void) {}

  of(item: string): Act | undefined {
    return this.acts.get(item);
  }

  /** Whether something else can be said of an item. */
  isFree(item: string): boolean {
    const act = this.acts.get(item);
    return act === undefined || act.state === "refused" || (act.state === "taken" && this.isWithoutEffect(act));
  }

  isWithoutEffect(act: Act): boolean {
    return act.state === "taken" && this.now() - act.at > EFFECT_MILLISECONDS;
  }

  drop(item: string): void {
    this.acts.delete(item);
    this.changed();
  }

  /** Items that no longer wait need no word any more. */
  keepOnly(items: Set<string>): void {
    for (const item of this.acts.keys()) if (!items.has(item)) this.acts.delete(item);
  }

  async say(item: string, token: string, label: string, path: string, body: Record<string, unknown>): Promise<void> {
    const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    await this.send(item, token, { label, path, body: JSON.stringify(body), id, state: "sending", at: this.now(), said: "" });
  }

  /** The same once more, under the same key: where nobody answered it may have been taken. */
  async again(item: string, token: string): Promise<void> {
    const act = this.acts.get(item);
    if (act !== undefined) await this.send(item, token, { ...act, state: "sending" });
  }

  private async send(item: string, token: string, act: Act): Promise<void> {
    this.put(item, act);
    let answer: Response;
    try {
      answer = await fetch(`/v1/${act.path}`, {
        method: "POST",
        body: act.body,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": act.id },
        signal: AbortSignal.timeout(WAIT_MILLISECONDS),
      });
    } catch {
      return this.put(item, { ...act, state: "unreached", said: "网络不通，是否入账未知" });
    }
    if (answer.ok) return this.put(item, { ...act, state: "taken", at: this.now() });
    const reason = await reasonOf(answer);
    const isLater = answer.status === 429 || answer.status >= 500;
    if (isLater) return this.put(item, { ...act, state: "unreached", said: "应答入口暂时不通" });
    this.put(item, { ...act, state: "refused", said: REFUSED[reason] ?? `中枢未接受（${answer.status} ${reason}）` });
  }

  private put(item: string, act: Act): void {
    this.acts.set(item, act);
    this.changed();
  }
}

async function reasonOf(answer: Response): Promise<string> {
  try {
    return ((await answer.json()) as { type: string }).type.split(":").at(-1) ?? "";
  } catch {
    return "";
  }
}
