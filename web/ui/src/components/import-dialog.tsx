// A table of planned work into the whitelist: rehearsed first, so that nothing comes in that was not seen before.
import { useState } from "preact/hooks";
import { api, type Imported, type ImportInput } from "../api";
import { plural } from "../format";
import { announce } from "./announcer";
import { Dialog } from "./dialog";
import { Problem } from "./states";

const LARGEST = 48 * 1024; // of a request's 64 KiB; JSON takes some

function Outcome({ result }: { result: Imported }) {
  return (
    <div class="outcome" role="status">
      <p>
        <strong>{plural(result.added, "entry", "entries")}</strong> {result.dry_run ? "would come in" : "came in"}, {result.known} known already, {plural(result.rejected, "row", "rows")} rejected.
      </p>
      {result.rejects.length > 0 && <ul class="plain small">{result.rejects.map((reject) => <li key={reject.row}>Row {reject.row}: {reject.reason}</li>)}</ul>}
    </div>
  );
}

export function ImportDialog({ onClose, onImported }: { onClose: () => void; onImported: () => void }) {
  const [table, setTable] = useState<ImportInput>({ csv: "", map: "", zone: Intl.DateTimeFormat().resolvedOptions().timeZone, planned: true, reason: "" });
  const [result, setResult] = useState<Imported | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const set = (change: Partial<ImportInput>): void => {
    setTable({ ...table, ...change });
    setResult(null);
  };
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > LARGEST) return setError(new Error(`${file.name} is too long for here; on the collector's machine: ashiato-collector baseline import ${file.name} --data DIR`));
    setError(null);
    set({ csv: await file.text(), reason: table.reason || file.name });
  };
  const send = async (dry_run: boolean): Promise<void> => {
    try {
      const { map, reason, ...rest } = table;
      const done = await api.importBaseline({ ...rest, dry_run, ...(map ? { map } : {}), ...(reason ? { reason } : {}) });
      setError(null);
      setResult(done);
      if (dry_run) return;
      announce(`${plural(done.added, "entry", "entries")} imported; every access was judged again.`);
      onImported();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <Dialog title="Import planned work" wide onClose={onClose}>
      <form onSubmit={(e) => { e.preventDefault(); void send(result === null); }}>
        <p class="muted">A table as jump hosts, privileged access management and change tickets export it (CSV). Its first row names the columns; each row becomes an
          entry that ends and names its ticket. The same table may come again: what is known is not added twice.</p>
        <label class="field"><span class="field-label">Table</span><input type="file" accept=".csv,text/csv,text/plain" onChange={(e) => void read(e.currentTarget.files?.[0])} /></label>
        <label class="field"><span class="field-label">or paste it</span><textarea class="mono" name="csv" rows={5} value={table.csv} onInput={(e) => set({ csv: e.currentTarget.value })} /></label>
        <label class="field">
          <span class="field-label">Which column holds what</span>
          <input class="mono" name="map" value={table.map} placeholder="source=Jump host,account=User,valid_from=Start,valid_until=End,reference=Ticket" onInput={(e) => set({ map: e.currentTarget.value })} />
          <span class="hint">Empty: the columns are called site, source, account, destination, actions, when, valid_from, valid_until, reference, reason.</span>
        </label>
        <div class="pair">
          <label class="field"><span class="field-label">Zone of its times</span><input name="zone" value={table.zone} onInput={(e) => set({ zone: e.currentTarget.value })} /></label>
          <label class="field"><span class="field-label">Reason, where a row has none</span><input name="reason" value={table.reason} onInput={(e) => set({ reason: e.currentTarget.value })} /></label>
        </div>
        <label class="check"><input type="checkbox" checked={table.planned} onChange={(e) => set({ planned: e.currentTarget.checked })} /> Every row must end and name its ticket</label>
        {result !== null && <Outcome result={result} />}
        <footer>
          {error && <Problem error={error} />}
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={table.csv === "" || (result !== null && result.added === 0)}>{result === null ? "Rehearse" : "Import"}</button>
        </footer>
      </form>
    </Dialog>
  );
}
