import { reportAddress, type Query, type ReportName } from "../api";
import { fromOf, PERIODS, Search, Select } from "../components/filters";
import type { Place } from "../router";
import { SEVERITIES, VERDICTS } from "../vocabulary";

const STATES = [{ value: "", label: "open" }, ...["new", "acknowledged", "closed", "all"].map((value) => ({ value, label: value }))];
const SEVERITY_CHOICES = [{ value: "", label: "any" }, ...SEVERITIES.map((s) => ({ value: s, label: s === "critical" ? s : `${s} and above` }))];
const VERDICT_CHOICES = [{ value: "", label: "any" }, ...VERDICTS.map((v) => ({ value: v, label: v }))];

function Download({ name, format, query, label }: { name: ReportName; format: "csv" | "html"; query: Query; label: string }) {
  return <a class="button" download={`ashiato-${name}.${format}`} href={reportAddress(name, format, query)}>{label}</a>;
}

interface CardProps {
  name: ReportName;
  title: string;
  text: string;
  query: Query;
}

function Card({ name, title, text, query }: CardProps) {
  return (
    <section class="panel report" aria-labelledby={`report-${name}`}>
      <h2 id={`report-${name}`}>{title}</h2>
      <p>{text}</p>
      <div class="buttons">
        <Download name={name} format="csv" query={query} label="Download CSV" />
        <Download name={name} format="html" query={query} label="Download HTML" />
      </div>
    </section>
  );
}

export function Reports({ place }: { place: Place }) {
  const common = { verdict: place.query.get("verdict"), q: place.query.get("q"), from: fromOf(place, Date.now()) };
  const incidents = { ...common, state: place.query.get("state"), severity: place.query.get("severity") };
  return (
    <>
      <header class="page-head"><h1>Reports</h1><span class="muted">CSV for a spreadsheet; HTML is one self-contained page to send or print.</span></header>
      <div class="filters">
        <Select place={place} name="period" label="Seen" choices={PERIODS} />
        <Select place={place} name="verdict" label="Verdict" choices={VERDICT_CHOICES} />
        <Select place={place} name="severity" label="Severity (incidents)" choices={SEVERITY_CHOICES} />
        <Select place={place} name="state" label="State (incidents)" choices={STATES} />
        <Search place={place} name="q" label="Only with" hint="address, account, profile…" />
      </div>
      <div class="columns halves">
        <Card name="incidents" title="Incidents" query={incidents} text="What was found, how bad, by whom, with the evidence and what became of it." />
        <Card name="accesses" title="Ledger of admin accesses" query={common} text="Every admin access the network saw with its verdict: what an auditor asks for." />
      </div>
      <section class="panel">
        <h2>From the command line</h2>
        <p>The same reports come without a browser, for a cron job or a mail: <code>ashiato-collector report incidents --data DIR --format html</code></p>
      </section>
    </>
  );
}
