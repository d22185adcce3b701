// What people do to a source: let a new one send, say of whom it speaks, set its clock, take it away.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, type LogSource, type LogSourceMade } from "../api";
import { announce } from "../components/announcer";
import { CopyButton } from "../components/copy-button";
import { Dialog } from "../components/dialog";
import { Problem } from "../components/states";
import { count } from "../format";
import { Ways } from "./ways";

interface ActProps {
  title: string;
  act: string; // what the button says
  said: string;
  danger?: boolean;
  work: () => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
  children: ComponentChildren;
}

function ActDialog({ title, act, said, danger = false, work, onClose, onDone, children }: ActProps) {
  const [error, setError] = useState<Error | null>(null);
  const submit = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    try {
      await work();
      announce(said);
      onDone();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        <footer>
          {error && <Problem error={error} />}
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class={danger ? "danger" : "primary"}>{act}</button>
        </footer>
      </form>
    </Dialog>
  );
}

interface Props {
  source: LogSource;
  onClose: () => void;
  onDone: () => void;
}

export function RemoveSource({ source, ...on }: Props) {
  return (
    <ActDialog title={`Remove ${source.file}?`} act="Remove source" said={`${source.file} is removed; what it told was judged again.`} danger work={() => api.removeLogSource(source.file)} {...on}>
      <p>Its {count(source.records)} records go with it. Accesses that it confirmed or denied are judged again without it.</p>
    </ActDialog>
  );
}

export function HostsOfSource({ source, ...on }: Props) {
  const [hosts, setHosts] = useState(source.speaks_for ?? source.hosts.join(","));
  return (
    <ActDialog title={`Of whom ${source.file} may speak`} act="Set" said={`${source.file} speaks of ${hosts} now.`} work={() => api.setLogHosts(source.file, hosts.trim())} {...on}>
      <p class="muted">Whoever owns a server could write the log of another beside its own. Records of other hosts are refused and kept aside; what came of them before goes.</p>
      <label class="field"><span class="field-label">Hosts</span><input class="mono" name="hosts" required value={hosts} onInput={(e) => setHosts(e.currentTarget.value)} /><span class="hint">fs1,dc* — or * for a collector of many. A name without a domain is bound to the first domain that comes with it.</span></label>
    </ActDialog>
  );
}

export function ClockOfSource({ source, ...on }: Props) {
  const [host, setHost] = useState("");
  const [seconds, setSeconds] = useState("");
  const shown = seconds.trim() === "" ? null : Number(seconds);
  return (
    <ActDialog title={`Set the clock of ${source.file}`} act={shown === null ? "Let it be found" : "Set clock"} said="The clock is set; what the log tells was judged again." work={() => api.setLogClock(source.file, host || null, shown)} {...on}>
      <p class="muted">Found from logons that the network saw too, unless a person sets it. What is set here wins.</p>
      <label class="field">
        <span class="field-label">Host</span>
        <select value={host} onChange={(e) => setHost(e.currentTarget.value)}>
          <option value="">all whose times name no zone</option>
          {source.hosts.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
      <label class="field"><span class="field-label">Seconds it shows more than UTC</span><input type="number" name="seconds" step="0.001" value={seconds} onInput={(e) => setSeconds(e.currentTarget.value)} /><span class="hint">Four hours behind UTC: −14400. Empty: take back what was set.</span></label>
    </ActDialog>
  );
}

function Made({ made, onClose }: { made: LogSourceMade; onClose: () => void }) {
  return (
    <Dialog title={`${made.name} may send`} wide onClose={onClose}>
      {made.token !== null ? (
        <>
          <p>Its token is shown only now; whoever has it can send logs in this source’s name.</p>
          <p class="command" data-token><code>{made.token}</code><CopyButton text={made.token} what="token" /></p>
        </>
      ) : <p>What comes from its address by syslog is its log from now on. The collector must listen: <code>serve --syslog-tls 0.0.0.0:6514</code>.</p>}
      <Ways only={made.kind} {...(made.token !== null ? { token: made.token } : {})} />
      <footer><button type="button" class="primary" onClick={onClose}>Done</button></footer>
    </Dialog>
  );
}

export function AddSource({ onClose, onDone }: Omit<Props, "source">) {
  const [made, setMade] = useState<LogSourceMade | null>(null);
  const [source, setSource] = useState({ name: "", site: "", hosts: "", address: "" });
  const [kind, setKind] = useState<"upload" | "syslog">("upload");
  const field = (key: keyof typeof source) => ({ name: key, value: source[key], onInput: (e: { currentTarget: { value: string } }) => setSource({ ...source, [key]: e.currentTarget.value }) });
  if (made !== null) return <Made made={made} onClose={onDone} />;
  const { name, site, hosts, address } = source;
  const work = async (): Promise<void> => {
    setMade(await api.addLogSource({ name: name.trim(), kind, ...(site ? { site } : {}), ...(hosts ? { hosts } : {}), ...(kind === "syslog" ? { address: address.trim() } : {}) }));
  };
  return (
    <ActDialog title="Let a server send its log" act="Make the source" said="The source may send now." work={work} onClose={onClose} onDone={() => undefined}>
      <fieldset>
        <legend class="field-label">It sends by</legend>
        <label class="choice"><input type="radio" name="kind" checked={kind === "upload"} onChange={() => setKind("upload")} /><span><strong>HTTPS</strong><span class="hint">With a token: Winlogbeat’s files, curl, a script.</span></span></label>
        <label class="choice"><input type="radio" name="kind" checked={kind === "syslog"} onChange={() => setKind("syslog")} /><span><strong>syslog</strong><span class="hint">Known by its address: NXLog, rsyslog, Samba.</span></span></label>
      </fieldset>
      <label class="field"><span class="field-label">Name</span><input {...field("name")} required placeholder="dc1" /></label>
      {kind === "syslog" && <label class="field"><span class="field-label">Its address</span><input class="mono" {...field("address")} required placeholder="10.1.0.10" /></label>}
      <label class="field"><span class="field-label">Site</span><input {...field("site")} placeholder="default" /><span class="hint">As the sensor there calls it.</span></label>
      <label class="field"><span class="field-label">Hosts it speaks for</span><input class="mono" {...field("hosts")} placeholder="the first one it will name" /><span class="hint">fs1,dc* — or * for a collector of many. A name without a domain is bound to the first domain that comes with it.</span></label>
    </ActDialog>
  );
}
