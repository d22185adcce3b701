// Hours of the week: the collector counts in UTC, people read in their own zone. Pure.

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const HOURS = 24;
const WEEK = DAYS.length * HOURS;

// ${week}: for each day from Monday on, bit h is the hour (UTC) that begins at h. Rows of booleans in the zone of ${now}; a zone that is not
// whole hours away is taken to the hour in which most of it lies.
export function localHours(week: readonly number[], now: Date): boolean[][] {
  const ahead = Math.round(-now.getTimezoneOffset() / 60);
  const rows = DAYS.map(() => new Array<boolean>(HOURS).fill(false));
  for (let at = 0; at < WEEK; at += 1) {
    if ((((week[Math.floor(at / HOURS)] ?? 0) >> (at % HOURS)) & 1) === 0) continue;
    const local = (((at + ahead) % WEEK) + WEEK) % WEEK;
    const row = rows[Math.floor(local / HOURS)];
    if (row) row[local % HOURS] = true;
  }
  return rows;
}
