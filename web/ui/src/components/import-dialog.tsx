// Many entries into the whitelist: a table of planned work, or the whitelist of another collector. Rehearsed first, so that nothing
// comes in that was not seen before.
import { useMemo, useState } from "preact/hooks";
import { api, type Imported, type ImportInput } from "../api";
import { bytes, plural } from "../format";
import { guess, PLAN_KEYS, readTable, withKeys, type Mapping, type PlanKey, type PlanTable } from "../plan-table";
import { announce } from "./announcer";
import { Dialog } from "./dialog";
import { Problem } from "./states";

const LARGEST = 12 << 20; // of a request's 16 MiB; JSON takes some
const PASTED_SHOWN = 64 << 10; // a longer text makes a text field slow

const KEY_LABEL: Record<PlanKey, string> = {
  source: "Source", account: "Account", destination: "Destination", valid_from: "Begins", valid_until: "Ends", reference: "Ticket", reason: "Reason",
  site: "Site", actions: "Actions", when: "Only at these times", sha256: "Only this executable",
};

function Outcome({ result }: { result: Imported }) {
  return (
    <div class="outcome" role="status">
      <p>
        <strong>{plural(result.added, "entry", "entries")}</strong> {result.dry_run ? "would come in" : "came in"}, {result.known} known already, {plural(result.rejected, "row", "rows")} rejected.
      </p>
      {result.rejects.length > 0 && (
        <ul class="plain small rejects">
          {result.rejects.map((reject, i) => <li key={i}>Row {reject.row}: {reject.reason}</li>)}
          {result.rejected > result.rejects.length && <li class="muted">and {result.rejected - result.rejects.length} more</li>}
        </ul>
      )}
      {result.warnings.length > 0 && (
        <ul class="plain small rejects">
          {result.warnings.map((warning, i) => <li key={i}>Row {warning.row} comes in, but: {warning.reason}</li>)}
          {result.wide > result.warnings.length && <li class="muted">and {result.wide - result.warnings.length} more</li>}
        </ul>
      )}
    </div>
  );
}

function Columns({ table, mapping, set }: { table: PlanTable; mapping: Mapping; set: (mapping: Mapping) => void }) {
  const choose = (key: PlanKey, value: string): void => {
    const { [key]: _gone, ...rest } = mapping;
    set(value === "" ? rest : { ...rest, [key]: Number(value) });
  };
  const first = table.sample[0] ?? [];
  return (
    <fieldset class="columns-of">
      <legend class="field-label">Which column holds what</legend>
      {PLAN_KEYS.map((key) => {
        const column = mapping[key];
        return (
          <label key={key} class="column-of">
            <span>{KEY_LABEL[key]}</span>
            <select name={`column-${key}`} value={column ?? ""} onChange={(e) => choose(key, e.currentTarget.value)}>
              <option value="">any</option>
              {table.columns.map((name, i) => <option key={i} value={i}>{name || `column ${i + 1}`}</option>)}
            </select>
            <span class="mono small muted" title="In the first row">{column === undefined ? "" : first[column]}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

interface Chosen {
  name: string;
  text: string;
}

// What is sent: a document of entries as it is, or a table under our names.
function requestOf(chosen: Chosen, table: PlanTable | null, mapping: Mapping): Pick<ImportInput, "csv" | "entries"> {
  if (/^\s*\{/.test(chosen.text)) return { entries: (JSON.parse(chosen.text) as { entries: unknown[] }).entries };
  return { csv: table === null ? chosen.text : withKeys(table, mapping) };
}

function useImport() {
  const [result, setResult] = useState<Imported | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [part, setPart] = useState<number | null>(null); // gone out; null: nothing is under way
  const send = async (request: () => ImportInput): Promise<Imported | null> => {
    setPart(0);
    setError(null);
    try {
      const done = await api.importBaseline(request(), setPart);
      setResult(done);
      return done;
    } catch (problem) {
      setError(problem instanceof SyntaxError ? new Error("The file begins like JSON and is none.") : problem instanceof Error ? problem : new Error(String(problem)));
      return null;
    } finally {
      setPart(null);
    }
  };
  return { result, error, part, send, setError, forget: () => setResult(null) };
}

function Going({ part, rehearses }: { part: number; rehearses: boolean }) {
  return (
    <span class="going" role="status">
      <progress max={1} value={part} aria-label="How much has gone out" />
      <span class="small muted">{part < 1 ? `${Math.round(part * 100)} %` : rehearses ? "the rows are being read…" : "every access is being judged again…"}</span>
    </span>
  );
}

export function ImportDialog({ onClose, onImported }: { onClose: () => void; onImported: () => void }) {
  const [chosen, setChosen] = useState<Chosen>({ name: "", text: "" });
  const [mapping, setMapping] = useState<Mapping>({});
  const [about, setAbout] = useState({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, reason: "", planned: true, force: false });
  const { result, error, part, send, setError, forget } = useImport();
  const isJson = /^\s*\{/.test(chosen.text);
  const table = useMemo(() => (isJson ? null : readTable(chosen.text)), [chosen.text]);
  const change = (to: Partial<typeof about>): void => {
    setAbout({ ...about, ...to });
    forget();
  };
  const choose = (name: string, text: string): void => {
    const columns = readTable(text)?.columns ?? [];
    setChosen({ name, text });
    setMapping(guess(columns));
    setAbout({ ...about, planned: !columns.includes("actions"), reason: about.reason || name });
    setError(null);
    forget();
  };
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > LARGEST) return setError(new Error(`${file.name} has ${bytes(file.size)}, here at most ${bytes(LARGEST)} come in at once. On the collector’s machine: ashiato-collector baseline import ${file.name} --data DIR`));
    choose(file.name, await file.text());
  };
  const submit = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    const dry_run = result === null;
    const { zone, reason, planned, force } = about;
    const done = await send(() => ({ ...requestOf(chosen, table, mapping), dry_run, force, ...(reason ? { reason } : {}), ...(isJson ? {} : { zone, planned }) }));
    if (done === null || dry_run) return;
    announce(`${plural(done.added, "entry", "entries")} imported; every access was judged again.`);
    onImported();
  };
  return (
    <Dialog title="Import planned work or a whitelist" wide onClose={onClose}>
      <form class="import-form" onSubmit={submit}>
        <p class="muted">A table as jump hosts, privileged access management and change tickets export it (CSV): each row becomes an entry that ends and names its ticket.
          Or a whitelist that was exported here, as CSV or JSON. The same file may come again: what is known is not added twice.</p>
        <label class="field"><span class="field-label">File</span><input type="file" name="file" accept=".csv,.json,.txt,text/csv,application/json" onChange={(e) => void read(e.currentTarget.files?.[0])} /></label>
        {chosen.text.length <= PASTED_SHOWN
          ? <label class="field"><span class="field-label">or paste it</span><textarea class="mono" name="csv" rows={4} value={chosen.text} onInput={(e) => choose(chosen.name, e.currentTarget.value)} /></label>
          : <p class="hint">{chosen.name}: {bytes(chosen.text.length)}</p>}
        {table !== null && <Columns table={table} mapping={mapping} set={(to) => { setMapping(to); forget(); }} />}
        {table !== null && (
          <>
            <div class="pair">
              <label class="field"><span class="field-label">Zone of its times</span><input name="zone" value={about.zone} onInput={(e) => change({ zone: e.currentTarget.value })} /></label>
              <label class="field"><span class="field-label">Reason, where a row has none</span><input name="reason" value={about.reason} onInput={(e) => change({ reason: e.currentTarget.value })} /></label>
            </div>
            <label class="check"><input type="checkbox" name="planned" checked={about.planned} onChange={(e) => change({ planned: e.currentTarget.checked })} /> Every row must end and name its ticket</label>
          </>
        )}
        {chosen.text !== "" && (isJson || !about.planned) && (
          <label class="check"><input type="checkbox" name="force" checked={about.force} onChange={(e) => change({ force: e.currentTarget.checked })} /> Let in also what names neither source nor account</label>
        )}
        {result !== null && <Outcome result={result} />}
        <footer>
          {error && <Problem error={error} />}
          {part !== null && <Going part={part} rehearses={result === null} />}
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={chosen.text === "" || part !== null || (result !== null && result.added === 0)}>{result === null ? "Rehearse" : `Import ${plural(result.added, "entry", "entries")}`}</button>
        </footer>
      </form>
    </Dialog>
  );
}
