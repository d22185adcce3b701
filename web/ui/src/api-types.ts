// The shapes of schema/openapi.yaml, by hand. Times are RFC 3339 in UTC with nine digits; null is unknown.

export type Severity = "low" | "medium" | "high" | "critical";
export type Verdict = "legitimate" | "pending" | "unverified" | "unapproved" | "unlogged";
export type State = "new" | "acknowledged" | "closed";
export type CloseReason = "true_positive" | "false_positive" | "legitimate";
export type Seen = "yes" | "no" | "not_seen";

export interface Session {
  user: string;
  csrf: string;
}

export interface Page<T> {
  items: T[];
  next: number | null;
  total: number;
}

export interface Hour {
  hour: string;
  accesses: number;
  suspicious: number;
  events: number;
}

export interface Overview {
  version: string;
  now: string;
  incidents: { open: number; new: number; by_severity: Record<Severity, number> };
  ledger: { accesses: number } & Record<Verdict, number>;
  last_day: { accesses: number; incidents: number; sessions: number; files: number; bytes: number };
  activity: Hour[];
  top: IncidentSummary[];
  sensors: { total: number; online: number; silent: number; lossy: number };
  events: number;
  first_event: string | null;
  last_event: string | null;
  baseline_entries: number;
}

export interface IncidentSummary {
  id: number;
  severity: Severity;
  score: number;
  techniques: string[];
  profile: string;
  title: string;
  site: string;
  source: string;
  account: string | null;
  workstation: string | null;
  destinations: string[];
  first_seen: string;
  last_seen: string;
  verdict: Verdict | null;
  accesses: number[];
  count: number;
  state: State;
  close_reason: CloseReason | null;
  note: string | null;
  changed_by: string | null;
  changed_at: string | null;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Step {
  time: string;
  last_time: string;
  step: string;
  destination: string;
  count: number;
  admin: boolean;
  technique: string | null;
  technique_name: string | null;
  detail: { [key: string]: Json } | null;
  access: number;
  event: number | null;
}

export interface LogPoint {
  id: string;
  title: string;
  seen: Seen;
  detail: string | null;
  event: number | null;
  ordinary: string;
  psexec: string;
  metasploit: string;
}

export interface LogPoints {
  destination: string | null;
  rows: LogPoint[];
  responder_checks: { profile: string; check: string }[];
}

// What context may mean and never proves.
export interface Hypothesis {
  name: string;
  title: string;
  technique: string | null;
  score: number;
  caution: string;
  evidence: { kind: string; weight: number; why: string }[];
}

export interface Incident extends IncidentSummary {
  evidence: string[];
  hypotheses: Hypothesis[];
  steps: Step[];
  access_rows: Access[];
  files: FileRow[];
  log_points: LogPoints;
  profile_text: { title: string; what_it_is: string; what_to_check: string[] };
}

export interface IncidentChange {
  state?: State;
  close_reason?: Exclude<CloseReason, "legitimate">; // that one comes of a whitelist entry
  note?: string | null;
}

export interface Access {
  id: number;
  incident: number | null;
  site: string;
  source: string;
  source_port: number;
  destination: string;
  destination_port: number;
  account: string | null;
  workstation: string | null;
  auth: string | null;
  dialect: string | null;
  verdict: Verdict;
  start: string;
  end: string;
  encrypted: boolean;
  community_id: string | null;
  session_id: string | null;
  log: LogEvidence | null;
  baseline: number | null;
  findings: string[];
  evidence: string[];
  steps: string[];
  sensor: string | null;
}

// What an access was judged, the last judgement first; ${at} is null as long as it is what every access begins as.
export interface Judgement {
  at: string | null;
  verdict: Verdict;
  baseline: number | null;
  evidence: string[];
}

export interface Verdicts {
  access: number;
  items: Judgement[];
  hypotheses: Hypothesis[];
}

export interface FileRow {
  id: number;
  path: string;
  action: "write" | "read" | "open" | "delete" | "rename" | "copy" | "link";
  bytes: number;
  complete: boolean;
  sha256: string | null;
  kind: string | null;
  access: number | null;
  source: string;
  destination: string;
  site: string;
  time: string;
  event: number | null;
}

export interface Opaque {
  source: string;
  destination: string;
  account: string | null;
  auth: string | null;
  dialect: string | null;
  site: string;
  messages: number;
  bytes: number;
  start: string;
  end: string;
}

export interface Endpoint {
  ip: string;
  port: number;
  mac?: string | null;
  vlan?: number | null;
}

export interface SensorEvent {
  id: number;
  seq: number;
  time: string;
  response_time: string | null;
  site: string | null;
  sensor: string | null;
  community_id: string | null;
  client: Endpoint | null;
  server: Endpoint | null;
  kind: string;
  status: number | null;
  body: { [key: string]: Json };
}

// null means any.
export interface BaselineInput {
  site: string | null;
  source: string | null;
  account: string | null;
  destination: string | null;
  actions: string[] | null;
  sha256: string | null;
  when: string | null;
  valid_from: string | null;
  valid_until: string | null;
  reason: string;
  reference?: string | null;
}

// force: it is meant though it names neither source nor account.
export type BaselineAddition = BaselineInput & { force?: boolean };

export interface BaselineEntry extends BaselineInput {
  id: number;
  reference: string | null;
  actions: string[];
  author: string | null;
  created: string;
  hits: number;
  last_hit: string | null;
  expired: boolean;
}

export interface BaselineList extends Page<BaselineEntry> {
  upkeep: { total: number; ended: number; ending: number; unused: number };
}

export interface BaselinePreview {
  accesses: number;
  incidents: number;
  incident_list: { id: number; title: string; severity: Severity; last_seen: string }[];
  sources: number;
  destinations: number;
  accounts: number;
  left_over: { act: string; accesses: number }[]; // what keeps other accesses of the same people from being covered
  warning: string | null;
  open: boolean; // refused unless forced
}

export interface SensorHealth {
  time: string;
  packets: number;
  bytes: number;
  gaps: number;
  malformed: number;
  dropped_kernel: number;
  dropped_interface: number;
  flows: number;
  memory_bytes: number;
  truncated: boolean;
  source: string | null;
  counters: Record<string, number>;
}

export interface Sensor {
  id: number;
  name: string;
  site: string;
  public_key: string;
  software: string | null;
  enrolled: string;
  last_seen: string | null;
  status: "online" | "silent" | "never";
  epoch: string | null;
  high_water: number;
  events: number;
  lost: number;
  health: SensorHealth | null;
}

// ---- habits and the normal profile ----

export interface Learning {
  days: number;
  sites: { site: string; since: string; until: string; learning: boolean }[];
}

export interface Habit {
  site: string;
  source: string;
  account: string | null;
  destination: string;
  action: string;
  days: number;
  accesses: number;
  first_seen: string;
  last_seen: string;
}

export interface SuggestionKey {
  site: string;
  source: string;
  account: string;
  destination: string;
}

export interface Suggestion extends SuggestionKey {
  actions: string[];
  days: number;
  accesses: number;
  first_seen: string;
  last_seen: string;
  week: number[]; // from Monday on; bit h: the hour (UTC) that begins at h
  entry: BaselineInput;
}

// A table, or the entries of a document.
export interface ImportInput {
  csv?: string;
  entries?: unknown[];
  map?: string;
  zone?: string;
  planned?: boolean;
  reason?: string;
  dry_run?: boolean;
  force?: boolean;
}

export interface Imported {
  dry_run: boolean;
  added: number;
  known: number;
  rejected: number;
  rejects: { row: number; reason: string }[];
  wide: number;
  warnings: { row: number; reason: string }[];
}

// Means of the last weeks.
export interface UsualHour {
  sessions: number;
  bytes: number;
  admin_accesses: number;
  executables: number;
}

export interface UsualWeek {
  site: string;
  host: string | null;
  weeks: number;
  from: string;
  to: string;
  week: UsualHour[]; // from Monday 00:00 UTC on
}

export interface UnusualHour {
  from: string;
  to: string;
  items: { metric: string; site: string; host: string | null; value: number; most: number; sentence: string }[];
}

// ---- server logs ----

export interface LogTied {
  record: number;
  act: string;
  event_id: number | null;
  time: string;
  tie: string;
  text: string;
}

export interface LogEvidence extends LogTied {
  host: string;
  source: string;
  offset_seconds: number;
  offset_by: string;
  account: string | null;
  address: string | null;
  port: number | null;
  records: LogTied[];
}

export interface LogClock {
  host: string;
  has_zone: boolean;
  offset_seconds: number | null;
  offset_by: string;
  matches: number;
  strangers: number; // logons that show something else
  suspected_seconds: number | null; // what its logons show, hours from the zone it writes: not believed
  first: string;
  last: string;
  records: number;
  addresses: { address: string; how: string }[];
  trails: LogTrail[];
}

// A channel or an audit of a log; without ${logons_since} it has told no logon over the network, so none can be missing there.
export interface LogTrail {
  trail: string;
  first: string;
  last: string;
  logons_since: string | null;
  logons_last: string | null;
}

export interface LogSource {
  id: number;
  file: string;
  kind: "file" | "upload" | "syslog" | "folder";
  site: string;
  hosts: string[];
  records: number;
  skipped: number;
  others: number;
  duplicates: number;
  refused: number;
  speaks_for: string | null;
  last_seen: string | null;
  error: string | null;
  offset_seconds: number | null;
  clocks: LogClock[];
}

// What a clock was taken to show more than UTC, since ${at}.
export interface LogClockShown {
  at: string;
  host: string;
  has_zone: boolean;
  offset_seconds: number;
  offset_by: string;
  matches: number;
}

export interface LogSourceInput {
  name: string;
  site?: string;
  kind?: "upload" | "syslog";
  address?: string;
  hosts?: string;
}

export interface LogSourceMade {
  name: string;
  site: string;
  kind: "upload" | "syslog";
  token: string | null; // told only now
}

// What came of a log.
export interface LogTally {
  accepted: number;
  duplicates: number;
  other: number;
  rejected: number;
  refused: number;
}

export interface LogRecord {
  id: number;
  source: string;
  site: string;
  host: string;
  time: string;
  is_utc: boolean;
  act: string;
  outcome: "success" | "failure" | null;
  event_id: number | null;
  channel: string | null;
  account: string | null;
  domain: string | null;
  source_address: string | null;
  source_port: number | null;
  workstation: string | null;
  logon_type: number | null;
  package: string | null;
  share: string | null;
  object: string | null;
  service: string | null;
  service_path: string | null;
  task: string | null;
}

export interface LogRecordWhole extends LogRecord {
  raw: string | null;
  task_content: string | null;
}

export interface LogReject {
  id: number;
  source: string;
  input: string;
  line: number;
  reason: string;
  piece: string | null;
  at: string;
}

export interface LogOnly {
  id: number;
  site: string;
  time: string;
  source: string;
  source_port: number;
  host: string;
  destination: string | null;
  account: string | null;
  because: string;
  event_id: number | null;
  logon_type: number | null;
  package: string | null;
  log_source: string;
}

export interface Stream<T> {
  items: T[];
  next: number | null;
}
