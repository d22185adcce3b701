// Server logs: whence they come and how far, what they say, what could not be read.
import { useState } from "preact/hooks";
import { Chosen, Search, Segments, Select } from "../components/filters";
import { AddSource } from "../logs/source-dialogs";
import { Records, Rejects } from "../logs/records";
import { Sources } from "../logs/sources";
import { UploadDialog } from "../logs/upload-dialog";
import { Tampered, Unseen } from "../logs/warnings";
import type { Place } from "../router";
import { ACT_LABEL } from "../vocabulary";

const VIEWS = [{ value: "", label: "Sources" }, { value: "records", label: "Records" }, { value: "rejects", label: "Kept aside" }];
const ACTS = [{ value: "", label: "any" }, ...Object.entries(ACT_LABEL).map(([value, label]) => ({ value, label }))];

type Doing = "upload" | "add" | null;

export function Logs({ place }: { place: Place }) {
  const view = place.query.get("view") ?? "";
  const [doing, setDoing] = useState<Doing>(null);
  const [tick, setTick] = useState(0); // asks again after a change of our own, without waiting for the stream
  const changed = (): void => setTick((n) => n + 1);
  const closed = (): void => {
    setDoing(null);
    changed();
  };
  return (
    <>
      <header class="page-head">
        <h1>Server logs</h1><span class="muted">What the servers wrote down themselves: the first thing that is subtracted.</span>
        <span class="buttons">
          <button type="button" onClick={() => setDoing("add")}>Add a source…</button>
          <button type="button" class="primary" onClick={() => setDoing("upload")}>Upload log files…</button>
        </span>
      </header>
      <div class="filters" role="search">
        <Segments place={place} name="view" label="View" choices={VIEWS} />
        {view === "" && <Search place={place} name="q" label="Search" hint="source, host…" />}
        {view !== "" && <Chosen place={place} name="source" label="of source" />}
        {view === "records" && (
          <>
            <Chosen place={place} name="access" label="of access" />
            <Select place={place} name="act" label="Act" choices={ACTS} />
            <Search place={place} name="account" label="Account" hint="without domain" />
            <Search place={place} name="address" label="From" hint="address" />
            <Search place={place} name="host" label="Server" hint="as its log writes it" />
          </>
        )}
      </div>
      {view === "" && <><Tampered /><Unseen /></>}
      {view === "records" ? <Records place={place} /> : view === "rejects" ? <Rejects place={place} /> : <Sources place={place} tick={tick} />}
      {doing === "upload" && <UploadDialog onClose={closed} onDone={changed} />}
      {doing === "add" && <AddSource onClose={() => setDoing(null)} onDone={closed} />}
    </>
  );
}
