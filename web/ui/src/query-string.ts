// Query strings of addresses, ours and the collector's. Pure.

export type Query = Record<string, string | number | null | undefined>;

// "?a=1&b=2", leaving out what is empty; "" when nothing is left.
export function queryString(query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
