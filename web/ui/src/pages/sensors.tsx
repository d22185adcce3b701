import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { api, type Sensor, type SensorHealth } from "../api";
import { CopyButton } from "../components/copy-button";
import { EnrolHint } from "../components/enrol-hint";
import { Chevron, Time, Unknown } from "../components/marks";
import { MoreRow } from "../components/more-row";
import { Answer, Empty } from "../components/states";
import { bytes, count, words } from "../format";
import { useData } from "../use-data";

const STATUS_MEANING: Record<Sensor["status"], string> = {
  online: "Connected and sending.",
  silent: "It was here, and has not been heard of for a while. Check its machine and the way to this collector.",
  never: "Enrolled, but it has never connected. Start it with its key and this collector’s address.",
};

const dropped = (health: SensorHealth | null): number => (health ? health.dropped_kernel + health.dropped_interface : 0);

function Loss({ n }: { n: number }) {
  return n === 0 ? <span class="muted">0</span> : <strong class="loss">{count(n)}</strong>;
}

function Health({ sensor }: { sensor: Sensor }) {
  const { health } = sensor;
  const facts: [string, string][] = health === null ? [] : [
    ["Captures from", health.source ?? "unknown"],
    ["Bytes seen", bytes(health.bytes)],
    ["Open flows", count(health.flows)],
    ["Engine memory", bytes(health.memory_bytes)],
    ["Holes in TCP streams", count(health.gaps)],
    ["Malformed messages", count(health.malformed)],
    ["Dropped by the kernel", count(health.dropped_kernel)],
    ["Dropped by the interface", count(health.dropped_interface)],
    ["Capture cut short", health.truncated ? "yes" : "no"],
    ...Object.entries(health.counters).map(([name, n]): [string, string] => [words(name), count(n)]),
  ];
  return (
    <>
      <p class="small">{STATUS_MEANING[sensor.status]} Enrolled <Time at={sensor.enrolled} />. Epoch <span class="mono">{sensor.epoch ?? "unknown"}</span>,
        high water {count(sensor.high_water)}. Key <span class="mono">{sensor.public_key}</span> <CopyButton text={sensor.public_key} what="public key" /></p>
      {health === null ? <p class="muted">It has not reported its health yet.</p> : (
        <>
          <dl class="facts many">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
          <p class="hint">Reported <Time at={health.time} />.</p>
        </>
      )}
    </>
  );
}

const COLUMNS = 9;

function Row({ sensor, open, toggle }: { sensor: Sensor; open: boolean; toggle: () => void }) {
  return (
    <Fragment>
      <tr data-sensor={sensor.name}>
        <td class="toggle">
          <button type="button" class="quiet" aria-expanded={open} aria-label={`Health of ${sensor.name}`} data-row-link onClick={toggle}><Chevron /></button>
        </td>
        <td><span class={`sensor-status ${sensor.status}`} title={STATUS_MEANING[sensor.status]}>{sensor.status}</span></td>
        <td><strong>{sensor.name}</strong></td>
        <td>{sensor.site}</td>
        <td class="when">{sensor.last_seen === null ? <span class="muted">never</span> : <Time at={sensor.last_seen} relative />}</td>
        <td class="num">{count(sensor.events)}</td>
        <td class="num"><Loss n={sensor.lost} /></td>
        <td class="num">{sensor.health === null ? <Unknown>–</Unknown> : <>{count(sensor.health.packets)} / <Loss n={dropped(sensor.health)} /></>}</td>
        <td class="mono small">{sensor.software ?? <Unknown />}</td>
      </tr>
      {open && <MoreRow columns={COLUMNS}><Health sensor={sensor} /></MoreRow>}
    </Fragment>
  );
}

function Table({ sensors }: { sensors: readonly Sensor[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(sensors.length === 1 ? sensors.map((sensor) => sensor.id) : []));
  const toggle = (id: number): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <section class="panel flush">
      <div class="scroll">
        <table class="list sensors">
          <caption class="visually-hidden">Sensors and their health</caption>
          <thead>
            <tr>
              <th scope="col"><span class="visually-hidden">Details</span></th><th scope="col">Status</th><th scope="col">Sensor</th><th scope="col">Site</th>
              <th scope="col">Last seen</th><th scope="col" class="num">Events</th><th scope="col" class="num">Lost</th>
              <th scope="col" class="num">Packets / dropped</th><th scope="col">Software</th>
            </tr>
          </thead>
          <tbody>{sensors.map((sensor) => <Row key={sensor.id} sensor={sensor} open={open.has(sensor.id)} toggle={() => toggle(sensor.id)} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

export function Sensors() {
  const list = useData("sensors", (signal) => api.sensors(signal));
  return (
    <>
      <header class="page-head"><h1>Sensors</h1><span class="muted">Loss is never silent: what a sensor missed is counted here.</span></header>
      <Answer of={list}>
        {({ items }) => items.length === 0 ? <Empty title="No sensor is enrolled"><EnrolHint /></Empty> : (
          <>
            <Table sensors={items} />
            <details class="panel"><summary>Enrol another sensor</summary><EnrolHint /></details>
          </>
        )}
      </Answer>
    </>
  );
}
