import { useState } from "preact/hooks";
import { api, type BaselineEntry } from "../api";
import { announce } from "../components/announcer";
import { Dialog } from "../components/dialog";
import { Segments } from "../components/filters";
import { Habits, Suggestions } from "../components/habits";
import { ImportDialog } from "../components/import-dialog";
import { Time } from "../components/marks";
import { Answer, Empty, Problem } from "../components/states";
import { WhitelistForm } from "../components/whitelist-form";
import { count, plural, utc } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { emptyDraft } from "../whitelist-draft";

const SOON_MS = 14 * 86_400_000;

const Any = () => <span class="any" title="Not restricted">any</span>;

function Until({ entry }: { entry: BaselineEntry }) {
  if (entry.expired) return <span class="expired" title={entry.valid_until === null ? undefined : utc(entry.valid_until)}>expired</span>;
  if (entry.valid_until === null) return <span class="muted">no end</span>;
  const soon = Date.parse(entry.valid_until) - Date.now() < SOON_MS;
  return <span class={soon ? "soon" : ""}><Time at={entry.valid_until} relative /></span>;
}

function Actions({ entry }: { entry: BaselineEntry }) {
  if (entry.actions.length === 0) return <Any />;
  return <span class="mono small actions-list">{entry.actions.join(", ")}</span>;
}

function Row({ entry, onRemove }: { entry: BaselineEntry; onRemove: () => void }) {
  return (
    <tr id={`entry-${entry.id}`} data-entry={entry.id} class={entry.expired ? "faded" : ""}>
      <td class="num muted">{entry.id}</td>
      <td class="mono">{entry.source ?? <Any />}<div>→ {entry.destination ?? <Any />}</div>{entry.site !== null && <div class="small muted">in {entry.site}</div>}</td>
      <td class="mono">{entry.account ?? <Any />}</td>
      <td>
        <Actions entry={entry} />
        {entry.when !== null && <div class="small">{entry.when}</div>}
        {entry.sha256 !== null && <div class="mono small" title={entry.sha256}>only {entry.sha256.slice(0, 12)}…</div>}
      </td>
      <td class="grow">{entry.reason}<div class="small muted">{entry.author ?? "imported"}, <Time at={entry.created} />{entry.reference !== null && <> · {entry.reference}</>}</div></td>
      <td class="num hits"><a href="/accesses?verdict=legitimate" title="Accesses it explains">{count(entry.hits)}</a></td>
      <td class="when">{entry.last_hit === null ? <span class="muted">never</span> : <Time at={entry.last_hit} />}</td>
      <td class="when"><Until entry={entry} /></td>
      <td><button type="button" class="danger small" onClick={onRemove}>Remove…</button></td>
    </tr>
  );
}

function Table({ entries, onRemove }: { entries: readonly BaselineEntry[]; onRemove: (entry: BaselineEntry) => void }) {
  return (
    <section class="panel flush">
      <div class="scroll">
        <table class="list whitelist">
          <caption class="visually-hidden">Whitelist entries</caption>
          <thead>
            <tr>
              <th scope="col" class="num">Id</th><th scope="col">Source → destination</th><th scope="col">Account</th><th scope="col">Actions</th>
              <th scope="col">Reason</th><th scope="col" class="num">Hits</th><th scope="col">Last hit</th><th scope="col">Ends</th>
              <th scope="col"><span class="visually-hidden">Remove</span></th>
            </tr>
          </thead>
          <tbody>{entries.map((entry) => <Row key={entry.id} entry={entry} onRemove={() => onRemove(entry)} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function RemoveDialog({ entry, onClose, onRemoved }: { entry: BaselineEntry; onClose: () => void; onRemoved: () => void }) {
  const [error, setError] = useState<Error | null>(null);
  const remove = async (): Promise<void> => {
    try {
      await api.removeBaseline(entry.id);
      announce(`Entry ${entry.id} is removed; every access was judged again.`);
      onRemoved();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <Dialog title={`Remove entry ${entry.id}?`} onClose={onClose}>
      <p>{entry.hits === 0 ? "It explains no access now." : `It explains ${plural(entry.hits, "access", "accesses")} now. Those that no other entry covers become incidents again.`}</p>
      <p class="muted">{entry.reason}</p>
      {error && <Problem error={error} />}
      <footer>
        <button type="button" onClick={onClose}>Keep it</button>
        <button type="button" class="danger" onClick={remove}>Remove entry</button>
      </footer>
    </Dialog>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing is whitelisted yet">
      <p>The whitelist holds what your administrators do by right: from which machine, as which account, to where, doing what, until when. What it covers
        is subtracted from what the network saw; the rest becomes incidents.</p>
      <p>The quickest way to a good entry is an incident that turns out to be an administrator’s work: open it and choose <em>Whitelist this source</em>;
        the entry is then no wider than what was seen.</p>
    </Empty>
  );
}

const VIEWS = [{ value: "", label: "Entries" }, { value: "suggestions", label: "Suggestions" }, { value: "habits", label: "Habits" }];
const UNUSED_MS = 90 * 86_400_000;

// What a person should look at again: entries that have ended, end soon, or explain nothing.
function Upkeep({ entries }: { entries: readonly BaselineEntry[] }) {
  const now = Date.now();
  const expired = entries.filter((entry) => entry.expired).length;
  const ending = entries.filter((entry) => !entry.expired && entry.valid_until !== null && Date.parse(entry.valid_until) - now < SOON_MS).length;
  const unused = entries.filter((entry) => !entry.expired && Date.parse(entry.last_hit ?? entry.created) < now - UNUSED_MS).length;
  const parts = [
    expired > 0 && `${plural(expired, "entry has", "entries have")} ended`,
    ending > 0 && `${plural(ending, "entry ends", "entries end")} within two weeks`,
    unused > 0 && `${plural(unused, "entry has", "entries have")} explained nothing for ninety days`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : <p class="notice" role="status">{parts.join("; ")}.</p>;
}

export function Whitelist({ place }: { place: Place }) {
  const list = useData("baseline", (signal) => api.baseline(signal));
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [removing, setRemoving] = useState<BaselineEntry | null>(null);
  const view = place.query.get("view") ?? "";
  const done = (): void => {
    setAdding(false);
    setImporting(false);
    setRemoving(null);
    list.reload();
  };
  return (
    <>
      <header class="page-head">
        <h1>Whitelist</h1>
        <span class="buttons">
          <button type="button" onClick={() => setImporting(true)}>Import…</button>
          <button type="button" class="primary" onClick={() => setAdding(true)}>Add an entry…</button>
        </span>
      </header>
      <div class="filters"><Segments place={place} name="view" label="View" choices={VIEWS} /></div>
      {view === "suggestions" && <Suggestions onAdded={list.reload} />}
      {view === "habits" && <Habits place={place} />}
      {view === "" && (
        <Answer of={list}>
          {({ items }) => items.length === 0 ? <Nothing /> : <><Upkeep entries={items} /><Table entries={items} onRemove={setRemoving} /></>}
        </Answer>
      )}
      {adding && <WhitelistForm title="Add to the whitelist" initial={emptyDraft(new Date())} onClose={() => setAdding(false)} onAdded={done} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} onImported={done} />}
      {removing && <RemoveDialog entry={removing} onClose={() => setRemoving(null)} onRemoved={done} />}
    </>
  );
}
