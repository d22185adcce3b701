// The collector's REST interface, typed. Nothing else in the dashboard calls fetch.
import type {
  Access, BaselineEntry, BaselineInput, BaselinePreview, FileRow, Habit, Imported, ImportInput, Incident, IncidentChange,
  IncidentSummary, Learning, LogOnly, LogRecord, LogRecordWhole, LogReject, LogSource, Opaque, Overview, Page, Sensor, SensorEvent,
  Session, Stream, Suggestion, SuggestionKey, UnusualHour, Verdicts,
} from "./api-types";

export type * from "./api-types";

export const API = "/api/v1";

export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

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

  baseline: (signal?: AbortSignal) => get<{ items: BaselineEntry[] }>("/baseline", signal),
  previewBaseline: (entry: BaselineInput, signal?: AbortSignal) =>
    call<BaselinePreview>("POST", "/baseline/preview", entry, signal),
  addBaseline: (entry: BaselineInput) => call<BaselineEntry>("POST", "/baseline", entry),
  removeBaseline: (id: number) => call<void>("DELETE", `/baseline/${id}`),
  habits: (q: Query, signal?: AbortSignal) => get<{ learning: Learning; items: Habit[] }>(`/baseline/habits${queryString(q)}`, signal),
  suggestions: (signal?: AbortSignal) => get<{ learning: Learning; items: Suggestion[] }>("/baseline/suggestions", signal),
  refuseSuggestion: (which: SuggestionKey) => call<void>("POST", "/baseline/suggestions/refuse", which),
  setLearning: (learning_days: number) => call<void>("POST", "/baseline/learning", { learning_days }),
  importBaseline: (table: ImportInput) => call<Imported>("POST", "/baseline/import", table),
  unusual: (signal?: AbortSignal) => get<{ hours: UnusualHour[] }>("/profile/unusual", signal),

  logSources: (signal?: AbortSignal) => get<{ items: LogSource[] }>("/logs/sources", signal),
  logs: (q: Query, signal?: AbortSignal) => get<Stream<LogRecord>>(`/logs${queryString(q)}`, signal),
  log: (id: number, signal?: AbortSignal) => get<LogRecordWhole>(`/logs/${id}`, signal),
  logRejects: (q: Query, signal?: AbortSignal) => get<Stream<LogReject>>(`/logs/rejects${queryString(q)}`, signal),
  logOnly: (q: Query, signal?: AbortSignal) => get<Page<LogOnly>>(`/logs/only${queryString(q)}`, signal),

  sensors: (signal?: AbortSignal) => get<{ items: Sensor[] }>("/sensors", signal),
};

export type ReportName = "incidents" | "accesses";
type ReportFormat = "csv" | "html";

export function reportAddress(name: ReportName, format: ReportFormat, query: Query): string {
  return `${API}/reports/${name}.${format}${queryString(query)}`;
}
