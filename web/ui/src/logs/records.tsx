// What the servers wrote, and what of it could not be read.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { api, queryString, type LogRecord } from "../api";
import { RawRecord } from "../components/evidence";
import { Account, Chevron, Time, Unknown } from "../components/marks";
import { MoreRow } from "../components/more-row";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Empty } from "../components/states";
import { count } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { ACT_LABEL } from "../vocabulary";

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

const FILTERS = ["account", "address", "host", "act", "access", "source"] as const;

export function Records({ place }: { place: Place }) {
  const query = Object.fromEntries(FILTERS.map((name) => [name, place.query.get(name)]));
  const asked = queryString(query);
  const cursor = useCursor(place);
  const list = useData(`logs${asked}/${cursor.before}`, (signal) => api.logs({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? (
        asked === "" ? <Empty title="No record is stored"><p><a href="/logs">Let a log come.</a></p></Empty> : <Empty title="No record matches"><p><a href="/logs?view=records">Look at all records.</a></p></Empty>
      ) : (
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

export function Rejects({ place }: { place: Place }) {
  const source = place.query.get("source");
  const cursor = useCursor(place);
  const list = useData(`rejects/${source}/${cursor.before}`, (signal) => api.logRejects({ source, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <Answer of={list}>
      {(page) => page.items.length === 0 && cursor.before === undefined ? (
        <Empty title="Everything could be read"><p>Lines that are no records of any format, and records of hosts that their source does not speak for, are kept here with the reason, the last thousand of each source.</p></Empty>
      ) : (
        <section class="panel flush">
          <div class="scroll">
            <table class="list">
              <caption class="visually-hidden">What could not be read or was refused, the last first</caption>
              <thead><tr><th scope="col">Came</th><th scope="col">Source</th><th scope="col">Input</th><th scope="col" class="num">Line</th><th scope="col">Why</th><th scope="col">Its beginning</th></tr></thead>
              <tbody>
                {page.items.map((row) => (
                  <tr key={row.id}>
                    <td class="when"><Time at={row.at} /></td><td>{row.source}</td><td class="mono">{row.input}</td><td class="num">{count(row.line)}</td><td>{row.reason}</td>
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
