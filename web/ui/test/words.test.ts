import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../src/components/json-view";
import { expects } from "../src/components/log-point-table";
import { nextTheme } from "../src/theme";
import { isRefused, stepPhrase } from "../src/vocabulary";

test("a step has a phrase, refused or not, or none", () => {
  assert.equal(stepPhrase("svcctl.create_service"), "Created a service");
  assert.equal(stepPhrase("svcctl.create_service.refused"), "Created a service (refused)");
  assert.equal(stepPhrase("pipe.PSEXESVC"), "Used the pipe PSEXESVC");
  assert.equal(stepPhrase("samr.samr_connect"), null);
});

test("a failed logon counts as refused", () => {
  assert.ok(isRefused("smb.logon.failed"));
  assert.ok(isRefused("smb.tree.admin.refused"));
  assert.ok(!isRefused("smb.logon"));
});

test("a reference column expects a thing, expects it not, or does not say", () => {
  assert.equal(expects("yes"), "yes");
  assert.equal(expects("random name .EXE"), "yes");
  assert.equal(expects("no"), "no");
  assert.equal(expects("not on the wire"), "no");
  assert.equal(expects("–"), null);
});

test("the theme goes round", () => {
  assert.equal(nextTheme(nextTheme(nextTheme("system"))), "system");
});

test("coloured JSON is the same text", () => {
  const text = JSON.stringify({ "a\"b": [1, -2.5e3, true, null], c: "x: 1, true" }, null, 2);
  const cut = pieces(text);
  assert.equal(cut.map(([, piece]) => piece).join(""), text);
  assert.deepEqual(cut.filter(([kind]) => kind === "key").map(([, piece]) => piece), ['"a\\"b"', '"c"']);
  assert.deepEqual(cut.filter(([kind]) => kind === "string").map(([, piece]) => piece), ['"x: 1, true"']);
});
