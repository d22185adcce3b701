// Why an access has its verdict: the sentences, and the records of the server's log behind them.
import { useState } from "preact/hooks";
import { api, type Access, type LogEvidence, type LogTied } from "../api";
import { offset } from "../format";
import { useData } from "../use-data";
import { ACT_LABEL, CLOCK_MEANING, VERDICT_MEANING } from "../vocabulary";
import { Time } from "./marks";
import { Answer } from "./states";

export function RawRecord({ id }: { id: number }) {
  const whole = useData(`log ${id}`, (signal) => api.log(id, signal));
  return <Answer of={whole}>{(record) => <pre class="json">{record.raw ?? record.task_content ?? "Its text was not kept."}</pre>}</Answer>;
}

// ${told}: what the sentences above say already.
function Record({ record, told }: { record: LogTied; told: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button type="button" class="link" aria-expanded={open} title="As the server wrote it" onClick={() => setOpen(!open)}>{ACT_LABEL[record.act] ?? record.act}{record.event_id !== null && ` ${record.event_id}`}</button>
      {" "}<Time at={record.time} /> {!told && <span class="small muted">{record.text}</span>}
      {open && <RawRecord id={record.record} />}
    </li>
  );
}

function Records({ log, told }: { log: LogEvidence; told: readonly string[] }) {
  return (
    <>
      <p class="hint">
        Records of {log.host} in <a href="/logs">{log.source}</a>; its clock is {offset(log.offset_seconds)} from UTC <span title={CLOCK_MEANING[log.offset_by]}>(known by {log.offset_by})</span>:
      </p>
      <ul class="plain log-records">{log.records.map((record) => <Record key={record.record} record={record} told={told.includes(record.text)} />)}</ul>
    </>
  );
}

export function Evidence({ access }: { access: Access }) {
  return (
    <div class="access-evidence">
      <h3>Why it is {access.verdict}</h3>
      <p class="muted small">{VERDICT_MEANING[access.verdict]}</p>
      {access.verdict === "legitimate" && access.baseline !== null && <p><a href={`/whitelist?entry=${access.baseline}`}>Entry {access.baseline} of the whitelist</a> covers it.</p>}
      <ul class="evidence">{access.evidence.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      {access.log !== null && <Records log={access.log} told={access.evidence} />}
    </div>
  );
}
