// Log files from this machine into the ledger, one after the other, with how far each has come.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type LogTally } from "../api";
import { announce } from "../components/announcer";
import { Dialog } from "../components/dialog";
import { Problem } from "../components/states";
import { bytes, count } from "../format";
import { useData } from "../use-data";

const LARGEST = 2 ** 30; // what one request may bring
const NATIVE = "ElfFile\0"; // how .evtx files begin

interface Upload {
  file: File;
  part: number; // gone out
  tally: LogTally | null;
  error: Error | null;
}

interface About {
  source: string;
  site: string;
  host: string;
  zone: string;
}

async function refusal(file: File): Promise<string | null> {
  if (file.size > LARGEST) return `${file.name} is larger than 1 GiB. On the collector’s machine: ashiato-collector logs import ${file.name} --data DIR`;
  if ((await file.slice(0, NATIVE.length).text()) !== NATIVE) return null;
  return `${file.name} is a native event file, which only the collector’s own machine reads: ashiato-collector logs import ${file.name} --data DIR. Or export it as XML: wevtutil qe ${file.name} /lf /f:xml > events.xml`;
}

function Outcome({ tally }: { tally: LogTally }) {
  return (
    <span class="small">
      <strong>{count(tally.accepted)} new</strong>, {count(tally.duplicates)} known, {count(tally.other)} of no use here
      {tally.rejected + tally.refused > 0 && <>, <a class="loss" href="/logs?view=rejects">{count(tally.rejected + tally.refused)} kept aside</a></>}
    </span>
  );
}

function Row({ upload, active }: { upload: Upload; active: boolean }) {
  const { file, part, tally, error } = upload;
  const state = active && part === 1 ? "being read…" : active ? `${Math.round(part * 100)} %` : "waits";
  return (
    <li data-upload={file.name} data-done={tally !== null}>
      <div><span class="mono">{file.name}</span> <span class="muted small">{bytes(file.size)}</span></div>
      {tally !== null ? <Outcome tally={tally} /> : error !== null ? <span class="small warning" role="alert">{error.message}</span> : (
        <span class="going"><progress max={1} value={part} aria-label={`${file.name}: how much has gone out`} /> <span class="small muted">{state}</span></span>
      )}
    </li>
  );
}

// Files go one at a time, so that pieces of one log come in their order.
function useUploads(about: About) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [active, setActive] = useState<number | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const change = (i: number, with_: Partial<Upload>): void => setUploads((all) => all.map((one, j) => (i === j ? { ...one, ...with_ } : one)));

  const sendOne = async (file: File, i: number): Promise<void> => {
    const { source, site, host, zone } = about;
    const why = await refusal(file);
    if (why !== null) return change(i, { error: new Error(why) });
    abort.current = new AbortController();
    const query = { source: source || file.name, site, host, zone, file: file.name };
    await api.giveLog(file, query, (part) => change(i, { part }), abort.current.signal).then(
      (tally) => change(i, { tally }),
      (error: Error) => change(i, { error }),
    );
  };
  const send = async (files: readonly File[]): Promise<void> => {
    setUploads(files.map((file) => ({ file, part: 0, tally: null, error: null })));
    for (const [i, file] of files.entries()) {
      setActive(i);
      await sendOne(file, i);
    }
    setActive(null);
    announce("The log is in the ledger; what it tells was judged.");
  };
  return { uploads, active, send };
}

export function UploadDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const sensors = useData("sites", (signal) => api.sensors(signal));
  const sites = [...new Set((sensors.data?.items ?? []).map((sensor) => sensor.site))];
  const [files, setFiles] = useState<readonly File[]>([]);
  const [about, setAbout] = useState<About>({ source: "", site: "", host: "", zone: "" });
  const { uploads, active, send } = useUploads({ ...about, site: about.site || sites[0] || "" });
  const field = (key: keyof About) => ({ name: key, value: about[key], onInput: (e: { currentTarget: { value: string } }) => setAbout({ ...about, [key]: e.currentTarget.value }) });
  const done = uploads.length > 0 && active === null;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    void send(files).then(onDone);
  };
  return (
    <Dialog title="Upload log files" wide onClose={onClose}>
      <form onSubmit={submit}>
        <p class="muted">Event XML, NXLog, Winlogbeat or Elastic JSON, CSV, Samba’s logs, as they are or gzipped; the content tells which. Each record is stored once, however often it comes.</p>
        <label class="field"><span class="field-label">Files</span><input type="file" name="files" multiple onChange={(e) => setFiles([...(e.currentTarget.files ?? [])])} /></label>
        <div class="pair">
          <label class="field">
            <span class="field-label">Source</span>
            <input {...field("source")} placeholder={files.length === 1 ? files[0]?.name : "each file is its own"} />
            <span class="hint">Pieces of one log, without a hole between them, are one source: a hole would look like erased logons.</span>
          </label>
          <label class="field">
            <span class="field-label">Site</span>
            <input {...field("site")} list="upload-sites" placeholder={sites[0] ?? "default"} />
            <datalist id="upload-sites">{sites.map((site) => <option key={site} value={site} />)}</datalist>
            <span class="hint">Where the servers stand that wrote it, as their sensor calls it.</span>
          </label>
        </div>
        <details>
          <summary>When records name no server or no time zone</summary>
          <div class="pair">
            <label class="field"><span class="field-label">Server</span><input {...field("host")} placeholder="fs1" /></label>
            <label class="field"><span class="field-label">Zone of its times</span><input {...field("zone")} placeholder="Europe/Zurich" /><span class="hint">Empty: found from logons that the network saw too.</span></label>
          </div>
        </details>
        {sensors.error && <Problem error={sensors.error} />}
        {uploads.length > 0 && <ul class="plain uploads" aria-live="polite">{uploads.map((upload, i) => <Row key={upload.file.name} upload={upload} active={i === active} />)}</ul>}
        <footer>
          <button type="button" onClick={onClose}>{done ? "Close" : "Cancel"}</button>
          {!done && <button type="submit" class="primary" disabled={files.length === 0 || active !== null}>Upload</button>}
        </footer>
      </form>
    </Dialog>
  );
}
