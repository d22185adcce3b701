// openapi.mjs : every answer of a running collector against schema/openapi.yaml. BASE_URL, USER, PASSWORD as for browser.mjs.
// What it adds (a whitelist entry, a note) it removes again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";
import { Checks } from "./checks.mjs";

const { BASE_URL, USER = "admin", PASSWORD } = process.env;
if (!BASE_URL || !PASSWORD) {
  console.error("openapi.mjs: BASE_URL and PASSWORD are needed");
  process.exit(2);
}
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the certificate of a first start is self-signed
process.removeAllListeners("warning");

const document = parse(readFileSync(new URL("../../schema/openapi.yaml", import.meta.url), "utf8"));
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, "openapi");

let cookie = "";
let csrf = "";
const visited = new Set();

// The operation's template and the schema of its answer with ${status}.
function operationOf(method, path) {
  const parts = path.split("?")[0].split("/");
  for (const [template, item] of Object.entries(document.paths)) {
    const wanted = template.split("/");
    if (wanted.length !== parts.length || !item[method.toLowerCase()]) continue;
    if (wanted.every((part, i) => part.startsWith("{") || part === parts[i])) return [template, item[method.toLowerCase()]];
  }
  throw new Error(`${method} ${path} is not described`);
}

const pointer = (...names) => `openapi#/${names.map((name) => encodeURIComponent(name.replace(/~/g, "~0").replace(/\//g, "~1"))).join("/")}`;

function schemaOf(template, method, operation, status) {
  const answer = operation.responses[status];
  assert.ok(answer, `${method} ${template} answered ${status}, which is not described`);
  const named = answer.$ref ? answer.$ref.slice(2).split("/") : ["paths", template, method.toLowerCase(), "responses", String(status)];
  const resolved = named.reduce((at, name) => at[name], document);
  const type = Object.keys(resolved.content ?? {})[0];
  return { type, reference: type === "application/json" ? pointer(...named, "content", type, "schema") : null };
}

async function ask(method, path, { body, expect = 200, headers = {} } = {}) {
  const [template, operation] = operationOf(method, path);
  const answer = await fetch(`${BASE_URL}/api/v1${path}`, {
    method,
    headers: { ...(cookie && { Cookie: cookie }), ...(method !== "GET" && { "X-CSRF-Token": csrf }), ...(body && { "Content-Type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.equal(answer.status, expect, `${method} ${path}: ${text.slice(0, 200)}`);
  visited.add(`${method} ${template}`);
  const { type, reference } = schemaOf(template, method, operation, answer.status);
  if (type) assert.ok(answer.headers.get("content-type")?.startsWith(type), `${method} ${path}: content type ${answer.headers.get("content-type")}`);
  if (reference === null) return { answer, text };
  const data = JSON.parse(text);
  const validate = ajv.compile({ $ref: reference });
  assert.ok(validate(data), `${method} ${path}: ${ajv.errorsText(validate.errors?.slice(0, 5), { separator: "\n" })}`);
  return { answer, data };
}

const items = async (path) => (await ask("GET", path)).data.items;

async function walkPages(path) {
  const first = (await ask("GET", `${path}?limit=2`)).data;
  if (first.next === null) return;
  const second = (await ask("GET", `${path}?limit=2&before=${first.next}`)).data;
  assert.ok(second.items.length > 0 && second.total === first.total);
  const ids = new Set(first.items.map((item) => JSON.stringify(item)));
  assert.ok(second.items.every((item) => !ids.has(JSON.stringify(item))), `${path}: the second page repeats the first`);
}

// ---- the questions -----------------------------------------------------------------------------------------------------

const checks = new Checks();
const check = (name, work) => checks.check(name, work);

await check("health needs no login", () => ask("GET", "/health"));
await check("everything else does", async () => {
  for (const path of ["/session", "/overview", "/incidents", "/accesses", "/files", "/opaque", "/events", "/baseline", "/baseline/habits", "/baseline/suggestions", "/logs", "/logs/sources", "/profile/unusual", "/sensors", "/reports/incidents.csv", "/stream"]) {
    await ask("GET", path, { expect: 401 });
  }
});
await check("a wrong password is 401", () => ask("POST", "/login", { body: { user: USER, password: `${PASSWORD}-not` }, expect: 401 }));
await check("a login without a password is 400 or 401", async () => {
  const answer = await fetch(`${BASE_URL}/api/v1/login`, { method: "POST", body: "{", headers: { "Content-Type": "application/json" } });
  assert.ok([400, 401].includes(answer.status) && typeof (await answer.json()).error === "string", String(answer.status));
});
await check("login sets a strict cookie", async () => {
  const { answer, data } = await ask("POST", "/login", { body: { user: USER, password: PASSWORD } });
  const set = answer.headers.get("set-cookie") ?? "";
  cookie = set.split(";")[0];
  csrf = data.csrf;
  const wanted = ["HttpOnly", "SameSite=Strict", "Path=/", ...(BASE_URL.startsWith("https") ? ["Secure"] : [])];
  for (const attribute of wanted) assert.ok(set.includes(attribute), `${attribute} is missing in ${set}`);
});
await check("session", () => ask("GET", "/session"));
await check("overview", () => ask("GET", "/overview"));
await check("incidents in every state", async () => {
  for (const state of ["open", "new", "acknowledged", "closed", "all"]) await ask("GET", `/incidents?state=${state}`);
});
await check("incidents by severity, verdict, text and time", async () => {
  await ask("GET", "/incidents?severity=high&verdict=unverified&q=10&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z");
  const scores = (await items("/incidents?state=all&order=score&limit=3")).map(({ score }) => score);
  const rest = (await ask("GET", "/incidents?state=all&order=score&limit=3")).data.next;
  scores.push(...(await items(`/incidents?state=all&order=score&limit=100&before=${rest}`)).map(({ score }) => score));
  assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  assert.equal(scores.length, (await ask("GET", "/incidents?state=all")).data.total, "no incident is left out between pages");
  await ask("GET", "/incidents?order=colour", { expect: 400 });
  assert.deepEqual(await items("/incidents?state=all&q=surely-nobody-is-called-this"), []);
});
const incidents = (await check("each incident", async () => {
  const all = await items("/incidents?state=all&limit=500");
  for (const { id } of all) await ask("GET", `/incidents/${id}`);
  return all;
})) ?? [];
await check("an incident that is not there is 404", () => ask("GET", "/incidents/987654321", { expect: 404 }));
await check("accesses, files, encrypted sessions", async () => {
  for (const path of ["/accesses", "/files", "/opaque"]) await ask("GET", path);
});
await check("what an access was judged, and an access that is not there", async () => {
  const [{ id, verdict }] = await items("/accesses");
  const { data } = await ask("GET", `/accesses/${id}/verdicts`);
  assert.equal(data.items[0].verdict, verdict);
  await ask("GET", "/accesses/987654321/verdicts", { expect: 404 });
});
const events = (await check("events, and each of the first page", async () => {
  const page = await items("/events?limit=100");
  for (const { id } of page) await ask("GET", `/events/${id}`);
  return page;
})) ?? [];
await check("an event that is not there is 404", () => ask("GET", "/events/987654321987", { expect: 404 }));
await check("pages follow each other", async () => {
  for (const path of ["/incidents", "/accesses", "/files", "/events", "/logs/sources", "/baseline/habits"]) await walkPages(path);
});
await check("a limit out of bounds is 400", () => ask("GET", "/events?limit=501", { expect: 400 }));
await check("sensors", () => ask("GET", "/sensors"));
await check("there is something to check against", async () => assert.ok(incidents.length > 0 && events.length > 0, "the collector is empty"));

await check("server logs: sources, records, rejects, what no sensor saw", async () => {
  const [source] = await items("/logs/sources");
  assert.ok(source && source.records > 0 && source.skipped > 0, "no log was imported");
  const records = await items("/logs?limit=2&act=logon");
  assert.ok(records.length > 0);
  await ask("GET", `/logs/${records[0].id}`);
  assert.ok((await items("/logs/rejects")).length > 0);
  await ask("GET", "/logs/only?q=10");
  await ask("GET", "/logs?act=nonsense", { expect: 400 });
  await ask("GET", "/logs/987654321987", { expect: 404 });
});
await check("a log file is handed over, and its source is made", async () => {
  const bare = async (method, path, body, expect, headers = {}) => {
    const answer = await fetch(`${BASE_URL}/api/v1${path}`, { method, body, headers: { Cookie: cookie, "X-CSRF-Token": csrf, "Content-Type": "application/octet-stream", ...headers } });
    visited.add("POST /logs/file");
    assert.equal(answer.status, expect, await answer.clone().text());
    return answer.json();
  };
  const line = JSON.stringify({ EventTime: "2026-01-31 10:02:11", Hostname: "OPENAPI", EventID: 4624, RecordNumber: 1, Channel: "Security", SourceName: "Microsoft-Windows-Security-Auditing", TargetUserName: "ops", IpAddress: "203.0.113.9", IpPort: "50000", LogonType: "3" });
  assert.deepEqual(await bare("POST", "/logs/file?source=openapi&site=openapi&zone=%2B01:00", `${line}\nnothing\n`, 200), { accepted: 1, duplicates: 0, other: 0, rejected: 1, refused: 0 });
  await bare("POST", "/logs/file?source=openapi&site=elsewhere", line, 409);
  await bare("POST", "/logs/file", line, 400);
  await bare("POST", "/logs/file?source=openapi", line, 403, { "X-CSRF-Token": "0" });
  await bare("POST", "/logs/file?source=openapi", line, 401, { Cookie: "" });
});
await check("sources are made, their clocks set, and removed", async () => {
  const [source] = (await items("/logs/sources")).filter(({ file }) => file === "openapi");
  await ask("POST", "/logs/sources/clock", { body: { name: "openapi", host: "OPENAPI", offset_seconds: -14400 }, expect: 204 });
  const clocks = await items(`/logs/sources/${source.id}/clocks`);
  assert.deepEqual([clocks[0].offset_seconds, clocks[0].offset_by], [-14400, "configured"]);
  await ask("POST", "/logs/sources/clock", { body: { name: "openapi", offset_seconds: "x" }, expect: 400 });
  await ask("POST", "/logs/sources/hosts", { body: { name: "openapi", hosts: "openapi,dc*" }, expect: 204 });
  await ask("POST", "/logs/sources/hosts", { body: { name: "openapi", hosts: "," }, expect: 400 });
  const { data } = await ask("POST", "/logs/sources", { body: { name: "openapi-dc1", site: "openapi", hosts: "dc1" }, expect: 201 });
  assert.match(data.token, /^[0-9a-f]{64}$/);
  await ask("POST", "/logs/sources", { body: { name: "openapi-dc1" }, expect: 409 });
  for (const name of ["openapi", "openapi-dc1"]) await ask("POST", "/logs/sources/remove", { body: { name }, expect: 204 });
  await ask("POST", "/logs/sources/remove", { body: { name: "openapi" }, expect: 404 });
});
await check("a table of some megabytes is read", async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => `203.0.113.${i % 250},LAB\\ops${i},2100-01-31,CHG-${i},some words about why this is planned`);
  const csv = ["source,account,valid_until,reference,reason", ...rows].join("\n");
  assert.ok(csv.length > 2 << 20);
  const { data } = await ask("POST", "/baseline/import", { body: { csv, planned: true, dry_run: true } });
  assert.deepEqual([data.added, data.rejected], [rows.length, 0]);
});
await check("a log without its token is 401", () => ask("POST", "/logs", { body: {}, expect: 401 }));
await check("the normal profile and what is unusual", async () => {
  const [{ site, source }] = await items("/accesses");
  await ask("GET", `/profile?site=${encodeURIComponent(site)}&q=${source}`);
  await ask("GET", "/profile", { expect: 400 });
  await ask("GET", "/profile/unusual");
});
await check("habits, suggestions, learning", async () => {
  const { data } = await ask("GET", "/baseline/habits?q=svcctl");
  await ask("GET", "/baseline/suggestions");
  await ask("POST", "/baseline/suggestions/refuse", { body: { site: data.learning.sites[0].site, source: "203.0.113.77", account: "nobody", destination: "203.0.113.78" }, expect: 204 });
  await ask("POST", "/baseline/learning", { body: { learning_days: 0 }, expect: 400 });
  await ask("POST", "/baseline/learning", { body: { learning_days: data.learning.days }, expect: 204 });
});

const entry = { source: "203.0.113.77", account: "CORP\\nobody", destination: null, actions: ["svcctl.*"], reason: "openapi.mjs" };
await check("a change without its token is 403", async () => {
  await ask("POST", "/baseline/preview", { body: entry, expect: 403, headers: { "X-CSRF-Token": "0" } });
});
await check("whitelist: preview, add, list, remove", async () => {
  await ask("POST", "/baseline/preview", { body: entry });
  const { data } = await ask("POST", "/baseline", { body: entry, expect: 201 });
  assert.ok((await items("/baseline")).some(({ id }) => id === data.id));
  const of = (await ask("GET", `/baseline?entry=${data.id}&state=in_force&q=openapi.mjs`)).data;
  assert.deepEqual([of.total, of.items[0].id], [1, data.id]);
  await ask("GET", "/baseline?state=open", { expect: 400 });
  await ask("GET", `/accesses?entry=${data.id}`);
  const exported = (await ask("GET", "/reports/baseline.json")).data.entries;
  assert.ok(exported.some(({ source, reason }) => source === entry.source && reason === entry.reason));
  assert.match((await ask("GET", "/reports/baseline.csv")).text, /^"?site/);
  await ask("DELETE", `/baseline/${data.id}`, { expect: 204 });
  await ask("DELETE", `/baseline/${data.id}`, { expect: 404 });
});
await check("a host gets a name, and an entry may use it", async () => {
  const host = { site: "headquarters", name: "jump1", address: "203.0.113.77" };
  await ask("POST", "/hosts", { body: { ...host, address: "203.0.113.0/24" }, expect: 400 });
  const before = (await ask("POST", "/baseline/preview", { body: { ...entry, source: "jump1" } })).data;
  assert.match(before.warning, /No address of that host is known/);
  await ask("POST", "/hosts", { body: host, expect: 204 });
  assert.ok((await items("/hosts")).some(({ name }) => name === "jump1"));
  assert.equal((await ask("POST", "/baseline/preview", { body: { ...entry, source: "JUMP1.example.test" } })).data.warning, null);
  await ask("POST", "/hosts/remove", { body: { site: "headquarters", name: "jump1" }, expect: 204 });
  await ask("POST", "/hosts/remove", { body: { site: "headquarters", name: "jump1" }, expect: 404 });
});
await check("a table of planned work is rehearsed row by row", async () => {
  const csv = "source,reference,valid_until\n203.0.113.77,CHG-1,2100-01-31\n10.0.0/33,CHG-2,2100-01-31\n";
  const { data } = await ask("POST", "/baseline/import", { body: { csv, planned: true, dry_run: true } });
  assert.deepEqual([data.added, data.rejected, data.rejects[0].row], [1, 1, 3]);
  assert.ok(!(await items("/baseline")).some(({ source }) => source === "203.0.113.77"), "a rehearsal added an entry");
  await ask("POST", "/baseline/import", { body: { csv: "a,b\n1,2\n" }, expect: 400 });
});
await check("an entry for everybody is 400 unless it is forced, and its answer warns", async () => {
  const everybody = { ...entry, source: null, account: "*" };
  assert.equal((await ask("POST", "/baseline/preview", { body: everybody })).data.open, true);
  assert.match((await ask("POST", "/baseline", { body: everybody, expect: 400 })).data.error, /force/);
  const { data } = await ask("POST", "/baseline", { body: { ...everybody, force: true }, expect: 201 });
  assert.match(data.warning, /every host and every account/);
  await ask("DELETE", `/baseline/${data.id}`, { expect: 204 });
});
await check("an entry that means nothing is 400", async () => {
  await ask("POST", "/baseline", { body: { ...entry, source: "10.0.0.0 / 33" }, expect: 400 });
  await ask("POST", "/baseline", { body: { ...entry, reason: "" }, expect: 400 });
});
await check("an incident takes a note; closing needs a reason", async () => {
  const [{ id, note, state }] = incidents;
  await ask("PATCH", `/incidents/${id}`, { body: { note: "openapi.mjs" } });
  await ask("PATCH", `/incidents/${id}`, { body: { state: "closed" }, expect: 400 });
  const { data } = await ask("PATCH", `/incidents/${id}`, { body: { note } });
  assert.deepEqual([data.note, data.state], [note, state]);
});
await check("reports", async () => {
  for (const name of ["incidents", "accesses"]) {
    const { answer } = await ask("GET", `/reports/${name}.csv`);
    assert.match(answer.headers.get("content-disposition") ?? "", /attachment/);
    await ask("GET", `/reports/${name}.html`);
  }
});
await check("the stream opens at once", async () => {
  const abort = new AbortController();
  const answer = await fetch(`${BASE_URL}/api/v1/stream`, { headers: { Cookie: cookie }, signal: abort.signal });
  assert.equal(answer.status, 200);
  assert.ok(answer.headers.get("content-type")?.startsWith("text/event-stream"));
  abort.abort();
});
await check("a wrong old password is 401", () => ask("POST", "/password", { body: { old: `${PASSWORD}-not`, new: "long enough for anyone" }, expect: 401 }));
await check("logout ends the session", async () => {
  await ask("POST", "/logout", { expect: 204 });
  await ask("GET", "/session", { expect: 401 });
});
await check("every described operation was asked", async () => {
  const all = Object.entries(document.paths).flatMap(([path, item]) => ["get", "post", "patch", "delete"].filter((m) => item[m]).map((m) => `${m.toUpperCase()} ${path}`));
  assert.deepEqual(all.filter((operation) => !visited.has(operation)), []);
});
checks.finish();
