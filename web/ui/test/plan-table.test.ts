import assert from "node:assert/strict";
import { test } from "node:test";
import { guess, readTable, withKeys } from "../src/plan-table";

test("the header and the first rows are read, quotes and all", () => {
  const table = readTable('\uFEFF"Jump host";User;"Reason; why"\r\n10.0.0.1;"LAB\\ops";"say ""hi""\nthere"\r\n10.0.0.2;x;y\r\n');
  assert.deepEqual(table?.columns, ["Jump host", "User", "Reason; why"]);
  assert.deepEqual(table?.sample, [["10.0.0.1", "LAB\\ops", 'say "hi"\nthere'], ["10.0.0.2", "x", "y"]]);
});

test("what is no table is none", () => {
  for (const text of ["", "\n", "  \r\n1,2\n"]) assert.equal(readTable(text), null);
});

test("columns of usual exports are known by their names", () => {
  assert.deepEqual(guess(["Change number", "Requested by user", "Jump host", "Target server", "Planned start date", "Planned end date", "Short description"]), {
    reference: 0, account: 1, source: 2, destination: 3, valid_from: 4, valid_until: 5, reason: 6,
  });
  assert.deepEqual(guess(["Jump host", "User", "End", "Ticket"]), { source: 0, account: 1, valid_until: 2, reference: 3 });
});

test("columns called like the keys are those keys, whatever else stands beside them", () => {
  const columns = ["site", "source", "account", "destination", "actions", "sha256", "when", "valid_from", "valid_until", "reason", "reference"];
  const mapping = guess(["user", ...columns]);
  for (const [i, key] of columns.entries()) assert.equal(mapping[key as "site"], i + 1, key);
});

test("a mapped table has our names and all its rows", () => {
  const table = readTable("A,B,A\n1,2,3\n4,5,6\n");
  assert.ok(table);
  assert.equal(withKeys(table, { account: 1, source: 2 }), "column 1,account,source\n1,2,3\n4,5,6\n");
});
