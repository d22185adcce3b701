import { useState } from "preact/hooks";
import { api, queryString, reportAddress, type BaselineEntry, type BaselineList } from "../api";
import { announce } from "../components/announcer";
import { Dialog } from "../components/dialog";
import { Chosen, Search, Segments, Select } from "../components/filters";
import { Habits, Suggestions } from "../components/habits";
import { ImportDialog } from "../components/import-dialog";
import { Time } from "../components/marks";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
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
      <td class="num hits"><a href={`/accesses?entry=${entry.id}`} title="Accesses it explains">{count(entry.hits)}</a></td>
      <td class="when">{entry.last_hit === null ? <span class="muted">never</span> : <Time at={entry.last_hit} />}</td>
      <td class="when"><Until entry={entry} /></td>
      <td><button type="button" class="danger small" onClick={onRemove}>Remove…</button></td>
    </tr>
  );
}

function Table({ entries, onRemove }: { entries: readonly BaselineEntry[]; onRemove: (entry: BaselineEntry) => void }) {
  return (
    <div class="scroll">
      <table class="list whitelist">
        <caption class="visually-hidden">Whitelist entries, newest first</caption>
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
        the entry is then no wider than what was seen. What administrators did day by day is <a href="/whitelist?view=suggestions">suggested</a> for you to approve,
        and tickets of planned work come in as a table (<em>Import…</em>).</p>
    </Empty>
  );
}

const VIEWS = [{ value: "", label: "Entries" }, { value: "suggestions", label: "Suggestions" }, { value: "habits", label: "Habits" }];
const STATES = [
  { value: "", label: "any" }, { value: "in_force", label: "in force" }, { value: "ending", label: "ending within two weeks" },
  { value: "unused", label: "unused for ninety days" }, { value: "ended", label: "ended" },
];

// What a person should look at again: entries that have ended, end soon, or explain nothing.
function Upkeep({ of }: { of: BaselineList["upkeep"] }) {
  const parts = ([
    ["ended", of.ended, "entry has", "entries have", "ended"],
    ["ending", of.ending, "entry ends", "entries end", "within two weeks"],
    ["unused", of.unused, "entry has", "entries have", "explained nothing for ninety days"],
  ] as const).filter(([, n]) => n > 0);
  if (parts.length === 0) return null;
  return <p class="notice" role="status">{parts.map(([state, n, one, many, what], i) => <span key={state}>{i > 0 && "; "}<a href={`/whitelist?state=${state}`}>{plural(n, one, many)} {what}</a></span>)}.</p>;
}

function Entries({ place, tick, onRemove }: { place: Place; tick: number; onRemove: (entry: BaselineEntry) => void }) {
  const query = { state: place.query.get("state"), entry: place.query.get("entry"), q: place.query.get("q") };
  const asked = queryString(query);
  const cursor = useCursor(place);
  const list = useData(`baseline${asked}/${cursor.before}/${tick}`, (signal) => api.baseline({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.upkeep.total === 0 ? <Nothing /> : (
        <>
          {asked === "" && cursor.before === undefined && <Upkeep of={page.upkeep} />}
          {page.items.length === 0 ? <Empty title="No entry matches"><p><a href="/whitelist">Look at the whole whitelist.</a></p></Empty> : (
            <section class="panel flush" aria-busy={list.loading}>
              <Table entries={page.items} onRemove={onRemove} />
              <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
            </section>
          )}
        </>
      )}
    </Answer>
  );
}

function Exports() {
  return (
    <span class="exports muted">Export{" "}
      <a href={reportAddress("baseline", "csv", {})} download>CSV</a>{" "}
      <a href={reportAddress("baseline", "json", {})} download>JSON</a>
    </span>
  );
}

export function Whitelist({ place }: { place: Place }) {
  const [tick, setTick] = useState(0); // asks again after a change of our own, without waiting for the stream
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [removing, setRemoving] = useState<BaselineEntry | null>(null);
  const view = place.query.get("view") ?? "";
  const done = (): void => {
    setAdding(false);
    setImporting(false);
    setRemoving(null);
    setTick((n) => n + 1);
  };
  return (
    <>
      <header class="page-head">
        <h1>Whitelist</h1>
        <span class="buttons">
          <Exports />
          <button type="button" onClick={() => setImporting(true)}>Import…</button>
          <button type="button" class="primary" onClick={() => setAdding(true)}>Add an entry…</button>
        </span>
      </header>
      <div class="filters" role="search">
        <Segments place={place} name="view" label="View" choices={VIEWS} />
        {view === "" && (
          <>
            <Select place={place} name="state" label="State" choices={STATES} />
            <Chosen place={place} name="entry" label="entry" />
            <Search place={place} name="q" label="Search" hint="address, account, reason, ticket…" />
          </>
        )}
        {view === "habits" && <Search place={place} name="q" label="Search" hint="address, account, act…" />}
      </div>
      {view === "suggestions" && <Suggestions onAdded={done} />}
      {view === "habits" && <Habits place={place} />}
      {view === "" && <Entries place={place} tick={tick} onRemove={setRemoving} />}
      {adding && <WhitelistForm title="Add to the whitelist" initial={emptyDraft(new Date())} onClose={() => setAdding(false)} onAdded={done} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} onImported={done} />}
      {removing && <RemoveDialog entry={removing} onClose={() => setRemoving(null)} onRemoved={done} />}
    </>
  );
}
