// Hours of the week in the reader's zone, seven rows of twenty-four.
import { DAYS, localHours } from "../week";

const CELL = 7;
const LABEL = 26;

export function WeekStrip({ week }: { week: readonly number[] }) {
  const hours = localHours(week, new Date());
  const on = hours.flat().filter(Boolean).length;
  return (
    <svg class="week" width={LABEL + 24 * CELL} height={7 * CELL} viewBox={`0 0 ${LABEL + 24 * CELL} ${7 * CELL}`} role="img" aria-label={`${on} hours of the week`}>
      {hours.map((row, day) => (
        <g key={DAYS[day]}>
          <text x="0" y={day * CELL + 6}>{DAYS[day]}</text>
          {row.map((seen, hour) => (
            <rect key={hour} x={LABEL + hour * CELL} y={day * CELL} width={CELL - 1} height={CELL - 1} class={seen ? "on" : "off"}>
              <title>{`${DAYS[day]} ${String(hour).padStart(2, "0")}:00`}</title>
            </rect>
          ))}
        </g>
      ))}
    </svg>
  );
}
