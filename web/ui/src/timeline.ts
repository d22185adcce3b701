// Where the marks of an incident's timeline stand. Pure.
//
// A burst of forty acts in one second and a pause of an hour belong in one drawing, so distances are logarithmic: every act
// gets at least its own width, a longer pause gets more, and a pause far longer than the others is drawn as a break with
// its length written on it.
import type { Step } from "./api-types";
import { nanoseconds } from "./format";

export interface Mark {
  index: number; // of the step
  number: number; // as in the table, from 1
  lane: number; // of its destination
  x: number;
  sinceStart: bigint;
}

interface Break {
  x: number;
  pause: bigint;
}

export interface Timeline {
  lanes: string[];
  marks: Mark[];
  breaks: Break[];
  width: number;
}

const BREAK_AT_LEAST = 60_000_000_000n; // a minute
const LOG_UNIT = 1_000_000; // pauses below a millisecond look alike

function weight(pause: bigint): number {
  return Math.log1p(Number(pause) / LOG_UNIT);
}

// ${steps} by time; the marks lie between ${left} and ${width} - ${right}, each at least ${apart} from its neighbour; when they do
// not fit, the result is wider than ${width}.
export function layoutTimeline(steps: readonly Step[], width: number, left: number, right: number, apart: number): Timeline {
  const lanes = [...new Set(steps.map((step) => step.destination))];
  const times = steps.map((step) => nanoseconds(step.time));
  const pauses = times.slice(1).map((time, i) => (time > times[i]! ? time - times[i]! : 0n));
  const needed = apart * pauses.length;
  const free = Math.max(0, width - left - right - needed);
  const total = pauses.reduce((sum, pause) => sum + weight(pause), 0);

  const marks: Mark[] = [];
  const breaks: Break[] = [];
  let x = left;
  for (const [index, step] of steps.entries()) {
    if (index > 0) {
      const pause = pauses[index - 1]!;
      const stride = apart + (total > 0 ? (free * weight(pause)) / total : 0);
      if (pause >= BREAK_AT_LEAST) breaks.push({ x: x + stride / 2, pause });
      x += stride;
    }
    marks.push({ index, number: index + 1, lane: lanes.indexOf(step.destination), x, sinceStart: times[index]! - times[0]! });
  }
  return { lanes, marks, breaks, width: Math.max(width, left + needed + right) };
}

// Round tick values from 0 that reach ${max}: 1, 2 or 5 times a power of ten apart, at most ${most} steps.
export function ticks(max: number, most: number): number[] {
  if (max <= 0) return [0, 1];
  const rough = max / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough);
  const values: number[] = [];
  for (let value = 0; value < max + step; value += step) values.push(value);
  return values;
}
