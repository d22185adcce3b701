// The ledger's rows. A row opens to what identifies the session elsewhere: Community ID, session id, sensor.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Access } from "../api";
import { words } from "../format";
import { Evidence } from "./evidence";
import { History } from "./history";
import { Account, Chevron, Time, Unknown, VerdictMark } from "./marks";
import { MoreRow } from "./more-row";

// Every session has these; what was done to the target comes first.
const ORDINARY = new Set(["smb.logon", "smb.tree.ipc", "svcctl.close_service_handle"]);
const DEED = /^(smb\.tree\.admin|file\.|svcctl\.|pipe\.|winreg\.|atsvc\.|itaskscheduler|iwbem|drsuapi\.)/;

function Steps({ names }: { names: readonly string[] }) {
  const distinct = [...new Set(names)];
  const telling = distinct.filter((name) => !ORDINARY.has(name)).sort((a, b) => Number(DEED.test(b)) - Number(DEED.test(a)));
  return <span class="mono small" title={distinct.join("\n")}>{(telling.length > 0 ? telling : distinct).join(", ")}</span>;
}

function Explained({ access }: { access: Access }) {
  if (access.verdict === "legitimate" && access.baseline !== null) return <a href={`/whitelist?entry=${access.baseline}`}>entry {access.baseline}</a>;
  if (access.incident !== null) return <a href={`/incidents/${access.incident}`}>incident {access.incident}</a>;
  return <span class="muted">–</span>;
}

function More({ access }: { access: Access }) {
  const facts: [string, string | null][] = [
    ["Community ID", access.community_id],
    ["Session id", access.session_id],
    ["Ports", `${access.source_port} → ${access.destination_port}`],
    ["Workstation", access.workstation],
    ["Site", access.site],
    ["Sensor", access.sensor],
    ["Steps", access.steps.join(", ") || null],
  ];
  return (
    <>
      <div class="judgement">
        <Evidence access={access} />
        <History access={access} />
      </div>
      <dl class="facts">
        {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="mono">{value ?? <Unknown />}</dd></div>)}
        <div><dt>Ended</dt><dd><Time at={access.end} /></dd></div>
      </dl>
    </>
  );
}

const FINDING_MEANING: Record<string, string> = {
  missing_records: "The log confirms the logon, but records that belong to it are not there: somebody may have removed them.",
  account_differs: "The log names another account at that address, port and moment than the network saw.",
  unread_records: "Lines of the log around the access could not be read, and may be what seems to be missing.",
  too_few_records: "The log names no ports and has fewer logons of this client at that moment than the network saw: this one’s record may have been removed.",
  logons_stopped: "The server’s log told logons before and goes on without any: its audit, or what of it is sent, may have been changed.",
};

const COLUMNS = 8;

function Row({ access, open, toggle }: { access: Access; open: boolean; toggle: () => void }) {
  return (
    <Fragment>
      <tr data-access={access.id} data-verdict={access.verdict}>
        <td class="toggle">
          <button type="button" class="quiet" aria-expanded={open} aria-label={`Details of access ${access.id}`} data-row-link onClick={toggle}>
            <Chevron />
          </button>
        </td>
        <td class="when"><Time at={access.start} /></td>
        <td><VerdictMark verdict={access.verdict} />{access.findings.map((finding) => <span key={finding} class="chip" title={FINDING_MEANING[finding]}>{words(finding)}</span>)}</td>
        <td class="mono ends">{access.source} → {access.destination}</td>
        <td><Account name={access.account} /></td>
        <td>{access.auth ?? <Unknown />}{access.dialect !== null && <span class="muted"> · {access.dialect}</span>}{access.encrypted && <span class="chip">encrypted</span>}</td>
        <td class="grow"><Steps names={access.steps} /></td>
        <td><Explained access={access} /></td>
      </tr>
      {open && <MoreRow columns={COLUMNS}><More access={access} /></MoreRow>}
    </Fragment>
  );
}

export function AccessTable({ accesses, caption }: { accesses: readonly Access[]; caption: string }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  return (
    <div class="scroll">
      <table class="list accesses">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col"><span class="visually-hidden">Details</span></th><th scope="col">Start</th><th scope="col">Verdict</th>
            <th scope="col">Source → destination</th><th scope="col">Account</th><th scope="col">Logon</th><th scope="col">Steps</th>
            <th scope="col">In</th>
          </tr>
        </thead>
        <tbody>
          {accesses.map((access) => <Row key={access.id} access={access} open={open.has(access.id)} toggle={() => toggle(access.id)} />)}
        </tbody>
      </table>
    </div>
  );
}
