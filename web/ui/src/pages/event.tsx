import { api, type Endpoint, type SensorEvent } from "../api";
import { CopyButton } from "../components/copy-button";
import { JsonView } from "../components/json-view";
import { Time, Unknown } from "../components/marks";
import { Answer } from "../components/states";
import { hex32, nanoseconds, span, utc } from "../format";
import { useData } from "../use-data";
import { KIND_MEANING } from "../vocabulary";

function Host({ at }: { at: Endpoint | null }) {
  if (at === null) return <Unknown />;
  return (
    <>
      <span class="mono">{at.ip}:{at.port}</span>
      {at.mac && <span class="muted mono small"> {at.mac}</span>}
      {at.vlan !== null && at.vlan !== undefined && <span class="muted small"> VLAN {at.vlan}</span>}
    </>
  );
}

function Status({ status }: { status: number | null }) {
  if (status === null) return <Unknown>response not seen</Unknown>;
  return <span class="mono">{hex32(status)}{status === 0 && <span class="muted"> success</span>}</span>;
}

function Facts({ event }: { event: SensorEvent }) {
  const took = event.response_time === null ? null : nanoseconds(event.response_time) - nanoseconds(event.time);
  return (
    <section class="panel" aria-labelledby="facts-title">
      <h2 id="facts-title">The exchange</h2>
      <dl class="facts">
        <div><dt>Time</dt><dd><Time at={event.time} /></dd></div>
        <div><dt>UTC</dt><dd class="mono small">{utc(event.time)}</dd></div>
        <div><dt>Answered after</dt><dd>{took === null ? <Unknown /> : span(took)}</dd></div>
        <div><dt>Client</dt><dd><Host at={event.client} /></dd></div>
        <div><dt>Server</dt><dd><Host at={event.server} /></dd></div>
        <div><dt>Status</dt><dd><Status status={event.status} /></dd></div>
        <div><dt>Site</dt><dd>{event.site ?? <Unknown />}</dd></div>
        <div><dt>Sensor</dt><dd>{event.sensor ?? <Unknown />}</dd></div>
        <div><dt>Sequence</dt><dd>{event.seq}</dd></div>
        <div>
          <dt>Community ID</dt>
          <dd>{event.community_id === null ? <Unknown /> : <><span class="mono small">{event.community_id}</span><CopyButton text={event.community_id} what="Community ID" /></>}</dd>
        </div>
      </dl>
      <p class="hint">The Community ID finds the same connection in Zeek, Suricata or a packet store.</p>
    </section>
  );
}

export function Event({ id }: { id: number }) {
  const loaded = useData(`event ${id}`, (signal) => api.event(id, signal));
  return (
    <Answer of={loaded}>
      {(event) => (
        <>
          <header class="page-head event-head">
            <nav class="crumbs" aria-label="Breadcrumb"><button type="button" class="link" onClick={() => history.back()}>← Back</button> <span aria-hidden="true">/</span> Event {event.id}</nav>
            <h1 class="mono">{event.kind}</h1>
            <span class="muted">{KIND_MEANING[event.kind] ?? ""}</span>
          </header>
          <div class="columns with-rail">
            <section class="panel" aria-labelledby="json-title">
              <h2 id="json-title">As the sensor sent it <CopyButton text={JSON.stringify(event, null, 2)} what="event" /></h2>
              <JsonView value={{ ...event.body }} />
              <details><summary>Whole event</summary><JsonView value={JSON.parse(JSON.stringify(event))} /></details>
            </section>
            <Facts event={event} />
          </div>
        </>
      )}
    </Answer>
  );
}
