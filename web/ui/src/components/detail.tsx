// What a step's detail says, as name and value pairs.
import type { Json } from "../api";
import { words } from "../format";

function text(value: Json): string {
  if (Array.isArray(value)) return value.map(text).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

export function detailText(detail: { [key: string]: Json } | null): string {
  if (detail === null) return "";
  return Object.entries(detail).filter(([, value]) => value !== null).map(([key, value]) => `${words(key)} ${text(value)}`).join(" · ");
}

export function Detail({ detail }: { detail: { [key: string]: Json } | null }) {
  if (detail === null) return null;
  const known = Object.entries(detail).filter(([, value]) => value !== null);
  return (
    <dl class="detail">
      {known.map(([key, value]) => (
        <div key={key}><dt>{words(key)}</dt><dd class="mono">{text(value)}</dd></div>
      ))}
    </dl>
  );
}
