// The filter bar of a list. Filters live in the address, so that a filtered list can be bookmarked and sent to a colleague.
import { useEffect, useState } from "preact/hooks";
import { queryString } from "../api";
import { withoutCursor } from "../cursor";
import { navigate, type Place } from "../router";

const TYPING_MS = 250;

function setFilter(place: Place, key: string, value: string): void {
  navigate(place.path + queryString({ ...withoutCursor(place.query), [key]: value }), true);
}

interface Choice {
  value: string;
  label: string;
}

interface FilterProps {
  place: Place;
  name: string;
  label: string;
}

export function Select({ place, name, label, choices }: FilterProps & { choices: readonly Choice[] }) {
  return (
    <label class="filter">
      <span>{label}</span>
      <select value={place.query.get(name) ?? ""} onChange={(e) => setFilter(place, name, e.currentTarget.value)}>
        {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
      </select>
    </label>
  );
}

export function Segments({ place, name, label, choices }: FilterProps & { choices: readonly Choice[] }) {
  const chosen = place.query.get(name) ?? "";
  return (
    <div class="segments" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button key={choice.value} type="button" aria-pressed={choice.value === chosen} onClick={() => setFilter(place, name, choice.value)}>
          {choice.label}
        </button>
      ))}
    </div>
  );
}

export function Search({ place, name, label, hint }: FilterProps & { hint: string }) {
  const inAddress = place.query.get(name) ?? "";
  const [text, setText] = useState(inAddress);
  useEffect(() => setText(inAddress), [inAddress]);
  useEffect(() => {
    if (text === inAddress) return undefined;
    const timer = setTimeout(() => setFilter(place, name, text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="filter search">
      <span>{label}</span>
      <input type="search" data-search placeholder={hint} title="Press / to search" value={text} onInput={(e) => setText(e.currentTarget.value)} />
    </label>
  );
}

// A filter that some link brought and no field shows: it can only be taken back.
export function Chosen({ place, name, label }: FilterProps) {
  const value = place.query.get(name);
  if (value === null) return null;
  return <button type="button" class="chosen" title="Take this filter back" onClick={() => setFilter(place, name, "")}>{label} {value} <span aria-hidden="true">✕</span></button>;
}

const HOUR_MS = 3_600_000;

export const PERIODS: readonly (Choice & { hours: number })[] = [
  { value: "", label: "any time", hours: 0 },
  { value: "1h", label: "last hour", hours: 1 },
  { value: "24h", label: "last 24 hours", hours: 24 },
  { value: "7d", label: "last 7 days", hours: 168 },
  { value: "30d", label: "last 30 days", hours: 720 },
];

// The start of the period in the address, to the minute so that the question stays the same while it is being answered.
export function fromOf(place: Place, now: number): string | undefined {
  const period = PERIODS.find((choice) => choice.value === place.query.get("period"));
  if (!period || period.hours === 0) return undefined;
  const minute = 60_000;
  return new Date(Math.floor((now - period.hours * HOUR_MS) / minute) * minute).toISOString();
}
