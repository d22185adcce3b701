// What is usual: a site's week, or a host's, hour by hour; and what is not usual now.
import { api, type UsualHour, type UsualWeek } from "../api";
import { Search, Segments, Select } from "../components/filters";
import { Answer, Empty } from "../components/states";
import { UnusualHours } from "../components/unusual";
import { HeatWeek } from "../components/heat-week";
import { bytes, count, plural } from "../format";
import type { Place } from "../router";
import { useData } from "../use-data";

type Metric = keyof UsualHour;

const round = (n: number): string => (n >= 10 ? count(Math.round(n)) : n.toLocaleString("en", { maximumFractionDigits: 1 }));
const METRICS: Record<Metric, { label: string; said: (n: number) => string }> = {
  sessions: { label: "Logons", said: (n) => `${round(n)} logons` },
  bytes: { label: "Bytes", said: bytes },
  admin_accesses: { label: "Admin accesses", said: (n) => `${round(n)} admin accesses` },
  executables: { label: "Executables", said: (n) => `${round(n)} executables moved` },
};
const CHOICES = (Object.keys(METRICS) as Metric[]).map((value) => ({ value: value === "sessions" ? "" : value, label: METRICS[value].label }));

function metricOf(place: Place): Metric {
  const asked = place.query.get("of");
  return asked !== null && asked in METRICS ? (asked as Metric) : "sessions";
}

function Week({ week, metric }: { week: UsualWeek; metric: Metric }) {
  const { label, said } = METRICS[metric];
  const total = week.week.reduce((sum, hour) => sum + hour[metric], 0);
  return (
    <section class="panel" aria-labelledby="week-title">
      <h2 id="week-title">{label} in a usual week <span class="muted">{week.host ?? week.site}, means of the last {plural(week.weeks, "week", "weeks")}; {said(total)} a week</span></h2>
      {total === 0 ? <p class="muted">Nothing of the kind was seen of {week.host ?? week.site} in that time.</p> : <HeatWeek values={week.week.map((hour) => hour[metric])} said={said} caption={`${label} by hour of the week`} />}
    </section>
  );
}

function OfSite({ site, place }: { site: string; place: Place }) {
  const host = place.query.get("q");
  const week = useData(`usual ${site}/${host}`, (signal) => api.usual(site, host, signal));
  return <Answer of={week}>{(data) => <Week week={data} metric={metricOf(place)} />}</Answer>;
}

export function Usual({ place }: { place: Place }) {
  const sensors = useData("sites", (signal) => api.sensors(signal));
  return (
    <>
      <header class="page-head"><h1>Usual and unusual</h1><span class="muted">What hosts do at this time of the week, and where they differ now. Different is not yet suspicious.</span></header>
      <Answer of={sensors}>
        {({ items }) => {
          const sites = [...new Set(items.map((sensor) => sensor.site))];
          const site = place.query.get("site") ?? sites[0];
          if (site === undefined) return <Empty title="No site is watched yet"><p>Enrol a <a href="/sensors">sensor</a>: what is usual is learned from what it sees.</p></Empty>;
          return (
            <>
              <UnusualHours whenNone="Nothing is unusual for the hour: no host does three times the most of the same hour of the last eight weeks." />
              <div class="filters" role="search">
                <Segments place={place} name="of" label="What is counted" choices={CHOICES} />
                <Select place={place} name="site" label="Site" choices={sites.map((name) => ({ value: name === sites[0] ? "" : name, label: name }))} />
                <Search place={place} name="q" label="Host" hint="address; empty: the whole site" />
              </div>
              <OfSite site={site} place={place} />
            </>
          );
        }}
      </Answer>
    </>
  );
}
