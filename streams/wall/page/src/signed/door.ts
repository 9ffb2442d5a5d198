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

export const NO_TOKEN = "这不是令牌：请粘贴完整的令牌";
