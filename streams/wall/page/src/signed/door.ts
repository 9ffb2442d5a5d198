// Where an officer signs in who has come without a link.

import { html, nothing, type TemplateResult } from "lit-html";
import { type Session, signIn } from "./session";

/** `enter` is called with undefined where the text is no token; `below` stands under the button. */
export function door(title: string, trouble: string, enter: (session: Session | undefined) => void, below: TemplateResult | typeof nothing = nothing): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const field = document.getElementById("token") as HTMLTextAreaElement;
    const session = signIn(field.value);
    field.value = "";
    enter(session);
  };
  return html`
    <form class="door" @submit=${submit}>
      <h1>${title}</h1>
      <p>请打开值班链接，或粘贴值班令牌。令牌只留在本窗口，关闭即清除。</p>
      ${trouble === "" ? nothing : html`<p class="trouble" role="alert">${trouble}</p>`}
      <label for="token">值班令牌</label>
      <textarea id="token" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false" required></textarea>
      <button class="next">登录</button>
      ${below}
    </form>`;
}

/** Why an officer was signed out, by the reason that the door gives. */
export const SIGNED_OUT: Record<string, string> = {
  token_expired: "登录已过期，请用新的链接或令牌重新登录",
  token_wrong: "令牌无效，请检查是否完整",
  token_missing: "请先登录",
  wrong_unit: "这个令牌不属于本单位",
  no_desk: "这个令牌既不属于综治中心，也不属于本单位的审批人，没有席位",
};

export const NO_TOKEN = "这不是令牌：请粘贴完整的令牌";
