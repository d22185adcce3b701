// The subtraction as a picture: what the network saw, less what the whitelist explains, is what is left to look at.
import type { Overview } from "../api";
import { count, day, plural } from "../format";
import { VERDICT_MEANING, VERDICTS } from "../vocabulary";

const WIDTH = 1000;
const HEIGHT = 72;
const BAND = 56;
const TOP = 8;
const SPLIT = 300; // a little before the second figure
const EXPLAINED_END = 690; // before the third
const SLIVER = 2.5; // what is not nothing stays visible

function share(part: number, whole: number): number {
  if (part === 0) return 0;
  if (part === whole) return BAND;
  return Math.min(BAND - SLIVER, Math.max(SLIVER, (BAND * part) / whole));
}

// A band from (x0, y0) to (x1, y1), ${thick} high, bending in the middle and then going on straight to ${end}.
function band(x0: number, y0: number, x1: number, y1: number, thick: number, end = x1): string {
  const m = (x0 + x1) / 2;
  return `M${x0} ${y0}C${m} ${y0} ${m} ${y1} ${x1} ${y1}H${end}v${thick}H${x1}C${m} ${y1 + thick} ${m} ${y0 + thick} ${x0} ${y0 + thick}z`;
}

function Bands({ seen, explained }: { seen: number; explained: number }) {
  const gone = share(explained, seen);
  const left = BAND - gone;
  return (
    <svg class="bands" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <defs>
        <linearGradient id="fading">
          <stop class="fading" offset="0" /><stop class="fading" offset=".55" /><stop class="fading gone" offset="1" />
        </linearGradient>
      </defs>
      <path class="band-seen" d={band(0, TOP, SPLIT, TOP, BAND)} />
      {gone > 0 && <path class="band-explained" d={band(SPLIT, TOP, EXPLAINED_END, 0, gone)} />}
      {left > 0 && <path class="band-left" d={band(SPLIT, TOP + gone, EXPLAINED_END, HEIGHT - left, left, WIDTH)} />}
    </svg>
  );
}

// What is left, by verdict, the worst first.
function Left({ ledger }: { ledger: Overview["ledger"] }) {
  const verdicts = VERDICTS.filter((verdict) => verdict !== "legitimate" && ledger[verdict] > 0);
  return (
    <ul class="left-over" aria-label="Left to look at, by verdict">
      {verdicts.map((verdict) => (
        <li key={verdict}>
          <a class={`verdict ${verdict}`} href={`/accesses?verdict=${verdict}`} title={VERDICT_MEANING[verdict]}>{count(ledger[verdict])} {verdict}</a>
        </li>
      ))}
    </ul>
  );
}

export function FlowFigures({ overview }: { overview: Overview }) {
  const { ledger, incidents } = overview;
  const left = ledger.accesses - ledger.legitimate;
  const since = overview.first_event === null ? null : day(new Date(overview.first_event), new Date(overview.now));
  return (
    <section class="panel subtraction" aria-labelledby="subtraction-title">
      <h2 id="subtraction-title">What the network saw, less what is explained</h2>
      <div class="equation">
        <a class="figure" href="/accesses">
          <strong>{count(ledger.accesses)}</strong>
          <span>admin {ledger.accesses === 1 ? "access" : "accesses"} on the wire</span>
          <small>{since === null ? "" : `since ${since}`}</small>
        </a>
        <span class="operator" aria-label="minus">−</span>
        <a class="figure explained" href="/accesses?verdict=legitimate">
          <strong>{count(ledger.legitimate)}</strong>
          <span>explained by the whitelist</span>
          <small>{plural(overview.baseline_entries, "entry", "entries")}</small>
        </a>
        <span class="operator" aria-label="equals">=</span>
        <a class="figure left" href="/incidents">
          <strong>{count(left)}</strong>
          <span>left to look at</span>
          <small>{plural(incidents.open, "open incident", "open incidents")}</small>
        </a>
      </div>
      {ledger.accesses > 0 && <Bands seen={ledger.accesses} explained={ledger.legitimate} />}
      {left > 0 && <Left ledger={ledger} />}
    </section>
  );
}
