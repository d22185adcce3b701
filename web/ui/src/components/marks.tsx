// Small marks that look the same wherever they stand: severity, verdict, state, time, techniques, source → destination.
import type { ComponentChildren } from "preact";
import type { CloseReason, Severity, State, Verdict } from "../api";
import { age, local, utc } from "../format";
import { CLOSE_LABEL, STATE_LABEL, VERDICT_MEANING } from "../vocabulary";

const BARS: Record<Severity, number> = { low: 1, medium: 2, high: 3, critical: 4 };

// Rising bars, so that severity does not rest on colour alone.
export function SeverityBars({ severity }: { severity: Severity }) {
  return (
    <svg class="bars" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
      {[0, 1, 2, 3].map((i) => (
        <rect key={i} x={i * 3.6} y={8 - i * 2.6} width="2.6" height={4 + i * 2.6} rx="0.6" class={i < BARS[severity] ? "on" : "off"} />
      ))}
    </svg>
  );
}

export function SeverityMark({ severity, score }: { severity: Severity; score?: number }) {
  return (
    <span class={`severity ${severity}`}>
      <SeverityBars severity={severity} />
      <span class="severity-name">{severity}</span>
      {score !== undefined && <span class="score" title="Score from 0 to 100">{score}</span>}
    </span>
  );
}

export function VerdictMark({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null) return <span class="muted" title="Acts without an admin access, such as guessing">no access</span>;
  return <span class={`verdict ${verdict}`} title={VERDICT_MEANING[verdict]}>{verdict}</span>;
}

export function StateMark({ state, reason }: { state: State; reason: CloseReason | null }) {
  return (
    <span class={`state ${state}`}>
      {STATE_LABEL[state]}
      {state === "closed" && reason !== null && <span class="muted">: {CLOSE_LABEL[reason]}</span>}
    </span>
  );
}

// A moment in the reader's zone; hovering tells UTC to the nanosecond and how long ago.
export function Time({ at, relative = false }: { at: string | null; relative?: boolean }) {
  if (at === null) return <span class="muted">never</span>;
  const now = new Date();
  const away = age(at, now);
  return (
    <time dateTime={at} title={`${utc(at)}\n${relative ? local(at, now) : away}`}>
      {relative ? away : local(at, now)}
    </time>
  );
}

export function Technique({ id, name }: { id: string; name?: string | null }) {
  const address = `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`;
  return (
    <a class="chip technique" href={address} target="_blank" rel="noreferrer" title={name ? `${name} (MITRE ATT&CK)` : "MITRE ATT&CK"}>
      {id}
    </a>
  );
}

const TECHNIQUES_SHOWN = 5;

export function Techniques({ ids }: { ids: readonly string[] }) {
  const more = ids.slice(TECHNIQUES_SHOWN);
  return (
    <span class="chips">
      {ids.slice(0, TECHNIQUES_SHOWN).map((id) => <Technique key={id} id={id} />)}
      {more.length > 0 && <span class="muted small" title={more.join(", ")}>+{more.length}</span>}
    </span>
  );
}

export function Chip({ children, title }: { children: ComponentChildren; title?: string }) {
  return <span class="chip" title={title}>{children}</span>;
}

export function Unknown({ children = "unknown", title }: { children?: ComponentChildren; title?: string }) {
  return <span class="muted" title={title ?? "The wire did not tell"}>{children}</span>;
}

export function Account({ name }: { name: string | null }) {
  return name === null ? <Unknown /> : <span class="mono">{name}</span>;
}

const DESTINATIONS_SHOWN = 1;

export function Route({ source, destinations }: { source: string; destinations: readonly string[] }) {
  const more = destinations.length - DESTINATIONS_SHOWN;
  return (
    <span class="route mono">
      <span>{source}</span>
      <span>
        <span class="arrow" aria-label="to">→</span>
        {destinations.slice(0, DESTINATIONS_SHOWN).join(", ")}
        {more > 0 && <span class="muted" title={destinations.join(", ")}> +{more}</span>}
      </span>
    </span>
  );
}

// Of a row that opens.
export function Chevron() {
  return <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M4.5 2.5 8 6 4.5 9.5" /></svg>;
}
