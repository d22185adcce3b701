// Pages of a list: the collector gives a cursor to the next one; the ones behind us are remembered here.
import { useEffect, useState } from "preact/hooks";
import { count } from "../format";

export const PAGE_SIZE = 50;

interface Cursor {
  before: number | undefined;
  first: number; // number of the first row, from 0
  back: (() => void) | null;
  forward: (next: number) => void;
}

// ${question} is what the list asks; another question starts at the first page.
export function useCursor(question: string): Cursor {
  const [behind, setBehind] = useState<number[]>([]);
  useEffect(() => setBehind([]), [question]);
  return {
    before: behind.at(-1),
    first: behind.length * PAGE_SIZE,
    back: behind.length > 0 ? () => setBehind(behind.slice(0, -1)) : null,
    forward: (next) => setBehind([...behind, next]),
  };
}

interface Props {
  cursor: Cursor;
  shown: number;
  total?: number;
  next: number | null;
}

export function Pager({ cursor, shown, total, next }: Props) {
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">
        {shown === 0 ? "0" : `${count(cursor.first + 1)}–${count(cursor.first + shown)}`}{total !== undefined && ` of ${count(total)}`}
      </span>
      {(cursor.back || next !== null) && (
        <>
          <button type="button" disabled={cursor.back === null} onClick={() => cursor.back?.()}>Newer</button>
          <button type="button" disabled={next === null} onClick={() => next !== null && cursor.forward(next)}>Older</button>
        </>
      )}
    </nav>
  );
}
