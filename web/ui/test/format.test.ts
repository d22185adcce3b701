import assert from "node:assert/strict";
import { test } from "node:test";
import { age, bytes, count, hex32, local, nanoseconds, plural, shortHash, span, utc, words } from "../src/format";

test("counts are grouped by thousands", () => {
  assert.equal(count(0), "0");
  assert.equal(count(1234567), "1,234,567");
});

test("one of a thing is singular", () => {
  assert.equal(plural(1, "entry", "entries"), "1 entry");
  assert.equal(plural(0, "entry", "entries"), "0 entries");
});

test("bytes keep three digits and change their unit at 1024", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(1023), "1,023 B");
  assert.equal(bytes(1024), "1 KiB");
  assert.equal(bytes(15872), "15.5 KiB");
  assert.equal(bytes(911_000_111), "869 MiB");
  assert.equal(bytes(5 * 1024 ** 5), "5,120 TiB");
});

test("nanoseconds survive, with fewer digits and none", () => {
  assert.equal(nanoseconds("1970-01-01T00:00:01.000000001Z"), 1_000_000_001n);
  assert.equal(nanoseconds("1970-01-01T00:00:01.5Z"), 1_500_000_000n);
  assert.equal(nanoseconds("1970-01-01T00:00:02Z"), 2_000_000_000n);
});

test("a span is told in at most two units", () => {
  assert.equal(span(0n), "0 µs");
  assert.equal(span(340_000n), "340 µs");
  assert.equal(span(2_530_000n), "2.5 ms");
  assert.equal(span(999_000_000n), "999 ms");
  assert.equal(span(1_400_000_000n), "1.4 s");
  assert.equal(span(60_000_000_000n), "1 min");
  assert.equal(span(62_000_000_000n), "1 min 2 s");
  assert.equal(span(7_500_000_000_000n), "2 h 5 min");
  assert.equal(span(4n * 86_400_000_000_000n), "4 d");
});

test("a span just below a minute does not become sixty seconds", () => {
  assert.equal(span(59_700_000_000n), "1 min");
});

test("an age looks back and ahead", () => {
  const now = new Date("2026-01-10T12:00:00Z");
  assert.equal(age("2026-01-10T11:59:58Z", now), "just now");
  assert.equal(age("2026-01-10T11:57:00Z", now), "3 min ago");
  assert.equal(age("2026-01-22T12:00:00Z", now), "in 12 d");
});

test("local times drop what the reader knows", () => {
  const now = new Date(2026, 0, 10, 12);
  const iso = (...at: [number, number, number, number, number, number]): string => new Date(...at).toISOString();
  assert.equal(local(iso(2026, 0, 10, 9, 3, 7), now), "09:03:07");
  assert.equal(local(iso(2026, 0, 9, 9, 3, 7), now), "9 Jan 09:03");
  assert.equal(local(iso(2014, 4, 9, 9, 3, 7), now), "9 May 2014 09:03");
});

test("UTC keeps all nine digits", () => {
  assert.equal(utc("2014-01-01T00:00:00.123456789Z"), "2014-01-01 00:00:00.123456789 UTC");
});

test("hashes, codes and names are shortened or spelled out", () => {
  assert.equal(shortHash("0123456789abcdef0123456789abcdef"), "0123456789…abcdef");
  assert.equal(hex32(3221225506), "0xc0000022");
  assert.equal(hex32(-1073741790), "0xc0000022");
  assert.equal(words("tcp_out-of_window"), "tcp out of window");
});
