// Keeps the duty page itself, so that it opens again without network. Orders and answers never pass through here.

const SHELL = "duty-shell";
const PAGE = "/duty/";
const ASSET = /\/assets\/[\w.-]+/g;

self.addEventListener("install", (event) => event.waitUntil(fetchPage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(fetchPage().catch(() => caches.match(PAGE)));
  else if (pathname.startsWith("/assets/") || pathname === "/icon.svg") event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
});

/** The page from the gateway, and what it is made of into the cache; of an earlier build nothing stays. */
async function fetchPage() {
  const page = await fetch(PAGE, { cache: "no-cache" });
  if (!page.ok) throw new Error(`HTTP ${page.status}`);
  const assets = [...new Set((await page.clone().text()).match(ASSET) ?? [])];
  const shell = await caches.open(SHELL);
  const kept = await shell.keys();
  const known = new Set(kept.map((request) => new URL(request.url).pathname));
  await shell.addAll([...assets, "/icon.svg"].filter((path) => !known.has(path)));
  await shell.put(PAGE, page.clone());
  await Promise.all(kept.filter((request) => ![PAGE, "/icon.svg", ...assets].includes(new URL(request.url).pathname)).map((request) => shell.delete(request)));
  return page;
}
