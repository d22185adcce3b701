import assert from "node:assert/strict";
import { test } from "node:test";
import { cursorOf, newerThan, olderThan, withoutCursor } from "../src/cursor";

const query = (text: string): URLSearchParams => new URLSearchParams(text);

test("an address without a cursor is the first page", () => {
  assert.deepEqual(cursorOf(query("q=x")), { before: undefined, page: 0, address: "?q=x" });
  assert.equal(newerThan(query("q=x")), null);
});

test("pages lead to older ones and back the same way", () => {
  const second = olderThan(query("q=x"), 120);
  assert.deepEqual(second, { before: 120, page: 1, address: "?q=x&before=120" });
  const third = olderThan(query(second.address), 70);
  assert.deepEqual(third, { before: 70, page: 2, address: "?q=x&before=120.70" });
  assert.deepEqual(newerThan(query(third.address)), second);
  assert.equal(newerThan(query(second.address))?.address, "?q=x");
});

test("a far page keeps its number and the way back it has", () => {
  let at = cursorOf(query(""));
  for (let next = 1000; next > 900; next -= 1) at = olderThan(query(at.address), next);
  assert.equal(at.page, 100);
  assert.equal(at.before, 901);
  assert.ok(at.address.length < 300, at.address);
  assert.equal(newerThan(query(at.address))?.page, 99);
  assert.deepEqual(cursorOf(query(at.address)), at);
});

test("a cursor that is none is the first page", () => {
  for (const text of ["before=x", "before=1..2", "before=", "before=99999999999999999999"]) assert.equal(cursorOf(query(text)).before, undefined);
  assert.equal(cursorOf(query("before=5&page=banana")).page, 1);
});

test("another question begins at the first page", () => {
  assert.deepEqual(withoutCursor(query("q=x&before=5.4&page=9")), { q: "x" });
});
