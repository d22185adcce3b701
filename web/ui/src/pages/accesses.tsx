import { api, queryString, type LogOnly, type Opaque } from "../api";
import { AccessTable } from "../components/access-table";
import { Chosen, fromOf, PERIODS, Search, Segments, Select } from "../components/filters";
import { Account, Time, Unknown } from "../components/marks";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Empty } from "../components/states";
import { bytes, count } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { VERDICTS } from "../vocabulary";

const VIEWS = [{ value: "", label: "Admin accesses" }, { value: "log-only", label: "Only in a server’s log" }, { value: "encrypted", label: "Encrypted sessions" }];
const VERDICT_CHOICES = [{ value: "", label: "any" }, ...VERDICTS.map((v) => ({ value: v, label: v }))];

function NoAccess({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty title="No access matches"><p><a href="/accesses">Look at the whole ledger.</a></p></Empty>;
  return (
    <Empty title="The ledger is empty">
      <p>Every session in which somebody used administrator rights on another machine is written down here with its verdict: explained by the
        whitelist, or not. Ordinary file sharing is not.</p>
    </Empty>
  );
}

function Ledger({ place }: { place: Place }) {
  const query = { verdict: place.query.get("verdict"), incident: place.query.get("incident"), entry: place.query.get("entry"), q: place.query.get("q"), from: fromOf(place, Date.now()) };
  const asked = queryString({ ...query, from: place.query.get("period") });
  const cursor = useCursor(place);
  const list = useData(`${asked}/${cursor.before}`, (signal) => api.accesses({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? <NoAccess filtered={asked !== ""} /> : (
        <section class="panel flush" aria-busy={list.loading}>
          <AccessTable accesses={page.items} caption="Admin accesses, latest first" />
          <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
        </section>
      )}
    </Answer>
  );
}

function OpaqueRow({ row }: { row: Opaque }) {
  return (
    <tr>
      <td class="when"><Time at={row.start} /></td>
      <td class="mono">{row.source} → {row.destination}</td>
      <td><Account name={row.account} /></td>
      <td>{row.auth ?? <Unknown />}</td>
      <td>{row.dialect ?? <Unknown />}</td>
      <td class="num">{count(row.messages)}</td>
      <td class="num">{bytes(row.bytes)}</td>
      <td class="when"><Time at={row.end} /></td>
      <td>{row.site}</td>
    </tr>
  );
}

function Encrypted({ place }: { place: Place }) {
  const cursor = useCursor(place);
  const list = useData(`opaque/${cursor.before}`, (signal) => api.opaque({ limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? (
        <Empty title="No encrypted session"><p>Sessions sealed by SMB 3 are listed here: who, where to, how much and when. What was done inside, the wire does not tell.</p></Empty>
      ) : (
        <section class="panel flush">
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">Sessions that are encrypted inside, latest first</caption>
              <thead>
                <tr>
                  <th scope="col">Start</th><th scope="col">Source → destination</th><th scope="col">Account</th><th scope="col">Logon</th><th scope="col">Dialect</th>
                  <th scope="col" class="num">Messages</th><th scope="col" class="num">Bytes</th><th scope="col">End</th><th scope="col">Site</th>
                </tr>
              </thead>
              <tbody>{page.items.map((row, i) => <OpaqueRow key={`${row.start}/${i}`} row={row} />)}</tbody>
            </table>
          </div>
          <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
        </section>
      )}
    </Answer>
  );
}

function LogOnlyRow({ row }: { row: LogOnly }) {
  return (
    <tr data-log-only={row.id}>
      <td class="when"><Time at={row.time} /></td>
      <td class="mono">{row.source}{row.source_port > 0 && `:${row.source_port}`} → {row.host}{row.destination !== null && <span class="muted"> {row.destination}</span>}</td>
      <td><Account name={row.account} /></td>
      <td class="grow">{row.because}</td>
      <td>{row.event_id ?? <Unknown>–</Unknown>}{row.package !== null && <span class="muted"> · {row.package}</span>}</td>
      <td><a href="/logs">{row.log_source}</a></td>
      <td>{row.site}</td>
    </tr>
  );
}

function OnlyLogged({ place }: { place: Place }) {
  const query = { q: place.query.get("q"), from: fromOf(place, Date.now()) };
  const asked = queryString({ ...query, from: place.query.get("period") });
  const cursor = useCursor(place);
  const list = useData(`log-only${asked}/${cursor.before}`, (signal) => api.logOnly({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? (
        <Empty title="No blind spot is known"><p>Administrator logons that a server wrote down while sensors of its site listened, and none of them saw, are listed here: traffic that
          takes another way than past the sensor.</p></Empty>
      ) : (
        <section class="panel flush" aria-busy={list.loading}>
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">Admin logons that no sensor saw, latest first</caption>
              <thead>
                <tr>
                  <th scope="col">Time</th><th scope="col">Source → server</th><th scope="col">Account</th><th scope="col">Why an administrator’s</th><th scope="col">Record</th>
                  <th scope="col">Log</th><th scope="col">Site</th>
                </tr>
              </thead>
              <tbody>{page.items.map((row) => <LogOnlyRow key={row.id} row={row} />)}</tbody>
            </table>
          </div>
          <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
        </section>
      )}
    </Answer>
  );
}

const MEANING: Record<string, string> = {
  "": "Every admin access the network saw, with exactly one verdict.",
  "log-only": "A server logged it and no sensor saw it: a blind spot to close.",
  encrypted: "Sealed inside; never an incident by themselves.",
};

export function Accesses({ place }: { place: Place }) {
  const view = place.query.get("view") ?? "";
  return (
    <>
      <header class="page-head">
        <h1>Ledger</h1>
        <span class="muted">{MEANING[view] ?? ""}</span>
      </header>
      <div class="filters" role="search">
        <Segments place={place} name="view" label="View" choices={VIEWS} />
        {view !== "encrypted" && (
          <>
            {view === "" && <Select place={place} name="verdict" label="Verdict" choices={VERDICT_CHOICES} />}
            <Select place={place} name="period" label="Seen" choices={PERIODS} />
            <Chosen place={place} name="incident" label="of incident" />
            <Chosen place={place} name="entry" label="explained by entry" />
            <Search place={place} name="q" label="Search" hint="address, account, workstation…" />
          </>
        )}
      </div>
      {view === "encrypted" ? <Encrypted place={place} /> : view === "log-only" ? <OnlyLogged place={place} /> : <Ledger place={place} />}
    </>
  );
}
