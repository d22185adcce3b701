// Admin accesses by hour over a day; the part that nothing explains stands out.
import { useState } from "preact/hooks";
import type { Hour } from "../api";
import { clockOf, count, day } from "../format";
import { ticks } from "../timeline";
import { useWidth } from "./use-width";

const HEIGHT = 168;
const LEFT = 34;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22;
const LABEL_EVERY = 3;

function sentence(hour: Hour): string {
  return `${clockOf(hour.hour, "minute")}: ${count(hour.accesses)} accesses, ${count(hour.suspicious)} of them unexplained, ${count(hour.events)} events`;
}

function AsTable({ hours }: { hours: readonly Hour[] }) {
  return (
    <table class="visually-hidden">
      <caption>Admin accesses by hour</caption>
      <thead><tr><th scope="col">Hour</th><th scope="col">Accesses</th><th scope="col">Unexplained</th><th scope="col">Events</th></tr></thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour.hour}><th scope="row">{clockOf(hour.hour, "minute")}</th><td>{hour.accesses}</td><td>{hour.suspicious}</td><td>{hour.events}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

export function ActivityChart({ hours }: { hours: readonly Hour[] }) {
  const [element, width] = useWidth<HTMLDivElement>(640);
  const [at, setAt] = useState<Hour | null>(null);
  const scale = ticks(Math.max(...hours.map((hour) => hour.accesses)), 4);
  const top = scale.at(-1) ?? 1;
  const busiest = Math.max(1, ...hours.map((hour) => hour.events));
  const inner = HEIGHT - TOP - BOTTOM;
  const slot = (width - LEFT - RIGHT) / Math.max(1, hours.length);
  const bar = Math.max(2, Math.min(22, slot * 0.62));
  const y = (n: number): number => TOP + inner * (1 - n / top);
  const middle = (i: number): number => LEFT + slot * (i + 0.5);
  const line = hours.map((hour, i) => `${i === 0 ? "M" : "L"}${middle(i).toFixed(1)} ${(TOP + inner * (1 - hour.events / busiest)).toFixed(1)}`).join("");
  const last = hours.at(-1);

  return (
    <div class="activity" ref={element}>
      <svg width={width} height={HEIGHT} aria-hidden="true" onMouseLeave={() => setAt(null)}>
        {scale.map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
            <text class="axis" x={LEFT - 6} y={y(value) + 4} text-anchor="end">{value}</text>
          </g>
        ))}
        <path class="events-line" d={line} />
        {hours.map((hour, i) => (
          <g key={hour.hour} onMouseEnter={() => setAt(hour)}>
            <rect class={at === hour ? "hover on" : "hover"} x={LEFT + slot * i} y={TOP} width={slot} height={inner} />
            <rect class="bar" x={middle(i) - bar / 2} y={y(hour.accesses)} width={bar} height={Math.max(0, y(0) - y(hour.accesses))} />
            <rect class="bar suspicious" x={middle(i) - bar / 2} y={y(hour.suspicious)} width={bar} height={Math.max(0, y(0) - y(hour.suspicious))} />
            {i % LABEL_EVERY === 0 && <text class="axis" x={middle(i)} y={HEIGHT - 6} text-anchor="middle">{clockOf(hour.hour, "minute")}</text>}
          </g>
        ))}
      </svg>
      <p class="legend">
        <span class="key suspicious">unexplained</span>
        <span class="key">explained or pending</span>
        <span class="key line" title={`Own scale; the busiest hour has ${count(busiest)}`}>events</span>
        <span class="readout">{at ? sentence(at) : last ? `24 hours to ${clockOf(last.hour, "minute")}, ${day(new Date(last.hour), new Date())}` : ""}</span>
      </p>
      <AsTable hours={hours} />
    </div>
  );
}
