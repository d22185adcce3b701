import { api, queryString } from "../api";
import { FileTable } from "../components/file-table";
import { Chosen, Search } from "../components/filters";
import { PAGE_SIZE, Pager, useCursor } from "../components/pager";
import { Answer, Empty } from "../components/states";
import type { Place } from "../router";
import { useData } from "../use-data";

export function Files({ place }: { place: Place }) {
  const query = { q: place.query.get("q"), incident: place.query.get("incident"), access: place.query.get("access") };
  const asked = queryString(query);
  const cursor = useCursor(place);
  const list = useData(`${asked}/${cursor.before}`, (signal) => api.files({ ...query, limit: PAGE_SIZE, before: cursor.before }, signal));
  return (
    <>
      <header class="page-head">
        <h1>Files</h1>
        <span class="muted">Executables on any share, every file on an admin share; kind by content, not by name.</span>
      </header>
      <div class="filters" role="search"><Chosen place={place} name="incident" label="of incident" /><Chosen place={place} name="access" label="of access" /><Search place={place} name="q" label="Search" hint="name, SHA-256, address…" /></div>
      <Answer of={list}>
        {(page) => page.items.length === 0 && cursor.before === undefined ? (
          asked !== "" ? <Empty title="No file matches"><p><a href="/files">Look at all files.</a></p></Empty> : (
            <Empty title="No file has moved yet">
              <p>When an executable is read from or written to a share, it is listed here with its SHA-256, so that a hash from a report or a threat feed
                can be looked up in a second.</p>
            </Empty>
          )
        ) : (
          <section class="panel flush" aria-busy={list.loading}>
            <FileTable files={page.items} caption="Files that moved, latest first" withHosts />
            <Pager cursor={cursor} shown={page.items.length} total={page.total} next={page.next} />
          </section>
        )}
      </Answer>
    </>
  );
}
