// A table of planned work before it is sent: which column holds what. The collector reads the rows; here only the first few are
// looked at, and the header is written anew with the keys of an entry, so that columns may be called anything. Pure.

export const PLAN_KEYS = ["source", "account", "destination", "valid_from", "valid_until", "reference", "reason", "site", "actions", "when", "sha256"] as const;
export type PlanKey = (typeof PLAN_KEYS)[number];
export type Mapping = Partial<Record<PlanKey, number>>; // column of each key

export interface PlanTable {
  separator: string;
  columns: string[];
  sample: string[][]; // the first rows
  body: string; // everything behind the header
}

const SEPARATORS = [",", ";", "\t", "|"];
const SAMPLE = 3;

// One row of ${text} from ${at} on, and where the next begins; null at the end.
function row(text: string, at: number, separator: string): { cells: string[]; next: number } | null {
  if (at >= text.length) return null;
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  let i = at;
  for (; i < text.length; i += 1) {
    const c = text[i]!;
    if (c === '"' && quoted && text[i + 1] === '"') {
      cell += c;
      i += 1;
    } else if (c === '"') quoted = !quoted;
    else if (c === separator && !quoted) {
      cells.push(cell);
      cell = "";
    } else if (c === "\n" && !quoted) break;
    else cell += c;
  }
  return { cells: [...cells, cell.replace(/\r$/, "")], next: i + 1 };
}

export function readTable(text: string): PlanTable | null {
  const plain = text.replace(/^\uFEFF/, "");
  const line = plain.slice(0, plain.search(/[\r\n]|$/));
  const separator = SEPARATORS.reduce((best, one) => (line.split(one).length > line.split(best).length ? one : best));
  const header = row(plain, 0, separator);
  if (header === null || header.cells.every((cell) => cell.trim() === "")) return null;
  const sample: string[][] = [];
  for (let at = header.next; sample.length < SAMPLE; ) {
    const one = row(plain, at, separator);
    if (one === null) break;
    sample.push(one.cells);
    at = one.next;
  }
  return { separator, columns: header.cells.map((cell) => cell.trim()), sample, body: plain.slice(header.next) };
}

// How exports call their columns; the first key that fits takes it.
const CALLED: readonly [PlanKey, RegExp][] = [
  ["valid_from", /^valid.from$|start|begin|^from\b.*(time|date)|planned from/i],
  ["valid_until", /^valid.until$|\bend\b|end (time|date)|until|finish|expir/i],
  ["reference", /^reference$|ticket|change|case|request.?(id|no|number)/i],
  ["reason", /^reason$|descr|summary|title|purpose|comment/i],
  ["account", /^account$|user|login|logon|\bwho\b|admin/i],
  ["destination", /^destination$|target|server|asset|\bto\b/i],
  ["source", /^source$|jump|client|origin|\bfrom\b|workstation/i],
  ["site", /^site$|branch|location/i],
  ["actions", /^actions?$/i],
  ["when", /^when$|window/i],
  ["sha256", /^sha.?256$|^hash$/i],
];

const isKey = (column: string): boolean => (PLAN_KEYS as readonly string[]).includes(column.toLowerCase());

export function guess(columns: readonly string[]): Mapping {
  const mapping: Mapping = {};
  const taken = new Set<number>();
  const exact = (key: PlanKey): number => columns.findIndex((column) => column.toLowerCase() === key);
  for (const [key, called] of CALLED) {
    const found = exact(key) >= 0 ? exact(key) : columns.findIndex((column, i) => !taken.has(i) && !isKey(column) && called.test(column));
    if (found < 0 || taken.has(found)) continue;
    mapping[key] = found;
    taken.add(found);
  }
  return mapping;
}

// The table with the keys of an entry over their columns; what nothing is taken from is called by its number.
export function withKeys(table: PlanTable, mapping: Mapping): string {
  const names = table.columns.map((_, i) => PLAN_KEYS.find((key) => mapping[key] === i) ?? `column ${i + 1}`);
  return `${names.join(table.separator)}\n${table.body}`;
}
