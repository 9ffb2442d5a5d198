// Where confidential orders are (保密工单): asked for one by one, each time under a receipt, and kept in this page only.

export interface Content {
  region: string;
  longitude: number | null;
  latitude: number | null;
}

export type Asked = { state: "asked" } | { state: "shown"; content: Content } | { state: "refused"; said: string };

const REFUSED: Record<string, string> = {
  no_content: "这张工单不再由本单位办理",
  token_expired: "登录已过期，请重新登录",
};
const UNREACHED = "阅看留痕未能入账，暂不能查看，请稍后再试";

export class Contents {
  private asked = new Map<string, Asked>();

  constructor(private readonly draw: () => void) {}

  of(orderNo: string): Asked | undefined {
    return this.asked.get(orderNo);
  }

  /** Whoever comes after on this phone is not shown what another has read. */
  forget(): void {
    this.asked = new Map();
  }

  async ask(orderNo: string, token: string): Promise<void> {
    const asked = this.asked;
    const put = (one: Asked): void => {
      asked.set(orderNo, one);
      this.draw();
    };
    put({ state: "asked" });
    try {
      const answer = await fetch(`/v1/orders/${encodeURIComponent(orderNo)}/content`, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" });
      const said = (await answer.json()) as Content & { type?: string };
      put(answer.ok ? { state: "shown", content: said } : { state: "refused", said: REFUSED[said.type?.split(":").at(-1) ?? ""] ?? UNREACHED });
    } catch {
      put({ state: "refused", said: UNREACHED });
    }
  }
}
