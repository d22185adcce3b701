import assert from "node:assert/strict";
import { test } from "node:test";
import { queryString, reportAddress } from "../src/api";
import { match } from "../src/router";

test("a pattern without parameters matches itself and nothing longer", () => {
  assert.deepEqual(match("/incidents", "/incidents"), {});
  assert.deepEqual(match("/incidents", "/incidents/"), {});
  assert.equal(match("/incidents", "/incidents/3"), null);
  assert.equal(match("/incidents", "/"), null);
});

test("the root matches only the root", () => {
  assert.deepEqual(match("/", "/"), {});
  assert.equal(match("/", "/files"), null);
});

test("a parameter is decoded", () => {
  assert.deepEqual(match("/events/:id", "/events/17"), { id: "17" });
  assert.deepEqual(match("/events/:id", "/events/a%20b"), { id: "a b" });
});

test("a query leaves out what is empty and escapes the rest", () => {
  assert.equal(queryString({ a: "", b: null, c: undefined }), "");
  assert.equal(queryString({ q: "CORP\\a&b", limit: 50 }), "?q=CORP%5Ca%26b&limit=50");
});

test("a report's address carries its filters", () => {
  assert.equal(reportAddress("accesses", "csv", { verdict: "unverified" }), "/api/v1/reports/accesses.csv?verdict=unverified");
});
