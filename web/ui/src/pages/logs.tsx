// Server logs: whence they come and how far, what they say, what could not be read.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { api, queryString, type LogClock, type LogRecord, type LogSource } from "../api";
import { RawRecord } from "../components/evidence";
import { Search, Segments } from "../components/filters";
import { Account, Chevron, Time, Unknown } from "../components/marks";
import { MoreRow } from "../components/more-row";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Command, Empty } from "../components/states";
import { count, offset } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { ACT_LABEL, CLOCK_MEANING, SOURCE_MEANING } from "../vocabulary";

const VIEWS = [{ value: "", label: "Sources" }, { value: "records", label: "Records" }, { value: "rejects", label: "Rejected" }];

// ---- sources ----

function NoSource() {
  return (
    <Empty title="No server log has come yet">
      <p>The subtraction needs the servers’ own access logs: an access that the network saw and a living log does not have is the strongest sign of all.
        Without a log the verdict stays <em>unverified</em>.</p>
      <p>Import files, or let servers send (docs/LOGS.md tells how for Windows and Samba):</p>
      <Command text="ashiato-collector logs import Security.evtx --data DIR" />
    </Empty>
  );
}

function Clock({ clock }: { clock: LogClock }) {
  return (
    <tr>
      <td class="mono">{clock.host}</td>
      <td class="mono">{clock.addresses.length > 0 ? clock.addresses.map((a) => a.address).join(", ") : <Unknown>none known</Unknown>}</td>
      <td class="num">{clock.offset_seconds === null ? <Unknown /> : offset(clock.offset_seconds)}</td>
      <td title={CLOCK_MEANING[clock.offset_by]}>{clock.offset_by}{clock.matches > 0 && <span class="muted"> · {count(clock.matches)} matched</span>}</td>
      <td class="when"><Time at={clock.first} /></td>
      <td class="when"><Time at={clock.last} /></td>
      <td class="num">{count(clock.records)}</td>
    </tr>
  );
}

function Clocks({ source }: { source: LogSource }) {
  return (
    <>
      {source.error !== null && <p class="warning" role="alert">{source.error}</p>}
      <table class="list">
        <caption class="visually-hidden">Hosts of {source.file}</caption>
        <thead>
          <tr>
            <th scope="col">Host</th><th scope="col">Addresses</th><th scope="col" class="num">Clock minus UTC</th><th scope="col">Known by</th>
            <th scope="col">First record</th><th scope="col">Last record</th><th scope="col" class="num">Records</th>
          </tr>
        </thead>
        <tbody>{source.clocks.map((clock) => <Clock key={`${clock.host}/${clock.has_zone}`} clock={clock} />)}</tbody>
      </table>
    </>
  );
}

const COLUMNS = 8;

function SourceRow({ source, open, toggle }: { source: LogSource; open: boolean; toggle: () => void }) {
  return (
    <Fragment>
      <tr data-log-source={source.file}>
        <td class="toggle"><button type="button" class="quiet" aria-expanded={open} aria-label={`Hosts of ${source.file}`} data-row-link onClick={toggle}><Chevron /></button></td>
        <td><strong>{source.file}</strong>{source.error !== null && <div class="warning small">{source.error}</div>}</td>
        <td title={SOURCE_MEANING[source.kind]}>{source.kind}</td>
        <td>{source.site}</td>
        <td class="mono">{source.hosts.slice(0, 3).join(", ")}{source.hosts.length > 3 && <span class="muted"> +{source.hosts.length - 3}</span>}</td>
        <td class="num">{source.offset_seconds === null ? <Unknown /> : offset(source.offset_seconds)}</td>
        <td class="num">{count(source.records)}</td>
        <td class="num">{source.skipped === 0 ? <span class="muted">0</span> : <a href="/logs?view=rejects"><strong class="loss">{count(source.skipped)}</strong></a>}</td>
      </tr>
      {open && <MoreRow columns={COLUMNS}><Clocks source={source} /></MoreRow>}
    </Fragment>
  );
}

function Sources() {
  const list = useData("log sources", (signal) => api.logSources(signal));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (file: string): void => {
    const next = new Set(open);
    if (!next.delete(file)) next.add(file);
    setOpen(next);
  };
  return (
    <Answer of={list}>
      {({ items }) => items.length === 0 ? <NoSource /> : (
        <section class="panel flush">
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">Sources of server logs</caption>
              <thead>
                <tr>
                  <th scope="col"><span class="visually-hidden">Hosts</span></th><th scope="col">Source</th><th scope="col">Comes by</th><th scope="col">Site</th><th scope="col">Hosts</th>
                  <th scope="col" class="num">Clock minus UTC</th><th scope="col" class="num">Records</th><th scope="col" class="num">Rejected</th>
                </tr>
              </thead>
              <tbody>{items.map((source) => <SourceRow key={source.file} source={source} open={open.has(source.file)} toggle={() => toggle(source.file)} />)}</tbody>
            </table>
          </div>
        </section>
      )}
    </Answer>
  );
}

// ---- records ----

function about(record: LogRecord): string {
  const parts = [record.share, record.object, record.service, record.service_path, record.task].filter((part) => part !== null);
  return parts.join(" · ");
}

function RecordRow({ record, open, toggle }: { record: LogRecord; open: boolean; toggle: () => void }) {
  const account = record.account === null ? null : record.domain === null ? record.account : `${record.domain}\\${record.account}`;
  return (
    <Fragment>
      <tr data-log-record={record.id}>
        <td class="toggle"><button type="button" class="quiet" aria-expanded={open} aria-label={`Text of record ${record.id}`} data-row-link onClick={toggle}><Chevron /></button></td>
        <td class="when"><Time at={record.time} />{!record.is_utc && <span class="soon" title="Its clock's zone is not known yet: the time is as written"> ?</span>}</td>
        <td>{ACT_LABEL[record.act] ?? record.act}{record.event_id !== null && <span class="muted"> {record.event_id}</span>}{record.outcome === "failure" && <span class="chip">failed</span>}</td>
        <td class="mono">{record.host}</td>
        <td><Account name={account} /></td>
        <td class="mono">{record.source_address ?? <Unknown>–</Unknown>}{record.source_port !== null && `:${record.source_port}`}</td>
        <td class="grow mono small">{about(record)}</td>
      </tr>
      {open && <MoreRow columns={7}><RawRecord id={record.id} /></MoreRow>}
    </Fragment>
  );
}

function Records({ place }: { place: Place }) {
  const query = { account: place.query.get("account"), address: place.query.get("address"), host: place.query.get("host"), access: place.query.get("access") };
  const asked = queryString(query);
  const cursor = useCursor(asked);
  const list = useData(`logs${asked}/${cursor.before}`, (signal) => api.logs({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? <Empty title={asked === "" ? "No record is stored" : "No record matches"} /> : (
        <section class="panel flush" aria-busy={list.loading}>
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">Records of server logs, those stored last first</caption>
              <thead>
                <tr>
                  <th scope="col"><span class="visually-hidden">Text</span></th><th scope="col">Time</th><th scope="col">Act</th><th scope="col">Server</th>
                  <th scope="col">Account</th><th scope="col">From</th><th scope="col">What</th>
                </tr>
              </thead>
              <tbody>{page.items.map((record) => <RecordRow key={record.id} record={record} open={open === record.id} toggle={() => setOpen(open === record.id ? null : record.id)} />)}</tbody>
            </table>
          </div>
          <Pager cursor={cursor} shown={page.items.length} next={page.next} />
        </section>
      )}
    </Answer>
  );
}

// ---- rejects ----

function Rejects() {
  const cursor = useCursor("rejects");
  const list = useData(`rejects/${cursor.before}`, (signal) => api.logRejects({ limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? <Empty title="Everything could be read" /> : (
        <section class="panel flush">
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">What could not be read, the last first</caption>
              <thead><tr><th scope="col">Came</th><th scope="col">Input</th><th scope="col" class="num">Line</th><th scope="col">Why</th><th scope="col">Its beginning</th></tr></thead>
              <tbody>
                {page.items.map((row) => (
                  <tr key={row.id}>
                    <td class="when"><Time at={row.at} /></td><td class="mono">{row.input}</td><td class="num">{count(row.line)}</td><td>{row.reason}</td>
                    <td class="grow mono small path">{row.piece ?? <Unknown>empty</Unknown>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursor={cursor} shown={page.items.length} next={page.next} />
        </section>
      )}
    </Answer>
  );
}

export function Logs({ place }: { place: Place }) {
  const view = place.query.get("view") ?? "";
  return (
    <>
      <header class="page-head"><h1>Server logs</h1><span class="muted">What the servers wrote down themselves: the first thing that is subtracted.</span></header>
      <div class="filters" role="search">
        <Segments place={place} name="view" label="View" choices={VIEWS} />
        {view === "records" && (
          <>
            <Search place={place} name="account" label="Account" hint="without domain" />
            <Search place={place} name="address" label="From" hint="address" />
            <Search place={place} name="host" label="Server" hint="as its log writes it" />
          </>
        )}
      </div>
      {view === "records" ? <Records place={place} /> : view === "rejects" ? <Rejects /> : <Sources />}
    </>
  );
}
