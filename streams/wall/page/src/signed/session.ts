// Who is on duty: a token out of the link's fragment or pasted, kept for this tab only, never in an address.

const KEPT = "duty.token";

/** Whom a token names; it is checked by the hub, never here. */
export interface Claims {
  unit: string;
  post: string;
  officer: string;
  shift: string;
  role: string;
  exp: number;
}

export interface Session {
  token: string;
  claims: Claims;
}

/** The token of a link such as `/duty/#token=…`, which then leaves the address; else the one kept in this tab. */
export function openSession(): Session | undefined {
  const linked = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  return (linked === null ? undefined : signIn(linked)) ?? read(sessionStorage.getItem(KEPT) ?? "");
}

/** Undefined where the text is no token. */
export function signIn(text: string): Session | undefined {
  const session = read(text.trim());
  if (session !== undefined) sessionStorage.setItem(KEPT, session.token);
  return session;
}

export function signOut(): void {
  sessionStorage.clear();
}

function read(token: string): Session | undefined {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Claims;
    return typeof claims.unit === "string" && typeof claims.officer === "string" ? { token, claims } : undefined;
  } catch {
    return undefined;
  }
}
