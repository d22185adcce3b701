// Where an address stands in a long list: "before" holds the cursors that led there, the last one first to be asked, and "page"
// how many pages lie before it. Pure.
import { queryString } from "./query-string";

const KEPT = 30; // cursors in an address; from further on the way back is the first page

export interface Cursor {
  before: number | undefined; // undefined: the first page
  page: number;
  address: string; // "?…"
}

function stackOf(query: URLSearchParams): number[] {
  const parts = (query.get("before") ?? "").split(".");
  return parts.every((part) => /^\d{1,15}$/.test(part)) ? parts.map(Number) : [];
}

function at(query: URLSearchParams, stack: readonly number[], page: number): Cursor {
  const rest = Object.fromEntries(query);
  const kept = stack.slice(-KEPT);
  return {
    before: kept.at(-1),
    page: kept.length === 0 ? 0 : page,
    address: queryString({ ...rest, before: kept.length > 0 ? kept.join(".") : null, page: kept.length > 0 && page !== kept.length ? page : null }),
  };
}

// With ${stack} null: the first page of the same list.
export function cursorOf(query: URLSearchParams, stack: readonly number[] | null = stackOf(query)): Cursor {
  const steps = stack ?? [];
  const page = Number(query.get("page"));
  return at(query, steps, Number.isSafeInteger(page) && page >= steps.length ? page : steps.length);
}

export function olderThan(query: URLSearchParams, next: number): Cursor {
  const now = cursorOf(query);
  return at(query, [...stackOf(query), next], now.page + 1);
}

// null: there is nothing newer.
export function newerThan(query: URLSearchParams): Cursor | null {
  const stack = stackOf(query);
  return stack.length === 0 ? null : at(query, stack.slice(0, -1), cursorOf(query).page - 1);
}

// ${query} without its place in the list: another question begins at the first page.
export function withoutCursor(query: URLSearchParams): Record<string, string> {
  const { before: _before, page: _page, ...rest } = Object.fromEntries(query);
  return rest;
}
