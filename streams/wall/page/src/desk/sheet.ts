// Before anything is sent the officer reads once more what it will do, and says why where the hub asks for it.

import { html, nothing, type TemplateResult } from "lit-html";

export interface Asked {
  /** What it is said of: the key of the item on the desk. */
  item: string;
  /** Whether it is the word that cannot easily be taken back. */
  grave?: boolean;
  label: string;
  title: string;
  /** What it will do. */
  note: string;
  path: string;
  fields?: TemplateResult | typeof nothing;
  /** The body out of the form's fields, or what is wrong with them. */
  body(form: FormData): Record<string, unknown> | string;
}

export interface SheetDoings {
  close(): void;
  trouble(text: string): void;
  say(asked: Asked, body: Record<string, unknown>): void;
}

const MOST_LETTERS = 200;

/** The field for the reason; it must not name anybody. */
export const reasonField = (isRequired: boolean): TemplateResult => html`
  <label for="words">理由${isRequired ? "" : "（可不填）"}</label>
  <textarea id="words" name="words" rows="3" maxlength=${MOST_LETTERS} ?required=${isRequired} placeholder="写事不写人：不写姓名、电话、证件号"></textarea>`;

export const wordsOf = (form: FormData): string => String(form.get("words") ?? "").trim();

export function sheet(asked: Asked, trouble: string, doings: SheetDoings): TemplateResult {
  const confirm = (event: Event): void => {
    event.preventDefault();
    const body = asked.body(new FormData(event.target as HTMLFormElement));
    if (typeof body === "string") doings.trouble(body);
    else doings.say(asked, body);
  };
  return html`
    <div class="shade" @click=${doings.close}></div>
    <form class="sheet" role="dialog" aria-modal="true" aria-label=${asked.title} @submit=${confirm} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && doings.close()}>
      <h2>${asked.title}</h2>
      <p class="quiet">${asked.note}</p>
      ${trouble === "" ? nothing : html`<p class="trouble" role="alert">${trouble}</p>`}
      ${asked.fields ?? nothing}
      <div class="acts">
        <button type="button" class="quiet" @click=${doings.close}>取消</button>
        <button class="next ${asked.grave === true ? "grave" : ""}">确认${asked.label}</button>
      </div>
    </form>`;
}
