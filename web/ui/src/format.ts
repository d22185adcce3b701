// How numbers, times and names read. Pure.

const MINUS = "\u2212";

export function count(n: number): string {
  return (n < 0 ? MINUS : "") + Math.abs(n).toLocaleString("en");
}

// "1 access", "2 accesses"
export function plural(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = n;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${units[unit]}`;
}

// How far a clock is from UTC: "+9 h", "−4 h", "+0.4 s", "−3 h 30 min", "0 s".
export function offset(seconds: number): string {
  const sign = seconds < 0 ? MINUS : "+";
  const whole = Math.abs(seconds);
  if (whole < 0.05) return "0 s";
  if (whole < 60) return `${sign}${whole.toLocaleString("en", { maximumFractionDigits: 1 })} s`;
  const rounded = Math.round(whole);
  const parts = [[Math.floor(rounded / 3600), "h"], [Math.floor(rounded / 60) % 60, "min"], [rounded % 60, "s"]] as const;
  return sign + parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

const NS_PER_MS = 1_000_000n;

// RFC 3339 with up to nine digits, as ns since 1970; a Date alone would lose what is below a millisecond.
export function nanoseconds(time: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? "";
  const whole = Date.parse(time.replace(/\.\d+/, ""));
  return BigInt(whole) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
}

const two = (n: number): string => String(n).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

export function clock(when: Date): string {
  return `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
}

// "14:03", "14:03:07", "14:03:07.123"
export function clockOf(time: string, precision: "minute" | "second" | "millisecond" = "second"): string {
  const when = new Date(time);
  if (precision === "minute") return `${two(when.getHours())}:${two(when.getMinutes())}`;
  return precision === "second" ? clock(when) : `${clock(when)}.${String(when.getMilliseconds()).padStart(3, "0")}`;
}

export function day(when: Date, now: Date): string {
  const text = `${when.getDate()} ${MONTHS[when.getMonth()]}`;
  return when.getFullYear() === now.getFullYear() ? text : `${text} ${when.getFullYear()}`;
}

// In the reader's zone: "14:03:07" today, "22 Nov 14:03" this year, "22 Nov 2014 14:03" otherwise.
export function local(time: string, now: Date): string {
  const when = new Date(time);
  if (sameDay(when, now)) return clock(when);
  return `${day(when, now)} ${two(when.getHours())}:${two(when.getMinutes())}`;
}

export function utc(time: string): string {
  return time.replace("T", " ").replace("Z", " UTC");
}

// A span as a person says it: "340 µs", "1.2 s", "3 min 20 s", "2 h 5 min", "4 d".
export function span(ns: bigint): string {
  const us = Number(ns / 1000n);
  if (us < 1000) return `${us} µs`;
  const ms = us / 1000;
  if (Math.round(ms) < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const s = ms / 1000;
  if (Math.round(s) < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  return longSpan(Math.round(s));
}

function longSpan(s: number): string {
  const parts: [number, string][] = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "min"], [s % 60, "s"]];
  const first = parts.findIndex(([n]) => n > 0);
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

// "just now", "3 min ago", "in 12 d"
export function age(time: string, now: Date): string {
  const s = Math.round((now.getTime() - Date.parse(time)) / 1000);
  if (Math.abs(s) < 5) return "just now";
  const text = longSpan(Math.abs(s)).split(" ").slice(0, 2).join(" ");
  return s > 0 ? `${text} ago` : `in ${text}`;
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 10)}…${hash.slice(-6)}`;
}

// "tcp_out_of_window" → "tcp out of window"
export function words(name: string): string {
  return name.replace(/[_-]+/g, " ");
}

// "0xc0000022", as NTSTATUS and Win32 errors are looked up.
export function hex32(n: number): string {
  return `0x${(n >>> 0).toString(16).padStart(8, "0")}`;
}
