// The collector's REST interface, typed. Nothing else in the dashboard calls fetch.
import type {
  Access, BaselineAddition, BaselineEntry, BaselineInput, BaselineList, BaselinePreview, FileRow, Habit, Imported, ImportInput, Incident, IncidentChange,
  IncidentSummary, Learning, LogClockShown, LogOnly, LogRecord, LogRecordWhole, LogReject, LogSource, LogSourceInput, LogSourceMade, LogTally, Opaque,
  Overview, Page, Sensor, SensorEvent, Session, Stream, Suggestion, SuggestionKey, UnusualHour, UsualWeek, Verdicts,
} from "./api-types";
import { queryString, type Query } from "./query-string";

export type * from "./api-types";
export { queryString, type Query } from "./query-string";

export const API = "/api/v1";

export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

let csrf = "";
let loggedOut: () => void = () => {};

// Called whenever an answer says that nobody is logged in any more.
export function whenLoggedOut(listener: () => void): void {
  loggedOut = listener;
}

async function errorOf(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const said = typeof body === "object" && body !== null && "error" in body ? String(body.error) : "";
  return new ApiError(answer.status, said || `The collector answered ${answer.status} ${answer.statusText}.`);
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;

  const answer = await fetch(API + path, init).catch((problem: unknown) => {
    if (signal?.aborted) throw problem;
    throw new ApiError(0, "The collector does not answer. It may be restarting, or this machine lost its network.");
  });
  if (!answer.ok) {
    const error = await errorOf(answer);
    if (error.status === 401 && path !== "/login" && path !== "/password") loggedOut();
    throw error;
  }
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

// How much of a body has gone out, 0 to 1.
export type Progress = (part: number) => void;

// fetch tells nothing of a body on its way out.
function send<T>(path: string, body: Blob | string, type: string, progress: Progress, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const answered = (): void => {
      const said = request.response as { error?: string } | null;
      if (request.status === 200) resolve(request.response as T);
      else reject(new ApiError(request.status, said?.error ?? `The collector answered ${request.status} ${request.statusText}.`));
      if (request.status === 401) loggedOut();
    };
    request.open("POST", API + path);
    request.responseType = "json";
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", type);
    request.upload.addEventListener("progress", (e) => progress(e.lengthComputable && e.total > 0 ? e.loaded / e.total : 0));
    request.addEventListener("load", answered);
    request.addEventListener("error", () => reject(new ApiError(0, "The collector took no more. It may be restarting, or this machine lost its network.")));
    request.addEventListener("abort", () => reject(new ApiError(0, "Stopped; what had come before is stored.")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>("GET", path, undefined, signal);

async function opened(answer: Promise<Session>): Promise<Session> {
  const session = await answer;
  csrf = session.csrf;
  return session;
}

export const api = {
  login: (user: string, password: string) => opened(call<Session>("POST", "/login", { user, password })),
  session: () => opened(get<Session>("/session")),
  logout: () => call<void>("POST", "/logout"),
  password: (old: string, fresh: string) => call<void>("POST", "/password", { old, new: fresh }),

  overview: (signal?: AbortSignal) => get<Overview>("/overview", signal),
  incidents: (q: Query, signal?: AbortSignal) => get<Page<IncidentSummary>>(`/incidents${queryString(q)}`, signal),
  incident: (id: number, signal?: AbortSignal) => get<Incident>(`/incidents/${id}`, signal),
  changeIncident: (id: number, change: IncidentChange) => call<Incident>("PATCH", `/incidents/${id}`, change),
  accesses: (q: Query, signal?: AbortSignal) => get<Page<Access>>(`/accesses${queryString(q)}`, signal),
  verdicts: (access: number, signal?: AbortSignal) => get<Verdicts>(`/accesses/${access}/verdicts`, signal),
  files: (q: Query, signal?: AbortSignal) => get<Page<FileRow>>(`/files${queryString(q)}`, signal),
  opaque: (q: Query, signal?: AbortSignal) => get<Page<Opaque>>(`/opaque${queryString(q)}`, signal),
  events: (q: Query, signal?: AbortSignal) => get<Page<SensorEvent>>(`/events${queryString(q)}`, signal),
  event: (id: number, signal?: AbortSignal) => get<SensorEvent>(`/events/${id}`, signal),

  baseline: (q: Query, signal?: AbortSignal) => get<BaselineList>(`/baseline${queryString(q)}`, signal),
  previewBaseline: (entry: BaselineInput, signal?: AbortSignal) =>
    call<BaselinePreview>("POST", "/baseline/preview", entry, signal),
  addBaseline: (entry: BaselineAddition) => call<BaselineEntry>("POST", "/baseline", entry),
  removeBaseline: (id: number) => call<void>("DELETE", `/baseline/${id}`),
  habits: (q: Query, signal?: AbortSignal) => get<Page<Habit> & { learning: Learning }>(`/baseline/habits${queryString(q)}`, signal),
  suggestions: (signal?: AbortSignal) => get<{ learning: Learning; items: Suggestion[] }>("/baseline/suggestions", signal),
  refuseSuggestion: (which: SuggestionKey) => call<void>("POST", "/baseline/suggestions/refuse", which),
  setLearning: (learning_days: number) => call<void>("POST", "/baseline/learning", { learning_days }),
  importBaseline: (table: ImportInput, progress: Progress, signal?: AbortSignal) =>
    send<Imported>("/baseline/import", JSON.stringify(table), "application/json", progress, signal),
  usual: (site: string, host: string | null, signal?: AbortSignal) => get<UsualWeek>(`/profile${queryString({ site, q: host })}`, signal),
  unusual: (signal?: AbortSignal) => get<{ hours: UnusualHour[] }>("/profile/unusual", signal),

  logSources: (q: Query, signal?: AbortSignal) => get<Page<LogSource>>(`/logs/sources${queryString(q)}`, signal),
  logClocks: (source: number, signal?: AbortSignal) => get<{ items: LogClockShown[] }>(`/logs/sources/${source}/clocks`, signal),
  addLogSource: (source: LogSourceInput) => call<LogSourceMade>("POST", "/logs/sources", source),
  removeLogSource: (name: string) => call<void>("POST", "/logs/sources/remove", { name }),
  setLogHosts: (name: string, hosts: string) => call<void>("POST", "/logs/sources/hosts", { name, hosts }),
  setLogClock: (name: string, host: string | null, offset_seconds: number | null) =>
    call<void>("POST", "/logs/sources/clock", { name, offset_seconds, ...(host !== null ? { host } : {}) }),
  giveLog: (log: Blob, q: Query, progress: Progress, signal?: AbortSignal) => send<LogTally>(`/logs/file${queryString(q)}`, log, "application/octet-stream", progress, signal),
  logs: (q: Query, signal?: AbortSignal) => get<Stream<LogRecord>>(`/logs${queryString(q)}`, signal),
  log: (id: number, signal?: AbortSignal) => get<LogRecordWhole>(`/logs/${id}`, signal),
  logRejects: (q: Query, signal?: AbortSignal) => get<Stream<LogReject>>(`/logs/rejects${queryString(q)}`, signal),
  logOnly: (q: Query, signal?: AbortSignal) => get<Page<LogOnly>>(`/logs/only${queryString(q)}`, signal),

  sensors: (signal?: AbortSignal) => get<{ items: Sensor[] }>("/sensors", signal),
};

export type ReportName = "incidents" | "accesses" | "baseline";
type ReportFormat = "csv" | "html" | "json";

export function reportAddress(name: ReportName, format: ReportFormat, query: Query): string {
  return `${API}/reports/${name}.${format}${queryString(query)}`;
}
