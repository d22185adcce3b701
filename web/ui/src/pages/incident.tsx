import { useState } from "preact/hooks";
import { api, type Incident as Data } from "../api";
import { AccessTable } from "../components/access-table";
import { FileTable } from "../components/file-table";
import { Hypotheses } from "../components/hypotheses";
import { IncidentActions } from "../components/incident-actions";
import { LogPointTable } from "../components/log-point-table";
import { Account, Chip, SeverityMark, StateMark, Technique, Time, Unknown, VerdictMark } from "../components/marks";
import { Answer } from "../components/states";
import { StepsTable } from "../components/steps-table";
import { TimelineChart } from "../components/timeline-chart";
import { nanoseconds, plural, span } from "../format";
import { useData } from "../use-data";

function techniqueNames(incident: Data): Map<string, string | null> {
  const names = new Map<string, string | null>(incident.techniques.map((id) => [id, null]));
  for (const step of incident.steps) if (step.technique !== null) names.set(step.technique, step.technique_name);
  return names;
}

function Head({ incident, onChanged }: { incident: Data; onChanged: (fresh: Data | null) => void }) {
  return (
    <header class="incident-head">
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/incidents">Incidents</a> <span aria-hidden="true">/</span> {incident.id}</nav>
      <div class="incident-title">
        <h1>{incident.title}</h1>
        <IncidentActions incident={incident} onChanged={onChanged} />
      </div>
      <p class="incident-marks">
        <SeverityMark severity={incident.severity} score={incident.score} />
        <VerdictMark verdict={incident.verdict} />
        <StateMark state={incident.state} reason={incident.close_reason} />
        <Chip title="Profile">{incident.profile}</Chip>
        <span class="chips">{[...techniqueNames(incident)].map(([id, name]) => <Technique key={id} id={id} name={name} />)}</span>
      </p>
      {incident.note !== null && incident.note !== "" && (
        <blockquote class="note">
          {incident.note}
          <footer class="muted">{incident.changed_by ?? "the collector"}, <Time at={incident.changed_at} /></footer>
        </blockquote>
      )}
    </header>
  );
}

function Facts({ incident }: { incident: Data }) {
  const length = nanoseconds(incident.last_seen) - nanoseconds(incident.first_seen);
  return (
    <section class="panel" aria-labelledby="facts-title">
      <h2 id="facts-title">Who and where</h2>
      <dl class="facts">
        <div><dt>Source</dt><dd class="mono">{incident.source}</dd></div>
        <div><dt>Workstation</dt><dd class="mono">{incident.workstation ?? <Unknown />}</dd></div>
        <div><dt>Account</dt><dd><Account name={incident.account} /></dd></div>
        <div><dt>{incident.destinations.length === 1 ? "Destination" : "Destinations"}</dt><dd class="mono">{incident.destinations.join(", ")}</dd></div>
        <div><dt>Site</dt><dd>{incident.site}</dd></div>
        <div><dt>First seen</dt><dd><Time at={incident.first_seen} /></dd></div>
        <div><dt>Last seen</dt><dd><Time at={incident.last_seen} /></dd></div>
        <div><dt>Lasted</dt><dd>{span(length)}</dd></div>
      </dl>
    </section>
  );
}

// What the servers' logs say of the access that is worst: the first thing a person should know.
function Judged({ incident }: { incident: Data }) {
  const worst = incident.access_rows.filter((access) => access.verdict === incident.verdict);
  const [sentence] = worst[0]?.evidence ?? [];
  if (incident.verdict === null || sentence === undefined) return null;
  return (
    <p class={`judged ${incident.verdict}`}>
      <VerdictMark verdict={incident.verdict} /> {worst.length < incident.access_rows.length && <span class="muted">{worst.length} of {plural(incident.access_rows.length, "access", "accesses")}</span>}
      <span class="judged-why">{sentence}</span>
    </p>
  );
}

const HYPOTHESIS = /^Hypothesis, not a finding:/; // told in full in a panel of its own

function Why({ incident }: { incident: Data }) {
  const sentences = incident.evidence.filter((sentence) => !HYPOTHESIS.test(sentence));
  return (
    <section class="panel" aria-labelledby="why-title">
      <h2 id="why-title">Why this is here</h2>
      <Judged incident={incident} />
      <ul class="evidence">{sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
    </section>
  );
}

function Profile({ incident }: { incident: Data }) {
  const { title, what_it_is, what_to_check } = incident.profile_text;
  const checks = incident.log_points.responder_checks.filter((check) => !what_to_check.includes(check.check));
  return (
    <section class="panel profile" aria-labelledby="check-title">
      <div>
        <h2 id="check-title">What to check on the target</h2>
        <ul class="checks">
          {what_to_check.map((check) => <li key={check}>{check}</li>)}
          {checks.map(({ profile, check }) => <li key={profile + check}>{check} <span class="muted">({profile})</span></li>)}
        </ul>
      </div>
      <div>
        <h2>{title}</h2>
        <p class="muted">{what_it_is}</p>
      </div>
    </section>
  );
}

function Body({ incident }: { incident: Data }) {
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <>
      <div class="columns with-rail level">
        <Why incident={incident} />
        <Facts incident={incident} />
      </div>
      <Hypotheses of={incident.hypotheses} />
      <LogPointTable points={incident.log_points} />
      {incident.steps.length > 0 && <TimelineChart incident={incident} chosen={chosen} onChoose={setChosen} />}
      <Profile incident={incident} />
      <StepsTable steps={incident.steps} withHosts={incident.destinations.length > 1} chosen={chosen} onChoose={setChosen} />
      {incident.files.length > 0 && (
        <section class="panel" aria-labelledby="files-title">
          <h2 id="files-title">Files <span class="muted">{incident.files.length}</span></h2>
          <FileTable files={incident.files} caption="Files that moved in this incident" withHosts={incident.destinations.length > 1} />
        </section>
      )}
      {incident.access_rows.length > 0 && (
        <section class="panel" aria-labelledby="accesses-title">
          <h2 id="accesses-title">Admin accesses <span class="muted">{incident.access_rows.length}</span></h2>
          <AccessTable accesses={incident.access_rows} caption="Admin accesses of this incident" />
        </section>
      )}
    </>
  );
}

export function Incident({ id }: { id: number }) {
  const loaded = useData(`incident ${id}`, (signal) => api.incident(id, signal));
  const changed = (fresh: Data | null): void => (fresh === null ? loaded.reload() : loaded.put(fresh));
  return (
    <Answer of={loaded}>
      {(incident) => (
        <article class="incident" data-state={incident.state} data-close-reason={incident.close_reason}>
          <Head incident={incident} onChanged={changed} />
          <Body incident={incident} />
        </article>
      )}
    </Answer>
  );
}
