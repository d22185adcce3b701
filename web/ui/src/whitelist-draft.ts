// From an incident, or from nothing, to a whitelist entry. Pure.
import type { BaselineInput, Incident } from "./api-types";

// What the form holds: text as typed, "" for any. Several destinations make an entry each, so that none is wider than it needs.
export interface Draft {
  site: string;
  source: string;
  account: string;
  destinations: string;
  actions: string;
  sha256: string;
  when: string;
  until: string; // YYYY-MM-DD, or "" for no end
  reason: string;
}

export const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

export function dateAfter(now: Date, days: number): string {
  const then = new Date(now.getTime() + days * DAY_MS);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

export function emptyDraft(now: Date): Draft {
  return { site: "", source: "", account: "", destinations: "", actions: "", sha256: "", when: "", until: dateAfter(now, DEFAULT_DAYS), reason: "" };
}

// The narrowest entry that covers every access of ${incident}: its source, account and destinations, and just the admin acts seen.
// Its reason says where it comes from, so that whoever is in a hurry needs no more words.
export function draftOf(incident: Incident, now: Date): Draft {
  const acts = new Set(incident.steps.filter((step) => step.admin).map((step) => step.step));
  return {
    ...emptyDraft(now),
    site: incident.site,
    source: incident.source,
    account: incident.account ?? "",
    destinations: incident.destinations.join(", "),
    actions: [...acts].join(", "),
    reason: `Approved from incident ${incident.id}: ${incident.title}`,
  };
}

function list(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

const orAny = (text: string): string | null => text.trim() || null;

export function entriesOf(draft: Draft): BaselineInput[] {
  const destinations: (string | null)[] = list(draft.destinations);
  const actions = list(draft.actions);
  const end = draft.until ? new Date(`${draft.until}T23:59:59`) : null;
  return (destinations.length > 0 ? destinations : [null]).map((destination) => ({
    site: orAny(draft.site),
    source: orAny(draft.source),
    account: orAny(draft.account),
    destination,
    actions: actions.length > 0 ? actions : null,
    sha256: orAny(draft.sha256)?.toLowerCase() ?? null,
    when: orAny(draft.when),
    valid_from: null,
    valid_until: end && !Number.isNaN(end.getTime()) ? end.toISOString().replace("Z", "000000Z") : null,
    reason: draft.reason.trim(),
  }));
}

// What stops the form from being sent, or null.
export function missing(draft: Draft): string | null {
  if (draft.reason.trim() === "") return "Say why this is legitimate; whoever reads the list next year will need it.";
  if (draft.sha256.trim() !== "" && !/^[0-9a-f]{64}$/i.test(draft.sha256.trim())) return "A SHA-256 is 64 hexadecimal digits.";
  return null;
}
