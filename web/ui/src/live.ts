// Tells pages when to ask again: the collector's event stream, and polling while the stream is down.
import { useEffect, useState } from "preact/hooks";
import { API } from "./api";

export type LiveState = "connecting" | "live" | "polling";

const POLL_MS = 10_000;
const RETRY_MS = 5_000;
const SETTLE_MS = 400; // several changes in a row are one refresh

let version = 0;
let state: LiveState = "connecting";
let source: EventSource | null = null;
let settle: number | undefined;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function bump(): void {
  if (document.hidden || settle !== undefined) return;
  settle = window.setTimeout(() => {
    settle = undefined;
    version += 1;
    tell();
  }, SETTLE_MS);
}

function enter(next: LiveState): void {
  if (state === next) return;
  state = next;
  tell();
}

function connect(): void {
  const stream = new EventSource(`${API}/stream`);
  source = stream;
  stream.addEventListener("open", () => enter("live"));
  stream.addEventListener("change", bump);
  stream.addEventListener("error", () => {
    enter("polling");
    if (stream.readyState === EventSource.CLOSED && source === stream) window.setTimeout(() => source === stream && connect(), RETRY_MS);
  });
}

// Start listening (after login); the function returned ends it.
export function startLive(): () => void {
  connect();
  const poll = window.setInterval(() => state !== "live" && bump(), POLL_MS);
  document.addEventListener("visibilitychange", bump);
  return () => {
    source?.close();
    source = null;
    state = "connecting";
    clearInterval(poll);
    document.removeEventListener("visibilitychange", bump);
  };
}

export function useLive(): { version: number; state: LiveState } {
  const [now, setNow] = useState({ version, state });
  useEffect(() => {
    const changed = (): void => setNow({ version, state });
    listeners.add(changed);
    changed();
    return () => {
      listeners.delete(changed);
    };
  }, []);
  return now;
}
