// The field study's table: what this session left on the wire, beside what three kinds of sessions leave.
import type { LogPoint, LogPoints, Seen } from "../api";
import { SEEN_LABEL, SEEN_MEANING } from "../vocabulary";

function SeenSign({ seen }: { seen: Seen }) {
  return (
    <svg class="sign" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      {seen === "yes" && <><circle cx="7" cy="7" r="6" class="fill" /><path d="M4 7.2 6.2 9.4 10 4.9" class="tick" /></>}
      {seen === "no" && <><circle cx="7" cy="7" r="5.5" class="ring" /><path d="M4.5 7h5" class="ring" /></>}
      {seen === "not_seen" && <circle cx="7" cy="7" r="5.5" class="ring dashed" />}
    </svg>
  );
}

// Whether a reference column expects the point on the wire; null where it says nothing about it.
export function expects(reference: string): Seen | null {
  const said = reference.toLowerCase();
  if (said === "–" || said === "-" || said === "") return null;
  return said === "no" || said.startsWith("not ") ? "no" : "yes";
}

function Reference({ text, seen }: { text: string; seen: Seen }) {
  const like = seen !== "not_seen" && expects(text) === seen;
  return <td class={like ? "reference alike" : "reference"} title={like ? "As in this session" : undefined}>{text}</td>;
}

function ThisSession({ row }: { row: LogPoint }) {
  const content = (
    <>
      <SeenSign seen={row.seen} />
      <span class="seen-word">{SEEN_LABEL[row.seen]}</span>
      {row.detail !== null && <span class="seen-detail" title={row.detail}>{row.detail}</span>}
    </>
  );
  return (
    <td class={`seen ${row.seen}`} title={SEEN_MEANING[row.seen]}>
      {row.event !== null ? <a href={`/events/${row.event}`}>{content}</a> : <span>{content}</span>}
    </td>
  );
}

export function LogPointTable({ points }: { points: LogPoints }) {
  return (
    <section class="panel" aria-labelledby="log-points-title">
      <h2 id="log-points-title">Log points{points.destination !== null && <span class="muted"> on {points.destination}</span>}</h2>
      <div class="scroll">
        <table class="log-points">
          <caption>
            Each point links to its event. <em>No</em>: the session was readable and it was not there. <em>Not seen</em>: encrypted, sealed or
            missed, so the network cannot tell.
          </caption>
          <thead>
            <tr>
              <th scope="col">Log point</th><th scope="col" class="this">This session</th>
              <th scope="col">Ordinary file sharing</th><th scope="col">PsExec</th><th scope="col">Metasploit psexec</th>
            </tr>
          </thead>
          <tbody>
            {points.rows.map((row) => (
              <tr key={row.id} data-log-point={row.id} data-seen={row.seen}>
                <th scope="row">{row.title}</th>
                <ThisSession row={row} />
                <Reference text={row.ordinary} seen={row.seen} />
                <Reference text={row.psexec} seen={row.seen} />
                <Reference text={row.metasploit} seen={row.seen} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
