import type { FileRow } from "../api";
import { bytes, shortHash } from "../format";
import { CopyButton } from "./copy-button";
import { Time, Unknown } from "./marks";

function Hash({ sha256, complete }: { sha256: string | null; complete: boolean }) {
  if (sha256 === null) return <Unknown title={complete ? "Not hashed" : "Not every byte was seen, so there is no hash"}>{complete ? "none" : "incomplete"}</Unknown>;
  return <span class="hash"><span class="mono" title={sha256}>{shortHash(sha256)}</span><CopyButton text={sha256} what="SHA-256" /></span>;
}

function Row({ file, withHosts }: { file: FileRow; withHosts: boolean }) {
  const moved = file.action === "write" || file.action === "read";
  return (
    <tr>
      <td class="when"><Time at={file.time} /></td>
      <td>{file.action}</td>
      <td class="grow path mono">{file.event === null ? file.path : <a data-row-link href={`/events/${file.event}`}>{file.path}</a>}</td>
      <td class="num">{moved ? bytes(file.bytes) : <Unknown title="No byte of it moved">–</Unknown>}</td>
      <td>{file.kind ?? <Unknown>{moved ? "unknown" : "–"}</Unknown>}</td>
      <td>{moved || file.sha256 !== null ? <Hash sha256={file.sha256} complete={file.complete} /> : <Unknown title="No byte of it moved">–</Unknown>}</td>
      {withHosts && <td class="mono">{file.source} → {file.destination}</td>}
    </tr>
  );
}

export function FileTable({ files, caption, withHosts }: { files: readonly FileRow[]; caption: string; withHosts: boolean }) {
  return (
    <div class="scroll">
      <table class="list files">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th><th scope="col">Action</th><th scope="col">Path</th><th scope="col" class="num">Size</th>
            <th scope="col" title="By content, not by name">Kind</th><th scope="col">SHA-256</th>{withHosts && <th scope="col">Source → destination</th>}
          </tr>
        </thead>
        <tbody>{files.map((file) => <Row key={file.id} file={file} withHosts={withHosts} />)}</tbody>
      </table>
    </div>
  );
}
