import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident, Step } from "../src/api-types";
import { dateAfter, draftOf, emptyDraft, entriesOf, missing } from "../src/whitelist-draft";

const NOW = new Date(2026, 0, 10, 12);

function acted(step: string, admin: boolean): Step {
  return { time: "", last_time: "", step, destination: "10.0.0.2", count: 1, admin, technique: null, technique_name: null, detail: null, access: 1, event: null };
}

const INCIDENT = {
  id: 7, title: "Remote service execution from 10.0.0.1", site: "basel", source: "10.0.0.1", account: "CORP\\a", destinations: ["10.0.0.2", "10.0.0.3"],
  steps: [acted("smb.logon", false), acted("smb.tree.admin", true), acted("smb.tree.admin", true), acted("svcctl.create_service", true)],
} as unknown as Incident;

test("a draft is as narrow as the incident, names it and ends after ninety days", () => {
  const draft = draftOf(INCIDENT, NOW);
  assert.equal(draft.site, "basel");
  assert.equal(draft.source, "10.0.0.1");
  assert.equal(draft.actions, "smb.tree.admin, svcctl.create_service");
  assert.equal(draft.until, dateAfter(NOW, 90));
  assert.equal(draft.reason, "Approved from incident 7: Remote service execution from 10.0.0.1");
});

test("an unknown account becomes any account", () => {
  const draft = draftOf({ ...INCIDENT, account: null }, NOW);
  assert.equal(entriesOf(draft)[0]?.account, null);
});

test("several destinations become an entry each", () => {
  const entries = entriesOf(draftOf(INCIDENT, NOW));
  assert.deepEqual(entries.map((entry) => entry.destination), ["10.0.0.2", "10.0.0.3"]);
  assert.ok(entries.every((entry) => entry.source === "10.0.0.1"));
});

test("empty fields mean any", () => {
  const [entry] = entriesOf({ ...emptyDraft(NOW), until: "", reason: " because " });
  assert.deepEqual(entry, {
    site: null, source: null, account: null, destination: null, actions: null, sha256: null, when: null, valid_from: null, valid_until: null, reason: "because",
  });
});

test("the last day counts whole, with nine digits of seconds", () => {
  const [entry] = entriesOf({ ...emptyDraft(NOW), until: "2026-04-10" });
  assert.match(entry?.valid_until ?? "", /\.\d{9}Z$/);
  assert.equal(Date.parse(entry?.valid_until ?? ""), new Date("2026-04-10T23:59:59").getTime());
});

test("a reason is required and a hash has 64 digits", () => {
  assert.notEqual(missing(emptyDraft(NOW)), null);
  assert.equal(missing({ ...emptyDraft(NOW), reason: "x" }), null);
  assert.notEqual(missing({ ...emptyDraft(NOW), reason: "x", sha256: "abc" }), null);
});
