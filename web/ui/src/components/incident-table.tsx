import type { IncidentSummary } from "../api";
import { navigate } from "../router";
import { Account, Chip, Route, SeverityMark, StateMark, Techniques, Time, VerdictMark } from "./marks";

// A click anywhere in a row opens it; links inside keep their own meaning.
function open(click: MouseEvent, id: number): void {
  const on = click.target;
  if (on instanceof Element && on.closest("a, button")) return;
  if (String(getSelection() ?? "") !== "") return;
  navigate(`/incidents/${id}`);
}

function Row({ incident }: { incident: IncidentSummary }) {
  return (
    <tr class={`clickable ${incident.state}`} onClick={(click) => open(click, incident.id)}>
      <td><SeverityMark severity={incident.severity} score={incident.score} /></td>
      <td class="grow">
        <a class="row-title" data-row-link href={`/incidents/${incident.id}`}>{incident.title}</a>
        <div class="row-sub"><Chip>{incident.profile}</Chip><Techniques ids={incident.techniques} /></div>
      </td>
      <td><Route source={incident.source} destinations={incident.destinations} /></td>
      <td><Account name={incident.account} /></td>
      <td><VerdictMark verdict={incident.verdict} /></td>
      <td><StateMark state={incident.state} reason={incident.close_reason} /></td>
      <td class="when"><Time at={incident.last_seen} /></td>
    </tr>
  );
}

export function IncidentTable({ incidents, caption }: { incidents: readonly IncidentSummary[]; caption: string }) {
  return (
    <div class="scroll">
      <table class="list incidents">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Severity</th><th scope="col">Incident</th><th scope="col">Source → destination</th><th scope="col">Account</th>
            <th scope="col">Verdict</th><th scope="col">State</th><th scope="col" class="when">Last seen</th>
          </tr>
        </thead>
        <tbody>{incidents.map((incident) => <Row key={incident.id} incident={incident} />)}</tbody>
      </table>
    </div>
  );
}
