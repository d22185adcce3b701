// A week as seven rows of twenty-four cells in the reader's zone, the more the darker; the numbers also as a table for screen readers.
import { useState } from "preact/hooks";
import { DAYS, localWeek } from "../week";

const CELL = 30;
const HIGH = 24;
const LEFT = 38;
const TOP = 18;
const SHADES = 5;

const two = (n: number): string => `${String(n).padStart(2, "0")}:00`;

// 0 for nothing, then by the square root: one busy hour does not wash out the others.
function shade(value: number, most: number): number {
  return value <= 0 ? 0 : Math.max(1, Math.ceil(SHADES * Math.sqrt(value / most)));
}

interface Props {
  values: readonly number[]; // 168, from Monday 00:00 UTC on
  said: (value: number) => string;
  caption: string;
}

function AsTable({ rows, said, caption }: { rows: number[][]; said: Props["said"]; caption: string }) {
  return (
    <div class="visually-hidden"><table>
      <caption>{caption}</caption>
      <thead><tr><th scope="col">Day</th>{rows[0]!.map((_, hour) => <th key={hour} scope="col">{two(hour)}</th>)}</tr></thead>
      <tbody>{rows.map((row, day) => <tr key={day}><th scope="row">{DAYS[day]}</th>{row.map((value, hour) => <td key={hour}>{said(value)}</td>)}</tr>)}</tbody>
    </table></div>
  );
}

export function HeatWeek({ values, said, caption }: Props) {
  const [at, setAt] = useState<[number, number] | null>(null);
  const rows = localWeek(values, new Date());
  const most = Math.max(...values);
  const busiest = rows.flatMap((row, day) => row.map((value, hour) => ({ value, day, hour }))).reduce((a, b) => (b.value > a.value ? b : a));
  const shown = at ?? [busiest.day, busiest.hour];
  return (
    <div class="heat">
      <div class="scroll">
        <svg width={LEFT + 24 * CELL} height={TOP + 7 * HIGH} viewBox={`0 0 ${LEFT + 24 * CELL} ${TOP + 7 * HIGH}`} aria-hidden="true" onMouseLeave={() => setAt(null)}>
          {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => <text key={hour} class="axis" x={LEFT + hour * CELL} y="11">{two(hour)}</text>)}
          {rows.map((row, day) => (
            <g key={day}>
              <text class="axis" x="0" y={TOP + day * HIGH + 16}>{DAYS[day]}</text>
              {row.map((value, hour) => (
                <rect key={hour} class={`shade-${shade(value, most)}`} x={LEFT + hour * CELL} y={TOP + day * HIGH} width={CELL - 2} height={HIGH - 2} rx="2" onMouseEnter={() => setAt([day, hour])} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <p class="legend"><span class="readout">{at === null && "busiest: "}{DAYS[shown[0]]} {two(shown[1])}–{two((shown[1] + 1) % 24)}: {said(rows[shown[0]]![shown[1]]!)}</span></p>
      <AsTable rows={rows} said={said} caption={caption} />
    </div>
  );
}
