// The page as a plain static server has it, below a path, and Chromium to look at it.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { root } from "./command_line.mjs";

export const dist = join(root, "web/dist");
export const program = "/usr/bin/chromium";
export const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const types = {
  css: "text/css", html: "text/html", js: "text/javascript", json: "application/json", svg: "image/svg+xml",
  wasm: "application/wasm", webmanifest: "application/manifest+json",
};

const kept = new Map();
function packed(name, body) {
  if (!kept.has(name)) kept.set(name, gzipSync(body));
  return kept.get(name);
}

/** Serves web/dist below `/some/path/`; `close` ends it. */
export async function serve() {
  const base = "/some/path/";
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const name = path.startsWith(base) ? normalize(path.slice(base.length) || "index.html") : "..";
    try {
      if (name.startsWith("..")) throw new Error(name);
      const body = readFileSync(join(dist, name));
      // As static hosts do.
      response.writeHead(200, { "content-type": types[name.split(".").pop()] ?? "application/octet-stream", "content-encoding": "gzip" });
      response.end(packed(name, body));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, address: origin + base, close: () => { server.closeAllConnections(); server.close(); } };
}

export const launch = () => chromium.launch({ executablePath: program, args: flags });

/** A page in a context of its own, with what it asked for and what it complained about. */
export async function open(browser, { before, ...options } = {}) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  // The page's policy lets no text become code; what the browser itself puts in before the page is no such text.
  if (before) await context.addInitScript({ content: before });
  const requests = [];
  const complaints = [];
  context.on("request", (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { context, page, requests, complaints };
}

/** Work on a fresh page that is held to ask nobody else. */
export const visiting = (browser, site) => async function on(address, work, options) {
  const { context, page, requests, complaints } = await open(browser, options);
  try {
    await page.goto(address);
    await answered(page);
    await work({ page, context, requests, complaints });
    const others = requests.filter((url) => !url.startsWith(`${site.origin}/`) && !/^(file|data|blob):/.test(url));
    if (others.length) throw new Error(`requests to others: ${others.join(", ")}`);
  } finally {
    await context.close();
  }
};
/** Waits until the page's own lists are there: nothing more is loaded then that nobody asked for. */
export async function ready(page) {
  await page.waitForFunction(() => performance.getEntriesByName("ready").length > 0);
  await page.waitForLoadState("networkidle");
}

/** Waits for an answer that is of now. */
export async function answered(page) {
  await page.waitForFunction(() => performance.getEntriesByName("answered").length > 0 && !document.body.classList.contains("stale"));
}
