// The form of a whitelist entry, with what it would explain shown while it is being written.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type BaselineInput, type BaselinePreview } from "../api";
import { count, plural } from "../format";
import { DEFAULT_DAYS, dateAfter, entriesOf, missing, type Draft } from "../whitelist-draft";
import { announce } from "./announcer";
import { Dialog } from "./dialog";
import { Problem } from "./states";

const TYPING_MS = 350;
const INCIDENTS_OPEN = 5; // so many at most are shown without being asked for

// The sum over ${entries}: they differ in destination only, so accesses and destinations add up and the rest does not.
async function previewAll(entries: readonly BaselineInput[], signal: AbortSignal): Promise<BaselinePreview> {
  const parts = await Promise.all(entries.map((entry) => api.previewBaseline(entry, signal)));
  const most = (of: (part: BaselinePreview) => number): number => Math.max(0, ...parts.map(of));
  const sum = (of: (part: BaselinePreview) => number): number => parts.reduce((n, part) => n + of(part), 0);
  return {
    accesses: sum((part) => part.accesses),
    destinations: sum((part) => part.destinations),
    incidents: most((part) => part.incidents),
    sources: most((part) => part.sources),
    accounts: most((part) => part.accounts),
    incident_list: [...new Map(parts.flatMap((part) => part.incident_list).map((incident) => [incident.id, incident])).values()],
    left_over: [...new Map(parts.flatMap((part) => part.left_over).map((left) => [left.act, left])).values()].map(({ act }) => ({
      act,
      accesses: sum((part) => part.left_over.find((left) => left.act === act)?.accesses ?? 0),
    })),
    warning: parts.find((part) => part.warning !== null)?.warning ?? null,
    open: parts.some((part) => part.open),
  };
}

interface Previewed {
  preview: BaselinePreview | null;
  error: Error | null;
}

function usePreview(draft: Draft): Previewed {
  const [state, setState] = useState<Previewed>({ preview: null, error: null });
  const question = JSON.stringify({ ...draft, reason: "" });
  useEffect(() => {
    const abort = new AbortController();
    // The reason does not change what an entry covers, but an entry without one is not an entry.
    const entries = entriesOf({ ...draft, reason: draft.reason || "preview" });
    const timer = setTimeout(() => {
      previewAll(entries, abort.signal).then(
        (preview) => !abort.signal.aborted && setState({ preview, error: null }),
        (error: Error) => !abort.signal.aborted && setState({ preview: null, error }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);
  return state;
}

function Effect({ preview, error }: Previewed) {
  if (error) return <p class="effect warning" role="alert">{error.message}</p>;
  if (!preview) return <p class="effect muted">Counting…</p>;
  return (
    <>
      <div class="effect" data-preview-accesses={preview.accesses}>
        <strong class="effect-count">{count(preview.accesses)}</strong>
        <span>{preview.accesses === 1 ? "access" : "accesses"} explained</span>
      </div>
      <ul class="plain">
        <li>{plural(preview.incidents, "incident", "incidents")} touched</li>
        <li>{plural(preview.sources, "source", "sources")}, {plural(preview.accounts, "account", "accounts")}</li>
        <li>{plural(preview.destinations, "destination", "destinations")}</li>
      </ul>
      {preview.incident_list.length > 0 && (
        <details open={preview.incident_list.length <= INCIDENTS_OPEN}>
          <summary>Incidents it would have covered, wholly or in part</summary>
          <ul class="plain small">
            {preview.incident_list.map((incident) => <li key={incident.id}><a href={`/incidents/${incident.id}`} target="_blank">{incident.title}</a></li>)}
          </ul>
        </details>
      )}
      {preview.accesses === 0 && <p class="muted">Nothing seen so far matches. The entry will count from now on.</p>}
      {preview.left_over.length > 0 && (
        <details open>
          <summary>Left over by these actions</summary>
          <p class="muted small">The same people did this too; such an access stays uncovered unless the actions name it.</p>
          <ul class="plain small" data-left-over>
            {preview.left_over.map(({ act, accesses }) => <li key={act}><code>{act}</code>: {plural(accesses, "access", "accesses")}</li>)}
          </ul>
        </details>
      )}
      {preview.warning !== null && <p class="warning" role="alert">{preview.warning}</p>}
    </>
  );
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  children: ComponentChildren;
}

function Field({ label, hint, children }: FieldProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      {hint !== undefined && <span class="hint">{hint}</span>}
    </label>
  );
}

function Expiry({ value, set }: { value: string; set: (value: string) => void }) {
  const now = new Date();
  const after = (days: number) => <button type="button" class="small" onClick={() => set(dateAfter(now, days))}>{days} d</button>;
  return (
    <div class="field">
      <label class="field-label" for="until">Valid until</label>
      <div class="expiry">
        <input id="until" type="date" value={value} min={dateAfter(now, 0)} onInput={(e) => set(e.currentTarget.value)} />
        {after(30)}{after(DEFAULT_DAYS)}{after(365)}
        <button type="button" class="small" onClick={() => set("")}>no end</button>
      </div>
      <span class="hint">{value === "" ? "Without an end nobody looks at it again." : "Afterwards the accesses count as unexplained again."}</span>
    </div>
  );
}

interface Props {
  title: string;
  initial: Draft;
  onClose: () => void;
  onAdded: () => void;
}

export function WhitelistForm({ title, initial, onClose, onAdded }: Props) {
  const [draft, setDraft] = useState(initial);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const [meant, setMeant] = useState(false);
  const previewed = usePreview(draft);
  const isOpen = previewed.preview?.open === true;
  const set = (key: keyof Draft) => (value: string) => setDraft({ ...draft, [key]: value });
  const input = (key: keyof Draft) => ({ name: key, value: draft[key], onInput: (e: { currentTarget: { value: string } }) => set(key)(e.currentTarget.value) });
  const several = entriesOf(draft).length;
  const reason = useRef<HTMLTextAreaElement>(null);
  useEffect(() => reason.current?.select(), []); // what stands there gives way to the first key

  const send = async (submit: SubmitEvent): Promise<void> => {
    submit.preventDefault();
    const lacking = missing(draft);
    if (lacking !== null) return setError(new Error(lacking));
    setBusy(true);
    try {
      for (const entry of entriesOf(draft)) await api.addBaseline(isOpen && meant ? { ...entry, force: true } : entry);
      announce(several === 1 ? "Whitelisted; every access was judged again." : `${several} entries added; every access was judged again.`);
      onAdded();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      setBusy(false);
    }
  };

  return (
    <Dialog title={title} wide onClose={onClose}>
      <form class="whitelist-form" onSubmit={send} noValidate>
        <div class="fields">
          <Field label="Site" hint="Private addresses repeat between branches. * and ? allowed. Empty: every site."><input class="mono" {...input("site")} /></Field>
          <div class="pair">
            <Field label="Source" hint="Address, 10.1.0.0/24, 10.1.0.5-10.1.0.9 or the name of a host. Empty: any."><input class="mono" {...input("source")} /></Field>
            <Field label="Account" hint="DOMAIN\user or user; * and ? allowed. Empty: any, also unknown ones."><input class="mono" {...input("account")} /></Field>
          </div>
          <Field label="Destination" hint={several > 1 ? `${several} destinations: an entry for each, none wider than needed.` : "Like the source; several separated by commas. Empty: any."}>
            <input class="mono" {...input("destinations")} />
          </Field>
          <Field label="Actions" hint={<>Steps (<code>svcctl.*</code>), profiles or ATT&amp;CK ids. Every admin act of an access must be covered. Empty: any.</>}>
            <textarea class="mono" rows={2} {...input("actions")} />
          </Field>
          <div class="pair">
            <Field label="Only at these times" hint="Mon-Fri 08:00-18:00 Europe/Zurich. Empty: always."><input class="mono" {...input("when")} /></Field>
            <Field label="Only this executable" hint="SHA-256; no other may move. Empty: any."><input class="mono" {...input("sha256")} /></Field>
          </div>
          <Expiry value={draft.until} set={set("until")} />
          <Field label="Reason (required)"><textarea ref={reason} rows={2} required placeholder="Who does this, for what, approved by whom" {...input("reason")} /></Field>
        </div>
        <aside class="preview" aria-live="polite">
          <h3>If you add this</h3>
          <Effect {...previewed} />
          <p class="hint">A server log that shows no trace of an access outranks the whitelist: such an access stays <em>unlogged</em>.</p>
        </aside>
        <footer>
          {error && <Problem error={error} />}
          {isOpen && (
            <label class="check meant"><input type="checkbox" name="force" checked={meant} onChange={(e) => setMeant(e.currentTarget.checked)} /> It is meant to approve everybody</label>
          )}
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={busy || (isOpen && !meant)}>{busy ? "Adding…" : "Whitelist"}</button>
        </footer>
      </form>
    </Dialog>
  );
}
