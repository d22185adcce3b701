// Example data in the shapes of schema/openapi.yaml, for looking at the dashboard without a collector.

import { readFileSync } from "node:fs";

const HOUR = 3_600_000;
const now = Date.now();
// A moment ${ms} before now, with ${nanos} below the millisecond, as the interface writes times.
export const time = (ms, nanos = 123456) => new Date(now - ms).toISOString().replace("Z", `${String(nanos).padStart(6, "0")}Z`);

let events = 0;
export const EVENTS = new Map();
function event(ms, kind, client, server, body, status = 0) {
  events += 1;
  EVENTS.set(events, {
    id: events, seq: 40_000 + events, time: time(ms), response_time: time(ms - 2, 654321), site: "branch-1", sensor: "demo",
    community_id: "1:wCb3OG7yAFWelaUydu0D+125CLM=", client: { ip: client, port: 49_733, mac: "52:54:00:12:34:56", vlan: 20 },
    server: { ip: server, port: 445, mac: "52:54:00:ab:cd:ef", vlan: 20 }, kind, status, body,
  });
  return events;
}

// [offset ms, step, count, admin, technique, technique name, detail, event kind]
const PSEXEC_STEPS = [
  [0, "smb.logon", 1, false, "T1550.002", "Use Alternate Authentication Material: Pass the Hash", { auth: "ntlm", domain: "CORP", user: "admin.k", workstation: "WS-0117" }, "smb.session_setup"],
  [14, "smb.tree.ipc", 1, false, null, null, { share: "\\\\10.20.1.40\\IPC$" }, "smb.tree_connect"],
  [31, "smb.tree.admin", 1, true, "T1021.002", "Remote Services: SMB/Windows Admin Shares", { share: "\\\\10.20.1.40\\ADMIN$", share_type: "disk" }, "smb.tree_connect"],
  [42, "file.write.exe", 1, true, "T1570", "Lateral Tool Transfer", { path: "ADMIN$\\KZxdQWuo.exe", bytes: 15872, kind: "pe32", sha256: "9f2d2b8c4f0f3f5d3f8c2c8d6c1f0e7a5b4c3d2e1f00112233445566778899aa" }, "smb.transfer"],
  [180, "svcctl.open_sc_manager", 1, false, null, null, { machine: "10.20.1.40", desired_access: 983103 }, "rpc.call"],
  [190, "svcctl.create_service", 1, true, "T1543.003", "Create or Modify System Process: Windows Service", { service: "kTqWbnLp", display: "MRyHZoQxVbTnKdEu", image_path: "%SystemRoot%\\KZxdQWuo.exe", start: "demand" }, "rpc.call"],
  [205, "svcctl.close_service_handle", 1, false, null, null, null, "rpc.call"],
  [212, "svcctl.open_service", 1, false, null, null, { service: "kTqWbnLp" }, "rpc.call"],
  [230, "svcctl.start_service", 1, true, "T1569.002", "System Services: Service Execution", { service: "kTqWbnLp" }, "rpc.call"],
  [1420, "pipe.RemCom_communicaton", 1, false, "T1569.002", "System Services: Service Execution", { name: "RemCom_communicaton", bytes_to_server: 412, bytes_to_client: 9120 }, "smb.pipe"],
  [63_000, "smb.tree.admin.refused", 3, false, "T1021.002", "Remote Services: SMB/Windows Admin Shares", { share: "\\\\10.20.1.40\\D$", status: "0xc0000022" }, "smb.tree_connect"],
  [421_000, "svcctl.delete_service", 1, true, "T1070", "Indicator Removal", { service: "kTqWbnLp" }, "rpc.call"],
  [421_040, "file.delete.exe", 1, true, "T1070.004", "Indicator Removal: File Deletion", { path: "ADMIN$\\KZxdQWuo.exe" }, "smb.delete"],
];

function stepsOf(rows, source, destination, access, ago) {
  return rows.map(([ms, step, count, admin, technique, technique_name, detail, kind]) => ({
    time: time(ago - ms), last_time: time(ago - ms), step, destination, count, admin, technique, technique_name, detail, access,
    event: event(ago - ms, kind, source, destination, { session_id: "0x0000040000000005", ...detail }),
  }));
}

// The rows and their reference columns are the collector's own.
const { log_points: POINTS } = JSON.parse(readFileSync(new URL("../../schema/profiles.json", import.meta.url), "utf8"));

// ${seen}: for each row "y", "n" or "?"; ${details} by row id.
function logPoints(destination, seen, details, steps) {
  const words = { y: "yes", n: "no", "?": "not_seen" };
  return {
    destination,
    rows: POINTS.map(({ id, title, reference }, i) => ({
      id, title, seen: words[seen[i]], detail: details[id] ?? null, ordinary: reference["ordinary-file-sharing"], psexec: reference.psexec,
      metasploit: reference["metasploit-psexec"], event: seen[i] === "y" ? steps[Math.min(i, steps.length - 1)].event : null,
    })),
    responder_checks: [
      { profile: "psexec", check: "C:\\Windows\\Prefetch\\PSEXESVC.EXE-*.pf" },
      { profile: "metasploit-psexec", check: "C:\\Windows\\Prefetch\\<random>.EXE-*.pf: eight random letters" },
    ],
  };
}

function access(id, incident, ago, source, destination, account, verdict, steps, extra = {}) {
  return {
    id, incident, site: "branch-1", source, source_port: 49_000 + id, destination, destination_port: 445, account, workstation: "WS-0117", auth: "ntlm",
    dialect: "3.1.1", verdict, start: time(ago), end: time(ago - 422_000), encrypted: false, community_id: "1:wCb3OG7yAFWelaUydu0D+125CLM=",
    session_id: "0x0000040000000005", log: null, baseline: null, findings: [], steps, sensor: "demo", ...extra,
  };
}

const file = (id, ago, path, action, source, destination, accessId, extra = {}) => ({
  id, path, action, bytes: 15872, complete: true, sha256: "9f2d2b8c4f0f3f5d3f8c2c8d6c1f0e7a5b4c3d2e1f00112233445566778899aa", kind: "pe32",
  access: accessId, source, destination, site: "branch-1", time: time(ago), event: 4, ...extra,
});

const OPEN = { state: "new", close_reason: null, note: null, changed_by: null, changed_at: null };

function psexecIncident() {
  const ago = 0.4 * HOUR;
  const steps = stepsOf(PSEXEC_STEPS, "10.20.1.117", "10.20.1.40", 7, ago);
  const rows = [access(7, 3, ago, "10.20.1.117", "10.20.1.40", "CORP\\admin.k", "unverified", steps.map((s) => s.step))];
  return {
    id: 3, severity: "critical", score: 92, techniques: ["T1021.002", "T1543.003", "T1569.002", "T1570", "T1550.002"], profile: "metasploit-psexec",
    title: "10.20.1.117 ran a program as a service on 10.20.1.40", site: "branch-1", source: "10.20.1.117", account: "CORP\\admin.k", workstation: "WS-0117",
    destinations: ["10.20.1.40"], first_seen: time(ago), last_seen: time(ago - 421_040), verdict: "unverified", accesses: [7], count: 1, ...OPEN,
    evidence: [
      "An executable of 15,872 bytes (pe32) was written to ADMIN$ and started as the service kTqWbnLp 48 ms later.",
      "Service name of 8 and display name of 16 random letters that differ: as Metasploit’s psexec makes them.",
      "NTLM by a privileged account from 10.20.1.117, which no whitelist entry names.",
      "The service and the executable were deleted after 7 minutes.",
    ],
    steps, access_rows: rows, files: [file(1, ago - 42, "\\\\10.20.1.40\\ADMIN$\\KZxdQWuo.exe", "write", "10.20.1.117", "10.20.1.40", 7), file(2, ago - 421_040, "\\\\10.20.1.40\\ADMIN$\\KZxdQWuo.exe", "delete", "10.20.1.117", "10.20.1.40", 7, { bytes: 0, complete: false, sha256: null, kind: null })],
    log_points: logPoints("10.20.1.40", "yyyyyyyyyyy?", { negotiate: "3.1.1", session_setup: "CORP\\admin.k from WS-0117, NTLM", tree_admin: "\\\\10.20.1.40\\ADMIN$",
      exe_create: "KZxdQWuo.exe", exe_write: "15,872 bytes, pe32, 9f2d2b8c4f…", create_service: "kTqWbnLp, %SystemRoot%\\KZxdQWuo.exe", exe_delete: "KZxdQWuo.exe" }, steps),
    profile_text: {
      title: "Metasploit’s psexec", what_it_is: "A random executable is copied to ADMIN$ and run as a service with random names: how Metasploit turns a stolen password or hash into code on the next machine.",
      what_to_check: ["Event 7045 (a service was installed) with the service’s name, around the time of the first step", "The file C:\\Windows\\KZxdQWuo.exe, or its prefetch file", "Who was logged on at 10.20.1.117 at that time"],
    },
  };
}

function wmiIncident() {
  const ago = 5.2 * HOUR;
  const destinations = ["10.20.1.21", "10.20.1.22", "10.20.1.23", "10.20.1.24"];
  const steps = destinations.flatMap((destination, i) => stepsOf([
    [i * 150_000, "smb.logon", 1, false, null, null, { auth: "kerberos" }, "smb.session_setup"],
    [i * 150_000 + 40, "iwbemservices.exec_method", 4, true, "T1047", "Windows Management Instrumentation", { sealed: true }, "rpc.call"],
    [i * 150_000 + 900, "smb.tree.admin", 1, true, "T1021.002", "Remote Services: SMB/Windows Admin Shares", { share: `\\\\${destination}\\ADMIN$` }, "smb.tree_connect"],
    [i * 150_000 + 920, "file.read", 6, true, null, null, { path: "ADMIN$\\__1732345678.12" }, "smb.transfer"],
  ], "10.20.1.88", destination, 8 + i, ago));
  const rows = destinations.map((destination, i) => access(8 + i, 2, ago - i * 150_000, "10.20.1.88", destination, null, "unverified", ["smb.logon", "iwbemservices.exec_method", "smb.tree.admin", "file.read"], { auth: "kerberos" }));
  return {
    id: 2, severity: "high", score: 71, techniques: ["T1047", "T1021.002"], profile: "impacket-wmiexec", title: "10.20.1.88 ran commands through WMI on 4 machines and read their output from ADMIN$",
    site: "branch-1", source: "10.20.1.88", account: null, workstation: null, destinations, first_seen: time(ago), last_seen: time(ago - 451_000), verdict: "unverified",
    accesses: rows.map((row) => row.id), count: 4, ...OPEN, state: "acknowledged", note: "Asked Keller; waiting for an answer.", changed_by: "admin", changed_at: time(4 * HOUR),
    evidence: ["A WMI method ran on four machines within 8 minutes.", "Its output was read from ADMIN$\\__<epoch>, as impacket’s wmiexec does."],
    steps, access_rows: rows, files: [], log_points: logPoints(destinations[0], "yynynn????n?", { negotiate: "3.1.1", session_setup: "Kerberos, cifs/srv-21", tree_admin: "ADMIN$", create_service: "sealed" }, steps),
    profile_text: { title: "impacket’s wmiexec", what_it_is: "Commands run through WMI; their output is redirected to a file on ADMIN$ and read back.", what_to_check: ["Event 4688 for cmd.exe below WmiPrvSE.exe"] },
  };
}

function loose() {
  const ago = 20 * HOUR;
  const steps = stepsOf([[0, "auth.guessing", 214, false, "T1110", "Brute Force", { accounts: 12, status: "0xc000006d" }, "smb.session_setup"]], "10.20.1.200", "10.20.1.10", 20, ago);
  return {
    id: 1, severity: "medium", score: 44, techniques: ["T1110"], profile: "unknown-admin", title: "10.20.1.200 guessed passwords of 12 accounts on 10.20.1.10", site: "branch-1",
    source: "10.20.1.200", account: null, workstation: "KALI", destinations: ["10.20.1.10"], first_seen: time(ago), last_seen: time(ago - 61_000), verdict: null, accesses: [], count: 0, ...OPEN,
    state: "closed", close_reason: "true_positive", note: "Pentest team forgot to tell us. Ticket 4711.", changed_by: "admin", changed_at: time(18 * HOUR),
    evidence: ["214 failed logons of 12 accounts in a minute."], steps, access_rows: [], files: [],
    log_points: logPoints("10.20.1.10", "yynnnnnnnnn?", { session_setup: "12 accounts, all refused" }, steps),
    profile_text: { title: "Password guessing", what_it_is: "One source tries many passwords.", what_to_check: ["Whether a logon succeeded afterwards"] },
  };
}

export function incidents() {
  return [psexecIncident(), wmiIncident(), loose()];
}

export function legitimateAccesses() {
  return Array.from({ length: 37 }, (_, i) => access(100 + i, null, (i * 0.63 + 0.2) * HOUR, "10.20.0.5", `10.20.1.${20 + (i % 14)}`, "CORP\\svc-deploy", "legitimate",
    ["smb.logon", "smb.tree.admin", "file.write.exe", "svcctl.create_service", "svcctl.start_service"], { baseline: 1, workstation: "DEPLOY01", auth: "kerberos" }));
}

export function otherFiles() {
  return [
    file(10, 0.7 * HOUR, "\\\\10.20.1.9\\software\\installers\\7zip\\7z2409-x64.exe", "read", "10.20.1.130", "10.20.1.9", null, { bytes: 1_637_376, kind: "pe32+" }),
    file(11, 2.1 * HOUR, "\\\\10.20.1.9\\transfer\\Angebot_Muster AG_Überarbeitung (final) v3.pdf.exe", "write", "10.20.1.61", "10.20.1.9", null, { bytes: 911_000_111, complete: false, sha256: null, kind: "pe32" }),
  ];
}

export function opaque() {
  return [{ source: "10.20.1.61", destination: "10.20.1.9", account: "CORP\\m.meier", auth: "kerberos", dialect: "3.1.1", site: "branch-1", messages: 18_233, bytes: 812_345_678, start: time(3 * HOUR), end: time(2.6 * HOUR) }];
}

export function baseline() {
  return [{
    id: 1, source: "10.20.0.5", account: "CORP\\svc-deploy", destination: "10.20.1.0/24", actions: ["smb.tree.admin", "file.write.exe", "svcctl.*"], sha256: null, when: null, valid_from: null,
    valid_until: time(-40 * 24 * HOUR), reason: "Software deployment, runs every night and on demand. Change 2291.", author: "admin", created: time(50 * 24 * HOUR), hits: 37, last_hit: time(0.2 * HOUR), expired: false,
  }, {
    id: 2, source: "10.20.0.9", account: "CORP\\backup", destination: null, actions: [], sha256: null, when: "Mon-Fri 22:00-05:00 Europe/Zurich", valid_from: null,
    valid_until: time(3 * 24 * HOUR), reason: "Old backup server, switched off.", author: "admin", created: time(200 * 24 * HOUR), hits: 0, last_hit: null, expired: true,
  }];
}

const health = (extra = {}) => ({
  time: time(9000), packets: 18_221_443, bytes: 9_912_334_112, gaps: 0, malformed: 2, dropped_kernel: 0, dropped_interface: 0, flows: 312, memory_bytes: 11_812_334, truncated: false,
  source: "eth1", counters: { tcp_retransmissions: 1212, smb_unknown_command: 2 }, ...extra,
});

const sensor = (id, name, site, status, extra = {}) => ({
  id, name, site, public_key: "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", software: "ashiato-sensor 0.1.0", enrolled: time(60 * 24 * HOUR), last_seen: time(4000), status,
  epoch: "0x3fa91c0d5e77b210", high_water: 812_331, events: 812_331, lost: 0, health: health(), ...extra,
});

export function sensors() {
  return [
    sensor(1, "demo", "branch-1", "online"),
    sensor(2, "basel", "branch-2", "silent", { last_seen: time(7 * HOUR), lost: 1204, health: health({ dropped_kernel: 8123, gaps: 77 }) }),
    sensor(3, "chur", "branch-3", "never", { last_seen: null, software: null, epoch: null, high_water: 0, events: 0, health: null }),
  ];
}

export function activity() {
  const start = Math.floor(now / HOUR) * HOUR - 23 * HOUR;
  return Array.from({ length: 24 }, (_, i) => ({
    hour: new Date(start + i * HOUR).toISOString().replace("Z", "000000Z"), accesses: [0, 1, 1, 2, 9, 6, 0, 0, 1, 2, 2, 3, 4, 3, 2, 1, 2, 3, 4, 4, 2, 1, 3, 2][i],
    suspicious: i === 18 ? 4 : i === 23 ? 1 : 0, events: Math.round(900 + 800 * Math.sin(i / 4) + 120 * (i % 5)),
  }));
}
