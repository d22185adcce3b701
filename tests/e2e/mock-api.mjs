// mock-api.mjs UI_DIR [PORT] : serve the built dashboard and example data over plain HTTP on this machine, with the real content
// security policy, for developing the dashboard and its browser test. User admin, password "correct horse battery".
// EMPTY=1: a collector that has seen nothing. EMPTY=sensors: one that has sensors, but no event.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import * as data from "./mock-data.mjs";

const [root = "build/ui", port = "8080"] = process.argv.slice(2);
const EMPTY = process.env.EMPTY ?? "";
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };
const CSRF = "0123456789abcdef".repeat(4);

const state = {
  version: 1,
  cookie: null, // of the one session there can be
  incidents: EMPTY ? [] : data.incidents(),
  ledger: EMPTY ? [] : data.legitimateAccesses(),
  files: EMPTY ? [] : data.otherFiles(),
  opaque: EMPTY ? [] : data.opaque(),
  baseline: EMPTY ? [] : data.baseline(),
  sensors: EMPTY === "1" ? [] : data.sensors(),
  streams: new Set(),
};

function changed() {
  state.version += 1;
  for (const stream of state.streams) stream.write(`event: change\ndata: {"version":${state.version}}\n\n`);
}

// ---- what the collector would work out -------------------------------------------------------------------------------

const globs = (pattern, text) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "i").test(text);
const hosts = (pattern, ip) => pattern === null || pattern === undefined || pattern === ip || (pattern.endsWith(".0/24") && ip.startsWith(pattern.slice(0, -4)));

function covers(entry, access, steps) {
  const acts = steps.filter((step) => step.access === access.id && step.admin).map((step) => step.step);
  return hosts(entry.source, access.source) && hosts(entry.destination, access.destination)
    && (!entry.account || globs(entry.account, access.account ?? ""))
    && (!entry.actions?.length || acts.every((act) => entry.actions.some((pattern) => globs(pattern, act))));
}

function judge() {
  for (const incident of state.incidents) {
    for (const row of incident.access_rows) {
      const entry = state.baseline.find((e) => !e.expired && covers(e, row, incident.steps));
      row.verdict = entry ? "legitimate" : "unverified";
      row.baseline = entry?.id ?? null;
    }
    if (incident.access_rows.length === 0) continue;
    const explained = incident.access_rows.every((row) => row.verdict === "legitimate");
    if (explained) Object.assign(incident, { verdict: "legitimate", state: "closed", close_reason: "legitimate" });
    else if (incident.close_reason === "legitimate") Object.assign(incident, { verdict: "unverified", state: "new", close_reason: null });
  }
  for (const entry of state.baseline) entry.hits = accesses().filter((row) => row.baseline === entry.id).length;
}

const accesses = () => [...state.incidents.flatMap((incident) => incident.access_rows), ...state.ledger].sort((a, b) => (a.start < b.start ? 1 : -1));
const files = () => [...state.incidents.flatMap((incident) => incident.files), ...state.files].sort((a, b) => (a.time < b.time ? 1 : -1));
const isOpen = (incident) => incident.state !== "closed";

function summary(incident) {
  const { evidence, steps, access_rows, files: moved, log_points, profile_text, ...rest } = incident;
  return rest;
}

function overview() {
  const rows = accesses();
  const of = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const open = state.incidents.filter(isOpen);
  const severity = (name) => open.filter((incident) => incident.severity === name).length;
  return {
    version: "0.1.0", now: data.time(0),
    incidents: { open: open.length, new: open.filter((i) => i.state === "new").length, by_severity: { critical: severity("critical"), high: severity("high"), medium: severity("medium"), low: severity("low") } },
    ledger: { accesses: rows.length, legitimate: of("legitimate"), unverified: of("unverified"), unapproved: of("unapproved"), unlogged: of("unlogged"), pending: of("pending") },
    last_day: EMPTY ? { accesses: 0, incidents: 0, sessions: 0, files: 0, bytes: 0 } : { accesses: rows.length, incidents: 3, sessions: 412, files: 31, bytes: 912_345_678 },
    activity: EMPTY ? [] : data.activity(), top: [...open].sort((a, b) => b.score - a.score).slice(0, 5).map(summary),
    sensors: { total: state.sensors.length, online: state.sensors.filter((s) => s.status === "online").length, silent: state.sensors.filter((s) => s.status === "silent").length, lossy: state.sensors.filter((s) => s.lost > 0).length },
    events: EMPTY ? 0 : 812_331, first_event: EMPTY ? null : data.time(60 * 86_400_000), last_event: EMPTY ? null : data.time(9000), baseline_entries: state.baseline.length,
  };
}

// ---- HTTP ----------------------------------------------------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

const contains = (row, text) => !text || JSON.stringify(row).toLowerCase().includes(text.toLowerCase());

function page(rows, query) {
  const limit = Number(query.get("limit") ?? 50);
  if (!(limit >= 1 && limit <= 500)) throw new Refusal(400, "limit is a number from 1 to 500");
  const from = query.has("before") ? rows.findIndex((row) => row.id === Number(query.get("before"))) : 0;
  const items = rows.slice(from, from + limit);
  return { items, next: rows[from + limit]?.id ?? null, total: rows.length };
}

const RANK = ["low", "medium", "high", "critical"];

function incidentList(query) {
  const wanted = query.get("state") ?? "open";
  return state.incidents.filter((i) => wanted === "all" || (wanted === "open" ? isOpen(i) : i.state === wanted))
    .filter((i) => RANK.indexOf(i.severity) >= RANK.indexOf(query.get("severity") ?? "low"))
    .filter((i) => !query.get("verdict") || i.verdict === query.get("verdict"))
    .filter((i) => contains(i, query.get("q"))).filter((i) => !query.get("from") || i.last_seen >= query.get("from"))
    .sort((a, b) => (a.last_seen < b.last_seen ? 1 : -1)).map(summary);
}

function find(rows, id, what) {
  const row = rows.find((candidate) => candidate.id === Number(id));
  if (!row) throw new Refusal(404, `There is no ${what} ${id}.`);
  return row;
}

function change(id, { state: next, close_reason, note }) {
  const incident = find(state.incidents, id, "incident");
  if (next === "closed" && !close_reason) throw new Refusal(400, "Say why it is closed: true_positive, false_positive or legitimate.");
  if (next) Object.assign(incident, { state: next, close_reason: next === "closed" ? close_reason : null });
  if (note !== undefined) incident.note = note;
  Object.assign(incident, { changed_by: "admin", changed_at: data.time(0) });
  changed();
  return incident;
}

function preview(entry) {
  if (!entry.reason) throw new Refusal(400, "reason: say why this is legitimate");
  if (entry.source?.includes(" ")) throw new Refusal(400, `source: "${entry.source}" is not an address, a range or a network`);
  const rows = state.incidents.flatMap((i) => i.access_rows.filter((row) => row.verdict !== "legitimate" && covers(entry, row, i.steps)));
  const distinct = (key) => new Set(rows.map((row) => row[key])).size;
  const wide = !entry.source && !entry.account;
  return { accesses: rows.length, incidents: distinct("incident"), sources: distinct("source"), destinations: distinct("destination"), accounts: distinct("account"),
    warning: wide ? "It covers every source and every account: an intruder’s acts would be explained, too." : null };
}

function add(input) {
  preview(input);
  const entry = { source: null, account: null, destination: null, sha256: null, when: null, valid_from: null, valid_until: null, ...input, actions: input.actions ?? [],
    id: Math.max(0, ...state.baseline.map((e) => e.id)) + 1, author: "admin", created: data.time(0), hits: 0, last_hit: null, expired: false };
  state.baseline.push(entry);
  judge();
  changed();
  return entry;
}

function remove(id) {
  state.baseline.splice(state.baseline.indexOf(find(state.baseline, id, "whitelist entry")), 1);
  judge();
  changed();
}

function report(name, format) {
  const rows = name === "incidents" ? state.incidents.map(summary) : accesses();
  if (format === "html") return ["text/html; charset=utf-8", `<!doctype html><title>Ashiato: ${name}</title><h1>${name}</h1><p>${rows.length} rows`];
  return ["text/csv; charset=utf-8", `id,source,account,verdict\r\n${rows.map((r) => `${r.id},${r.source},${r.account ?? ""},${r.verdict}\r\n`).join("")}`];
}

const ROUTES = [
  ["GET", /^\/session$/, () => ({ user: "admin", csrf: CSRF })],
  ["POST", /^\/logout$/, () => { state.cookie = null; }],
  ["POST", /^\/password$/, (_, __, body) => { if (body.old !== "correct horse battery") throw new Refusal(401, "That is not your present password."); }],
  ["GET", /^\/overview$/, () => overview()],
  ["GET", /^\/incidents$/, (_, query) => page(incidentList(query), query)],
  ["GET", /^\/incidents\/(\d+)$/, ([id]) => find(state.incidents, id, "incident")],
  ["PATCH", /^\/incidents\/(\d+)$/, ([id], _, body) => change(id, body)],
  ["GET", /^\/accesses$/, (_, query) => page(accesses().filter((row) => (!query.get("verdict") || row.verdict === query.get("verdict")) && contains(row, query.get("q"))), query)],
  ["GET", /^\/files$/, (_, query) => page(files().filter((row) => contains(row, query.get("q"))), query)],
  ["GET", /^\/opaque$/, (_, query) => page(state.opaque, query)],
  ["GET", /^\/events$/, (_, query) => page([...data.EVENTS.values()].filter((e) => !query.get("kind") || e.kind === query.get("kind")).reverse(), query)],
  ["GET", /^\/events\/(\d+)$/, ([id]) => find([...data.EVENTS.values()], id, "event")],
  ["GET", /^\/baseline$/, () => ({ items: state.baseline })],
  ["POST", /^\/baseline\/preview$/, (_, __, body) => preview(body)],
  ["POST", /^\/baseline$/, (_, __, body) => add(body)],
  ["DELETE", /^\/baseline\/(\d+)$/, ([id]) => remove(id)],
  ["GET", /^\/sensors$/, () => ({ items: state.sensors })],
];

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", "Content-Security-Policy": CSP, ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

function stream(response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": hello\n\n");
  state.streams.add(response);
  response.on("close", () => state.streams.delete(response));
}

async function api(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  if (path === "/health") return send(response, 200, { status: "ok", version: "0.1.0" });
  const body = await bodyOf(request);
  if (path === "/login") {
    if (body.user !== "admin" || body.password !== "correct horse battery") throw new Refusal(401, "User or password is wrong.");
    state.cookie = `ashiato_session=${randomBytes(32).toString("hex")}`;
    return send(response, 200, { user: "admin", csrf: CSRF }, { "Set-Cookie": `${state.cookie}; HttpOnly; SameSite=Strict; Path=/` });
  }
  if (state.cookie === null || !(request.headers.cookie ?? "").includes(state.cookie)) throw new Refusal(401, "Log in first.");
  if (request.method !== "GET" && request.headers["x-csrf-token"] !== CSRF) throw new Refusal(403, "The X-CSRF-Token header is missing or wrong; log in again.");
  if (path === "/stream") return stream(response);
  const asked = /^\/reports\/(incidents|accesses)\.(csv|html)$/.exec(path);
  if (asked) {
    const [type, text] = report(asked[1], asked[2]);
    const name = { "Content-Type": type, ...(asked[2] === "csv" && { "Content-Disposition": `attachment; filename="ashiato-${asked[1]}.csv"` }) };
    response.writeHead(200, name);
    return response.end(text);
  }
  for (const [method, pattern, answer] of ROUTES) {
    const found = pattern.exec(path);
    if (!found || method !== request.method) continue;
    const result = answer(found.slice(1), url.searchParams, body);
    const headers = path === "/logout" ? { "Set-Cookie": "ashiato_session=; Max-Age=0; Path=/" } : {};
    return send(response, result === undefined ? 204 : method === "POST" && path === "/baseline" ? 201 : 200, result, headers);
  }
  throw new Refusal(404, "There is no such resource.");
}

async function asset(response, url) {
  const name = url.pathname.includes(".") ? url.pathname.slice(1) : "index.html";
  const bytes = await readFile(join(root, name)).catch(() => null);
  if (bytes === null) return send(response, 404, { error: "There is no such file." });
  response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream", "Content-Security-Policy": CSP, "Cache-Control": "no-store" });
  return response.end(bytes);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const work = url.pathname.startsWith("/api/v1") ? api(request, response, url) : asset(response, url);
  work.catch((problem) => send(response, problem.status ?? 500, { error: problem.message }));
});
judge();
server.listen(Number(port), "127.0.0.1", () => console.log(`mock API on http://127.0.0.1:${server.address().port}`));
