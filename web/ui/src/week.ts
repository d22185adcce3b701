// Hours of the week: the collector counts in UTC, people read in their own zone. Pure.

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const HOURS = 24;
const WEEK = DAYS.length * HOURS;

// Where hour ${at} of the week (UTC, from Monday on) stands in the zone of ${now}: a zone that is not whole hours away is taken to the
// hour in which most of it lies.
function localAt(at: number, now: Date): number {
  const ahead = Math.round(-now.getTimezoneOffset() / 60);
  return (((at + ahead) % WEEK) + WEEK) % WEEK;
}

// A value for each hour of the week from Monday 00:00 UTC on, as rows of days in the zone of ${now}.
export function localWeek(values: readonly number[], now: Date): number[][] {
  const rows = DAYS.map(() => new Array<number>(HOURS).fill(0));
  for (let at = 0; at < WEEK; at += 1) {
    const local = localAt(at, now);
    rows[Math.floor(local / HOURS)]![local % HOURS] = values[at] ?? 0;
  }
  return rows;
}

// ${week}: for each day from Monday on, bit h is the hour (UTC) that begins at h. Rows of booleans in the zone of ${now}.
export function localHours(week: readonly number[], now: Date): boolean[][] {
  const seen = Array.from({ length: WEEK }, (_, at) => ((week[Math.floor(at / HOURS)] ?? 0) >> (at % HOURS)) & 1);
  return localWeek(seen, now).map((row) => row.map((value) => value === 1));
}
