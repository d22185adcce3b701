import assert from "node:assert/strict";
import { test } from "node:test";
import { localHours } from "../src/week";

const at = (minutesAhead: number): Date => ({ getTimezoneOffset: () => -minutesAhead }) as Date;
const seen = (rows: boolean[][]): string => rows.flatMap((row, day) => row.flatMap((on, hour) => (on ? [`${day}:${hour}`] : []))).join(" ");

test("an hour of UTC is shown where the reader's clock has it", () => {
  const week = [1 << 23, 0, 0, 0, 0, 0, 0];
  assert.equal(seen(localHours(week, at(0))), "0:23");
  assert.equal(seen(localHours(week, at(540))), "1:8");
  assert.equal(seen(localHours(week, at(-480))), "0:15");
});

test("the week is round", () => {
  assert.equal(seen(localHours([0, 0, 0, 0, 0, 0, 1 << 23], at(60))), "0:0");
  assert.equal(seen(localHours([1, 0, 0, 0, 0, 0, 0], at(-60))), "6:23");
});
