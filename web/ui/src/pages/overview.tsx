import type { Overview as Data, Severity } from "../api";
import { ActivityChart } from "../components/activity-chart";
import { EnrolHint } from "../components/enrol-hint";
import { FlowFigures } from "../components/flow-figures";
import { IncidentTable } from "../components/incident-table";
import { SeverityBars, Time } from "../components/marks";
import { Answer, Command, Empty } from "../components/states";
import { UnusualHours } from "../components/unusual";
import { bytes, count } from "../format";
import type { Loaded } from "../use-data";
import { SEVERITIES } from "../vocabulary";

function SeverityTile({ severity, n }: { severity: Severity; n: number }) {
  return (
    <a class={`tile ${severity} ${n === 0 ? "none" : ""}`} href={`/incidents?severity=${severity}`}>
      <strong>{count(n)}</strong>
      <span><SeverityBars severity={severity} /> {severity}</span>
    </a>
  );
}

function Severities({ of }: { of: Data["incidents"] }) {
  return (
    <section class="panel" aria-labelledby="severities-title">
      <h2 id="severities-title">Open incidents <span class="muted">{count(of.open)}, {count(of.new)} new</span></h2>
      <div class="tiles">{SEVERITIES.map((severity) => <SeverityTile key={severity} severity={severity} n={of.by_severity[severity]} />)}</div>
    </section>
  );
}

function Sensors({ data }: { data: Data }) {
  const { total, online, silent, lossy } = data.sensors;
  const rows: [string, number, string][] = [["online", online, "good"], ["silent", silent, silent > 0 ? "bad" : ""], ["losing packets or events", lossy, lossy > 0 ? "bad" : ""]];
  return (
    <section class="panel" aria-labelledby="sensors-title">
      <h2 id="sensors-title"><a href="/sensors">Sensors</a> <span class="muted">{count(total)}</span></h2>
      <dl class="counts">
        {rows.map(([name, n, mood]) => <div key={name} class={mood}><dt>{name}</dt><dd>{count(n)}</dd></div>)}
      </dl>
    </section>
  );
}

function LastDay({ data }: { data: Data }) {
  const day = data.last_day;
  const rows: [string, string][] = [
    ["admin accesses", count(day.accesses)],
    ["incidents", count(day.incidents)],
    ["sessions", count(day.sessions)],
    ["files", `${count(day.files)} · ${bytes(day.bytes)}`],
  ];
  return (
    <section class="panel" aria-labelledby="day-title">
      <h2 id="day-title">Last 24 hours</h2>
      <dl class="counts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <p class="hint">{count(data.events)} events in all, the newest <Time at={data.last_event} relative />.</p>
    </section>
  );
}

function Top({ data }: { data: Data }) {
  return (
    <section class="panel" aria-labelledby="top-title">
      <h2 id="top-title"><a href="/incidents?order=score">Look at these first</a></h2>
      {data.top.length > 0 ? <IncidentTable incidents={data.top} caption="Open incidents, highest score first" /> : (
        <p class="calm">Nothing is open. {data.ledger.accesses > 0 ? "Every admin access is explained or its incident is closed." : "No admin access has been seen yet."}</p>
      )}
    </section>
  );
}

function Nothing({ data }: { data: Data }) {
  if (data.sensors.total === 0) {
    return (
      <Empty title="No sensor is enrolled yet">
        <p>Ashiato watches the wire: a sensor in each branch turns SMB, NTLM and RPC traffic into events and sends them here. Then this page shows
          how many admin accesses the network saw, how many of them your whitelist explains, and what is left to look at.</p>
        <EnrolHint />
        <p>To look at a recorded capture first, no sensor is needed:</p>
        <Command text="ashiato-collector analyze capture.pcap" />
      </Empty>
    );
  }
  return (
    <Empty title="The sensors have nothing to tell yet">
      <p>{data.sensors.online > 0 ? "A sensor is connected and no SMB traffic has passed it so far." : "No enrolled sensor has connected so far."} An
        admin access shows up here when somebody connects to <code>ADMIN$</code> or a drive share, or calls the service manager, the scheduler, the
        registry or WMI of another machine. Those that the whitelist does not explain become incidents.</p>
      <p><a href="/sensors">See the sensors</a></p>
    </Empty>
  );
}

export function Overview({ overview }: { overview: Loaded<Data> }) {
  return (
    <>
      <header class="page-head"><h1>Overview</h1></header>
      <Answer of={overview}>
        {(data) => data.events === 0 ? <Nothing data={data} /> : (
          <>
            <FlowFigures overview={data} />
            <div class="columns two-thirds-right">
              <Severities of={data.incidents} />
              <section class="panel" aria-labelledby="activity-title">
                <h2 id="activity-title">Admin accesses by hour</h2>
                <ActivityChart hours={data.activity} />
              </section>
            </div>
            <Top data={data} />
            <UnusualHours />
            <div class="columns halves"><Sensors data={data} /><LastDay data={data} /></div>
          </>
        )}
      </Answer>
    </>
  );
}
