import { api, queryString } from "../api";
import { fromOf, PERIODS, Search, Segments, Select } from "../components/filters";
import { IncidentTable } from "../components/incident-table";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Empty } from "../components/states";
import type { Place } from "../router";
import { useData } from "../use-data";
import { SEVERITIES, VERDICTS } from "../vocabulary";

const STATES = [
  { value: "", label: "Open" },
  { value: "new", label: "New" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "closed", label: "Closed" },
  { value: "all", label: "All" },
];
const ORDERS = [{ value: "", label: "latest first" }, { value: "score", label: "highest score first" }];
const SEVERITY_CHOICES = [{ value: "", label: "any" }, ...SEVERITIES.map((s) => ({ value: s, label: s === "critical" ? s : `${s} and above` }))];
const VERDICT_CHOICES = [{ value: "", label: "any" }, ...VERDICTS.map((v) => ({ value: v, label: v }))];

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty title="No incident matches"><p>Widen the period or the severity, or <a href="/incidents?state=all">look at all incidents</a>.</p></Empty>;
  return (
    <Empty title="No open incident">
      <p>An incident gathers admin accesses of one source and account that no whitelist entry explains, with what they did step by step: the share they
        connected to, the executable they copied, the service they created. Opening one shows the evidence and lets you acknowledge it, close it, or
        whitelist its source when it was an administrator’s work.</p>
      <p><a href="/incidents?state=closed">Closed incidents</a> · <a href="/accesses">The ledger of all admin accesses</a></p>
    </Empty>
  );
}

export function Incidents({ place }: { place: Place }) {
  const query = {
    state: place.query.get("state"),
    severity: place.query.get("severity"),
    verdict: place.query.get("verdict"),
    order: place.query.get("order"),
    q: place.query.get("q"),
    from: fromOf(place, Date.now()),
  };
  const asked = queryString({ ...query, from: place.query.get("period") });
  const cursor = useCursor(place);
  const list = useData(`${asked}/${cursor.before}`, (signal) => api.incidents({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <>
      <header class="page-head">
        <h1>Incidents</h1>
        <span class="keys muted"><kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> open · <kbd>/</kbd> search</span>
      </header>
      <div class="filters" role="search">
        <Segments place={place} name="state" label="State" choices={STATES} />
        <Select place={place} name="severity" label="Severity" choices={SEVERITY_CHOICES} />
        <Select place={place} name="verdict" label="Verdict" choices={VERDICT_CHOICES} />
        <Select place={place} name="period" label="Last seen" choices={PERIODS} />
        <Select place={place} name="order" label="Order" choices={ORDERS} />
        <Search place={place} name="q" label="Search" hint="address, account, profile, file…" />
      </div>
      <Answer of={list}>
        {(page) => page.items.length === 0 && cursor.before === undefined ? <Nothing filtered={asked !== "" && asked !== "?order=score"} /> : (
          <section class="panel flush" aria-busy={list.loading}>
            <IncidentTable incidents={page.items} caption={query.order === "score" ? "Incidents, highest score first" : "Incidents, latest first"} />
            <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
          </section>
        )}
      </Answer>
    </>
  );
}
