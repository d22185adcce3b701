// Why an access has its verdict: the sentences, and the records of the server's log behind them.
import type { Access, LogEvidence } from "../api";
import { offset } from "../format";
import { ACT_LABEL, CLOCK_MEANING } from "../vocabulary";
import { Time } from "./marks";

function Records({ log }: { log: LogEvidence }) {
  return (
    <>
      <p class="hint">
        {log.host} in <a href="/logs">{log.source}</a>; its clock is {offset(log.offset_seconds)} from UTC <span title={CLOCK_MEANING[log.offset_by]}>(known by {log.offset_by})</span>.
      </p>
      <ul class="plain log-records">
        {log.records.map((record) => (
          <li key={record.record}>
            <Time at={record.time} /> <strong>{ACT_LABEL[record.act] ?? record.act}</strong> <span class="mono small">{record.text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Evidence({ access }: { access: Access }) {
  if (access.evidence.length === 0 && access.log === null) return null;
  return (
    <div class="access-evidence">
      <ul class="evidence">{access.evidence.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      {access.log !== null && <Records log={access.log} />}
    </div>
  );
}
