// What a person does with an incident: acknowledge, close with a reason, reopen, leave a note, whitelist its source.
import { useState } from "preact/hooks";
import { api, type CloseReason, type Incident, type IncidentChange } from "../api";
import { CLOSE_LABEL } from "../vocabulary";
import { draftOf } from "../whitelist-draft";
import { announce } from "./announcer";
import { Dialog } from "./dialog";
import { Problem } from "./states";
import { WhitelistForm } from "./whitelist-form";

type Asking = "close" | "note" | "whitelist" | null;

const REASONS: readonly { reason: CloseReason; means: string }[] = [
  { reason: "true_positive", means: "It was an intrusion, and it has been dealt with." },
  { reason: "false_positive", means: "It is not what it looks like." },
  { reason: "legitimate", means: "An administrator’s work: a whitelist entry says so, now and when it comes back." },
];

interface FormProps {
  incident: Incident;
  send: (change: IncidentChange) => void;
  onClose: () => void;
}

function NoteField({ note, set }: { note: string; set: (note: string) => void }) {
  return (
    <label class="field">
      <span class="field-label">Note</span>
      <textarea rows={4} value={note} placeholder="What you found, ticket number, who was asked" onInput={(e) => set(e.currentTarget.value)} />
    </label>
  );
}

function CloseForm({ incident, send, onClose, onLegitimate }: FormProps & { onLegitimate: () => void }) {
  const [reason, setReason] = useState<CloseReason | null>(null);
  const [note, setNote] = useState(incident.note ?? "");
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    if (reason === "legitimate") onLegitimate();
    else if (reason !== null) send({ state: "closed", close_reason: reason, note });
  };
  return (
    <Dialog title={`Close incident ${incident.id}`} onClose={onClose}>
      <form onSubmit={submit}>
        <fieldset>
          <legend class="field-label">It was a</legend>
          {REASONS.filter((choice) => choice.reason !== "legitimate" || incident.accesses.length > 0).map((choice) => (
            <label key={choice.reason} class="choice">
              <input type="radio" name="reason" checked={reason === choice.reason} onChange={() => setReason(choice.reason)} required />
              <span><strong>{CLOSE_LABEL[choice.reason]}</strong><span class="hint">{choice.means}</span></span>
            </label>
          ))}
        </fieldset>
        {reason !== "legitimate" && <NoteField note={note} set={setNote} />}
        <footer>
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={reason === null}>
            {reason === "legitimate" ? "Continue to the whitelist…" : "Close incident"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function NoteForm({ incident, send, onClose }: FormProps) {
  const [note, setNote] = useState(incident.note ?? "");
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    send({ note: note.trim() === "" ? null : note });
  };
  return (
    <Dialog title={`Note on incident ${incident.id}`} onClose={onClose}>
      <form onSubmit={submit}>
        <NoteField note={note} set={setNote} />
        <footer>
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary">Save note</button>
        </footer>
      </form>
    </Dialog>
  );
}

interface Props {
  incident: Incident;
  onChanged: (fresh: Incident | null) => void;
}

export function IncidentActions({ incident, onChanged }: Props) {
  const [asking, setAsking] = useState<Asking>(null);
  const [error, setError] = useState<Error | null>(null);
  const done = (): void => setAsking(null);
  const explained = incident.verdict === "legitimate"; // reopens by itself when its entry goes; only accesses can be explained

  const send = async (change: IncidentChange): Promise<void> => {
    try {
      onChanged(await api.changeIncident(incident.id, change));
      announce(change.state ? `Incident ${incident.id} is ${change.state} now.` : "Note saved.");
      setError(null);
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
    done();
  };

  return (
    <div class="actions">
      <div class="buttons">
        {incident.state === "new" && <button type="button" onClick={() => send({ state: "acknowledged" })}>Acknowledge</button>}
        {incident.state !== "closed" && <button type="button" onClick={() => setAsking("close")}>Close…</button>}
        {incident.state === "closed" && !explained && <button type="button" onClick={() => send({ state: "new" })}>Reopen</button>}
        <button type="button" onClick={() => setAsking("note")}>{incident.note ? "Edit note…" : "Add note…"}</button>
        {explained && <a class="button" href="/whitelist">Explained by the whitelist</a>}
        {!explained && incident.accesses.length > 0 && <button type="button" class="primary" onClick={() => setAsking("whitelist")}>Whitelist this source…</button>}
      </div>
      {error && <Problem error={error} />}
      {asking === "close" && <CloseForm incident={incident} send={send} onClose={done} onLegitimate={() => setAsking("whitelist")} />}
      {asking === "note" && <NoteForm incident={incident} send={send} onClose={done} />}
      {asking === "whitelist" && (
        <WhitelistForm
          title="Whitelist this source"
          initial={draftOf(incident, new Date())}
          onClose={done}
          onAdded={() => { done(); onChanged(null); }}
        />
      )}
    </div>
  );
}
