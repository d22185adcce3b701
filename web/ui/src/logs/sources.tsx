// Whence logs come: how far each source has reached, how its clocks stand and stood, what people can do about it.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { api, queryString, type LogClock, type LogClockShown, type LogSource, type LogTrail } from "../api";
import { announce } from "../components/announcer";
import { Chevron, Time, Unknown } from "../components/marks";
import { MoreRow } from "../components/more-row";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Empty, Problem } from "../components/states";
import { count, offset, plural, utc } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";
import { CLOCK_MEANING, SOURCE_MEANING } from "../vocabulary";
import { ClockOfSource, HostsOfSource, RemoveSource } from "./source-dialogs";
import { Ways } from "./ways";

function NoSource() {
  return (
    <Empty title="No server log has come yet">
      <p>The subtraction needs the servers’ own access logs: an access that the network saw and a living log does not have is the strongest sign of all.
        Without a log the verdict stays <em>unverified</em>.</p>
      <p>Upload a file, or let servers send:</p>
      <Ways />
    </Empty>
  );
}

const NoMatch = () => <Empty title="No source matches"><p><a href="/logs">Look at all sources.</a></p></Empty>;

// Since when a host's log tells logons over the network, and until when its channels go: one that has told none can lack none.
function Trails({ trails }: { trails: LogTrail[] }) {
  const telling = trails.filter((t) => t.logons_since !== null);
  const ends = trails.map((t) => `${t.trail} to ${utc(t.last)}`).join(", ");
  if (telling.length === 0) return <td title={ends}><Unknown>none told: none can be missing</Unknown></td>;
  return <td class="when" title={ends}>{telling.map((t) => <Fragment key={t.trail}><Time at={t.logons_since} /> <span class="muted">{t.trail}</span> </Fragment>)}</td>;
}

function Clock({ clock }: { clock: LogClock }) {
  return (
    <tr>
      <td class="mono">{clock.host}</td>
      <td class="mono">{clock.addresses.length > 0 ? clock.addresses.map((a) => a.address).join(", ") : <Unknown>none known</Unknown>}</td>
      <td class="num">{clock.offset_seconds === null ? <Unknown /> : offset(clock.offset_seconds)}</td>
      <td title={CLOCK_MEANING[clock.offset_by]}>{clock.offset_by}{clock.matches > 0 && clock.suspected_seconds === null && <span class="muted"> · {count(clock.matches)} matched</span>}
        {clock.strangers > 0 && <span class="muted" title="Their ports were used again, or a record is forged or mistaken"> · {count(clock.strangers)} show something else</span>}
      </td>
      <td class="when"><Time at={clock.first} /></td>
      <td class="when"><Time at={clock.last} /></td>
      <Trails trails={clock.trails} />
      <td class="num">{count(clock.records)}</td>
    </tr>
  );
}

// A clock that contradicts the zone it writes: whoever owns a log could forge that, so a person decides.
function Suspicion({ source, clock, reload }: { source: LogSource; clock: LogClock; reload: () => void }) {
  const [error, setError] = useState<Error | null>(null);
  const suspected = clock.suspected_seconds;
  if (suspected === null) return null;
  const accept = (): void => {
    api.setLogClock(source.file, clock.host, suspected).then(() => { announce(`The clock of ${clock.host} is set; what its log tells was judged again.`); reload(); }, setError);
  };
  return (
    <div class="notice" data-suspected={clock.host}>
      {plural(clock.matches, "logon", "logons")} that the network saw would put the clock of <span class="mono">{clock.host}</span> {offset(suspected)} from UTC, though its times name
      their zone. Whoever writes the log could feign that, so it is not believed until you say so: look at the clock of the host.{" "}
      <button type="button" class="small" onClick={accept}>Its clock is off by {offset(suspected)}</button>
      {error !== null && <Problem error={error} />}
    </div>
  );
}

function Clocks({ source }: { source: LogSource }) {
  if (source.clocks.length === 0) return <p class="muted">Nothing has come of it yet.</p>;
  return (
    <div class="scroll">
      <table class="list">
        <caption class="visually-hidden">Hosts of {source.file}</caption>
        <thead>
          <tr>
            <th scope="col">Host</th><th scope="col">Addresses</th><th scope="col" class="num">Clock minus UTC</th><th scope="col">Known by</th>
            <th scope="col">First record</th><th scope="col">Reaches to</th>
            <th scope="col" title="The first logon over the network that it tells: of those before, none is taken to be missing">Tells logons since</th>
            <th scope="col" class="num">Records</th>
          </tr>
        </thead>
        <tbody>{source.clocks.map((clock) => <Clock key={`${clock.host}/${clock.has_zone}`} clock={clock} />)}</tbody>
      </table>
    </div>
  );
}

function Shown({ shown, several }: { shown: LogClockShown; several: boolean }) {
  return (
    <li>
      <Time at={shown.at} /> {several && <span class="mono">{shown.host}</span>} <strong>{offset(shown.offset_seconds)}</strong>{" "}
      <span class="muted" title={CLOCK_MEANING[shown.offset_by]}>by {shown.offset_by}{shown.matches > 0 && `, ${count(shown.matches)} matched`}</span>
    </li>
  );
}

function ClockHistory({ source }: { source: LogSource }) {
  const list = useData(`clocks ${source.id}`, (signal) => api.logClocks(source.id, signal));
  return (
    <section class="clock-history" aria-label="What its clocks were taken to show">
      <h3>What its clocks were taken to show</h3>
      <Answer of={list}>
        {({ items }) => items.length === 0 ? <p class="muted small">Nothing has been noted yet: the first of its logons that the network saw too will tell.</p>
          : <ul class="plain small">{items.map((shown, i) => <Shown key={i} shown={shown} several={source.hosts.length > 1} />)}</ul>}
      </Answer>
    </section>
  );
}

type Asking = "clock" | "hosts" | "remove" | null;

function Details({ source, reload }: { source: LogSource; reload: () => void }) {
  const [asking, setAsking] = useState<Asking>(null);
  const close = (): void => setAsking(null);
  const dialog = { source, onClose: close, onDone: () => { close(); reload(); } };
  return (
    <>
      {source.error !== null && <p class="warning" role="alert">{source.error}</p>}
      {source.clocks.map((clock) => <Suspicion key={`${clock.host}/${clock.has_zone}`} source={source} clock={clock} reload={reload} />)}
      <Clocks source={source} />
      <div class="judgement">
        <ClockHistory source={source} />
        <div>
          <h3>What came</h3>
          <p class="small muted">
            Last heard <Time at={source.last_seen} />. {count(source.records)} kept, {count(source.duplicates)} came again, {count(source.others)} of no use to the ledger,{" "}
            {count(source.skipped)} could not be read, {count(source.refused)} refused because it does not speak for their host or they name none. It speaks for{" "}
            <span class="mono">{source.speaks_for ?? "the first host it will name"}</span>. <a href={`/logs?view=records&source=${source.id}`}>Its records</a>
          </p>
          <div class="buttons">
            <button type="button" class="small" onClick={() => setAsking("clock")}>Set its clock…</button>
            <button type="button" class="small" onClick={() => setAsking("hosts")}>Of whom it speaks…</button>
            <button type="button" class="small danger" onClick={() => setAsking("remove")}>Remove…</button>
          </div>
        </div>
      </div>
      {asking === "clock" && <ClockOfSource {...dialog} />}
      {asking === "hosts" && <HostsOfSource {...dialog} />}
      {asking === "remove" && <RemoveSource {...dialog} />}
    </>
  );
}

// Up to where the source tells of anything: the last record of the host that came furthest.
function watermark(source: LogSource): string | null {
  return source.clocks.reduce<string | null>((last, clock) => (last === null || clock.last > last ? clock.last : last), null);
}

const COLUMNS = 9;

function Row({ source, open, toggle, reload }: { source: LogSource; open: boolean; toggle: () => void; reload: () => void }) {
  const aside = source.skipped + source.refused;
  return (
    <Fragment>
      <tr data-log-source={source.file}>
        <td class="toggle"><button type="button" class="quiet" aria-expanded={open} aria-label={`Hosts of ${source.file}`} data-row-link onClick={toggle}><Chevron /></button></td>
        <td>
          <strong>{source.file}</strong>
          {source.clocks.some((clock) => clock.suspected_seconds !== null) && <div class="warning small">A clock seems to be off</div>}
          {source.error !== null && <div class="warning small">{source.error}</div>}
        </td>
        <td title={SOURCE_MEANING[source.kind]}>{source.kind}</td>
        <td>{source.site}</td>
        <td class="mono">{source.hosts.slice(0, 3).join(", ")}{source.hosts.length > 3 && <span class="muted"> +{source.hosts.length - 3}</span>}</td>
        <td class="when"><Time at={watermark(source)} /></td>
        <td class="num">{source.offset_seconds === null ? <Unknown /> : offset(source.offset_seconds)}</td>
        <td class="num">{count(source.records)}</td>
        <td class="num">{aside === 0 ? <span class="muted">0</span> : <a href={`/logs?view=rejects&source=${source.id}`}><strong class="loss">{count(aside)}</strong></a>}</td>
      </tr>
      {open && <MoreRow columns={COLUMNS}><Details source={source} reload={reload} /></MoreRow>}
    </Fragment>
  );
}

export function Sources({ place, tick }: { place: Place; tick: number }) {
  const cursor = useCursor(place);
  const query = { q: place.query.get("q"), limit: PAGE_SIZE, before: cursor.before };
  const list = useData(`log sources ${queryString(query)} ${tick}`, (signal) => api.logSources(query, signal));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (file: string): void => {
    const next = new Set(open);
    if (!next.delete(file)) next.add(file);
    setOpen(next);
  };
  return (
    <Answer of={list}>
      {({ items, next, total }) => items.length === 0 ? (query.q ? <NoMatch /> : <NoSource />) : (
        <>
          <section class="panel flush" aria-busy={list.loading}>
            <div class="scroll">
              <table class="list sources">
                <caption class="visually-hidden">Sources of server logs</caption>
                <thead>
                  <tr>
                    <th scope="col"><span class="visually-hidden">Hosts</span></th><th scope="col">Source</th><th scope="col">Comes by</th><th scope="col">Site</th><th scope="col">Hosts</th>
                    <th scope="col" title="The last record it has">Reaches to</th><th scope="col" class="num">Clock minus UTC</th><th scope="col" class="num">Records</th><th scope="col" class="num">Kept aside</th>
                  </tr>
                </thead>
                <tbody>{items.map((source) => <Row key={source.file} source={source} open={open.has(source.file)} toggle={() => toggle(source.file)} reload={list.reload} />)}</tbody>
              </table>
            </div>
            <Pager cursor={cursor} shown={items.length} total={total} next={next} oldestFirst />
          </section>
          <details class="panel"><summary>How servers send their logs here</summary><Ways /></details>
        </>
      )}
    </Answer>
  );
}
