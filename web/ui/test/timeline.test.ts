import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "../src/api-types";
import { layoutTimeline, ticks } from "../src/timeline";

const START = Date.parse("2026-01-10T12:00:00Z");

function step(ms: number, destination = "10.0.0.1"): Step {
  const time = new Date(START + ms).toISOString().replace("Z", "000000Z");
  return { time, last_time: time, step: "smb.logon", destination, count: 1, admin: false, technique: null, technique_name: null, detail: null, access: 1, event: null };
}

const layout = (steps: Step[], width = 1000) => layoutTimeline(steps, width, 100, 20, 21);

test("no step is no mark", () => {
  assert.deepEqual(layout([]).marks, []);
});

test("a single step stands at the left", () => {
  const { marks, width } = layout([step(0)]);
  assert.equal(marks[0]?.x, 100);
  assert.equal(width, 1000);
});

test("the last mark reaches the right edge and none overlap", () => {
  const { marks } = layout([step(0), step(5), step(5), step(700), step(30_000)]);
  assert.ok(Math.abs((marks.at(-1)?.x ?? 0) - 980) < 0.01);
  for (const [i, mark] of marks.entries()) if (i > 0) assert.ok(mark.x - marks[i - 1]!.x >= 21);
});

test("a longer pause is a longer distance", () => {
  const { marks } = layout([step(0), step(10), step(1010), step(61_010)]);
  const distances = marks.slice(1).map((mark, i) => mark.x - marks[i]!.x);
  assert.deepEqual([...distances].sort((a, b) => a - b), distances);
});

test("steps at one moment stand side by side", () => {
  const { marks } = layout([step(0), step(0), step(0)]);
  assert.deepEqual(marks.map((mark) => mark.x), [100, 121, 142]);
});

test("what does not fit makes the drawing wider", () => {
  const { width, marks } = layout(Array.from({ length: 100 }, (_, i) => step(i)), 600);
  assert.equal(width, 100 + 99 * 21 + 20);
  assert.ok(marks.every((mark) => mark.x <= width - 20 + 0.01));
});

test("each destination has a lane, in order of appearance", () => {
  const { lanes, marks } = layout([step(0, "b"), step(1, "a"), step(2, "b")]);
  assert.deepEqual(lanes, ["b", "a"]);
  assert.deepEqual(marks.map((mark) => mark.lane), [0, 1, 0]);
});

test("a pause of a minute or more is written down", () => {
  const { breaks } = layout([step(0), step(59_999), step(119_999)]);
  assert.equal(breaks.length, 1);
  assert.equal(breaks[0]?.pause, 60_000_000_000n);
});

test("a clock that steps back does not draw backwards", () => {
  const { marks } = layout([step(50), step(0), step(60)]);
  assert.ok(marks[1]!.x > marks[0]!.x);
});

test("ticks are round, start at nothing and reach the largest value", () => {
  assert.deepEqual(ticks(0, 4), [0, 1]);
  assert.deepEqual(ticks(1, 4), [0, 1]);
  assert.deepEqual(ticks(9, 4), [0, 5, 10]);
  for (const max of [2, 3, 7, 12, 99, 1234]) assert.ok((ticks(max, 4).at(-1) ?? 0) >= max);
});
