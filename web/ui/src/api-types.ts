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

export interface Incident extends IncidentSummary {
  evidence: string[];
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
  log: Json;
  baseline: number | null;
  findings: string[];
  steps: string[];
  sensor: string | null;
}

export interface FileRow {
  id: number;
  path: string;
  action: "write" | "read" | "open" | "delete" | "rename";
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
}

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

export interface BaselinePreview {
  accesses: number;
  incidents: number;
  incident_list: { id: number; title: string; severity: Severity; last_seen: string }[];
  sources: number;
  destinations: number;
  accounts: number;
  warning: string | null;
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
