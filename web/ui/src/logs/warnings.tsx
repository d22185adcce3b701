// What is wrong with the logs themselves: cleared, stopped, gone backwards; and logons that no sensor saw.
import { api } from "../api";
import { SeverityMark, Time } from "../components/marks";
import { plural } from "../format";
import { useData } from "../use-data";

const SHOWN = 5;

export function Tampered() {
  const { data } = useData("tampered", (signal) => api.incidents({ q: "log-tampering", limit: SHOWN }, signal));
  if (data === null || data.items.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="tampered-title" data-tampered={data.total}>
      <h2 id="tampered-title">Logs that were cleared, stopped or went backwards, clocks that were set <span class="muted">{data.total}</span></h2>
      <ul class="plain tampered">
        {data.items.map((incident) => <li key={incident.id}><SeverityMark severity={incident.severity} /> <a href={`/incidents/${incident.id}`}>{incident.title}</a> <span class="muted"><Time at={incident.last_seen} /></span></li>)}
      </ul>
      {data.total > SHOWN && <p class="hint"><a href="/incidents?q=log-tampering">All {data.total}</a></p>}
    </section>
  );
}

export function Unseen() {
  const { data } = useData("unseen", (signal) => api.logOnly({ limit: 1 }, signal));
  if (data === null || data.total === 0) return null;
  return <p class="notice"><a href="/accesses?view=log-only">{plural(data.total, "admin logon", "admin logons")}</a> stand in a server’s log and no sensor saw them: a blind spot to close.</p>;
}
