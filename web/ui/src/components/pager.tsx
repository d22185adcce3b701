// Pages of a list. The collector gives a cursor to the next one; those that led here stand in the address, so that a page can be
// bookmarked, sent to a colleague, and left backwards.
import { count } from "../format";
import { cursorOf, olderThan, newerThan, type Cursor } from "../cursor";
import { navigate, type Place } from "../router";

export const PAGE_SIZE = 50;

interface Paging {
  before: number | undefined;
  first: number; // number of the first row, from 0
  newest: (() => void) | null;
  newer: (() => void) | null;
  older: (next: number) => void;
}

// Where ${place} stands in its list. Filters lead to the first page.
export function useCursor(place: Place): Paging {
  const cursor = cursorOf(place.query);
  const go = (to: Cursor): void => {
    navigate(place.path + to.address);
    scrollTo(0, 0);
  };
  const newer = newerThan(place.query);
  return {
    before: cursor.before,
    first: cursor.page * PAGE_SIZE,
    newest: cursor.page > 1 ? () => go(cursorOf(place.query, null)) : null,
    newer: newer && (() => go(newer)),
    older: (next) => go(olderThan(place.query, next)),
  };
}

interface Props {
  cursor: Paging;
  shown: number;
  total?: number;
  next: number | null;
  oldestFirst?: boolean;
}

export function Pager({ cursor, shown, total, next, oldestFirst = false }: Props) {
  const [first, back, on] = oldestFirst ? ["First", "Previous", "Next"] : ["Newest", "Newer", "Older"];
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">
        {shown === 0 ? "0" : `${count(cursor.first + 1)}–${count(cursor.first + shown)}`}{total !== undefined && ` of ${count(total)}`}
      </span>
      {(cursor.first > 0 || next !== null) && (
        <>
          {cursor.newest && <button type="button" onClick={() => cursor.newest?.()}>{first}</button>}
          <button type="button" disabled={cursor.newer === null} onClick={() => cursor.newer?.()}>{back}</button>
          <button type="button" disabled={next === null} onClick={() => next !== null && cursor.older(next)}>{on}</button>
        </>
      )}
    </nav>
  );
}
