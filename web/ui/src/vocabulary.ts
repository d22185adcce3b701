// The words of the design in plain language: steps, verdicts, severities, states, profiles.
import type { CloseReason, Seen, Severity, State, Verdict } from "./api-types";

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low"];
export const VERDICTS: readonly Verdict[] = ["unlogged", "unapproved", "unverified", "pending", "legitimate"];

export const VERDICT_MEANING: Record<Verdict, string> = {
  unlogged: "The server’s log covers that moment and has no trace of it: someone may have erased it.",
  unapproved: "The server’s log confirms the logon; no whitelist entry covers it.",
  unverified: "No log of that server covers that moment, and no whitelist entry covers the access.",
  pending: "The server’s log has not reached that moment yet.",
  legitimate: "A whitelist entry in force covers source, account, destination, time and every admin act.",
};

export const STATE_LABEL: Record<State, string> = { new: "New", acknowledged: "Acknowledged", closed: "Closed" };

export const CLOSE_LABEL: Record<CloseReason, string> = {
  true_positive: "true positive",
  false_positive: "false positive",
  legitimate: "legitimate",
};

export const SEEN_LABEL: Record<Seen, string> = { yes: "yes", no: "no", not_seen: "not seen" };

export const SEEN_MEANING: Record<Seen, string> = {
  yes: "Seen on the wire.",
  no: "The session was readable and this was not in it.",
  not_seen: "Encrypted, sealed, missed, or not on the wire at all: nobody can know from the network.",
};

// Steps worth a phrase; every other one is shown by its name alone.
const STEP_PHRASE: Record<string, string> = {
  "smb.logon": "Logged on",
  "smb.logon.failed": "Failed to log on",
  "smb.tree.admin": "Connected to an admin share",
  "smb.tree.ipc": "Connected to IPC$",
  "smb.tree": "Connected to a share",
  "file.write.exe": "Wrote an executable",
  "file.read.exe": "Read an executable",
  "file.delete.exe": "Deleted an executable",
  "file.rename.exe": "Renamed an executable",
  "file.copy.exe": "Copied an executable on the server",
  "file.link.exe": "Linked an executable",
  "file.open.exe": "Opened an executable",
  "file.write": "Wrote a file",
  "file.read": "Read a file",
  "file.delete": "Deleted a file",
  "file.rename": "Renamed a file",
  "file.copy": "Copied a file on the server",
  "file.link": "Linked a file",
  "svcctl.open_sc_manager": "Opened the service manager",
  "svcctl.open_sc_manager2": "Opened the service manager",
  "svcctl.create_service": "Created a service",
  "svcctl.create_wow_service": "Created a service",
  "svcctl.open_service": "Opened a service",
  "svcctl.start_service": "Started a service",
  "svcctl.control_service": "Stopped or controlled a service",
  "svcctl.delete_service": "Deleted a service",
  "svcctl.change_service_config": "Changed a service",
  "svcctl.change_service_config2": "Changed a service",
  "svcctl.query_service_status": "Asked for a service’s status",
  "svcctl.close_service_handle": "Closed a service handle",
  "atsvc.netr_job_add": "Added an AT job",
  "itaskschedulerservice.sch_rpc_register_task": "Registered a scheduled task",
  "itaskschedulerservice.sch_rpc_run": "Ran a scheduled task",
  "itaskschedulerservice.sch_rpc_delete": "Deleted a scheduled task",
  "iwbemservices.exec_method": "Ran a WMI method",
  "iwbemservices.exec_query": "Ran a WMI query",
  "drsuapi.drs_get_nc_changes": "Asked a domain controller for its secrets",
  "winreg.base_reg_set_value": "Set a registry value",
  "winreg.base_reg_create_key": "Created a registry key",
  "winreg.base_reg_save_key": "Saved a registry hive",
  "auth.ntlm_privileged": "NTLM for a privileged logon",
  "auth.client_library": "Logged on with an attack tool’s library",
  "auth.rc4": "RC4 where AES is usual",
  "krb.logon.failed": "Was refused a logon by Kerberos",
  "rpc.logon.failed": "Was refused right after an NTLM logon",
  "auth.guessing": "Guessed passwords",
  "auth.zerologon": "Tried an all-zero Netlogon credential",
  "sensor.evasion": "Sent what only a sensor would read",
  "srvsvc.netr_share_enum": "Listed the shares",
};

const REFUSED = ".refused";

export function isRefused(step: string): boolean {
  return step.endsWith(REFUSED) || step.endsWith(".logon.failed");
}

// "svcctl.create_service.refused" → "Created a service (refused)"; null when the name has to speak for itself.
export function stepPhrase(step: string): string | null {
  const refused = step.endsWith(REFUSED);
  const name = refused ? step.slice(0, -REFUSED.length) : step;
  const phrase = STEP_PHRASE[name] ?? (name.startsWith("pipe.") ? `Used the pipe ${name.slice("pipe.".length)}` : null);
  return phrase !== null && refused ? `${phrase} (refused)` : phrase;
}

// What a server's log says happened.
export const ACT_LABEL: Record<string, string> = {
  other: "Other", logon: "Logon", logon_failed: "Failed logon", logoff: "Logoff", explicit_logon: "Logon with other credentials", privileges: "Privileges given",
  ticket: "Ticket", ticket_failed: "Ticket refused", ntlm_checked: "NTLM checked", share: "Share opened", object: "File on a share", service_installed: "Service installed",
  service_state: "Service started or stopped", task_registered: "Task registered", task_removed: "Task removed", directory: "Directory changed", cleared: "Log cleared",
};

// How a log's clock is known, by the collector's words.
export const CLOCK_MEANING: Record<string, string> = {
  configured: "A person set it.", logons: "Logons that the network saw too agree on it.", zone: "The zone stands beside every time.",
  receipt: "The forwarder's receipt times show the zone.", neighbours: "Other hosts of the same source agree.", unknown: "Nothing tells it yet.",
};

export const SOURCE_MEANING: Record<string, string> = {
  file: "Imported on the collector's machine.", upload: "Sent over HTTPS with a token.", syslog: "Sent by syslog.", folder: "Read from a watched folder.",
};

// What an event's page tells about its kind.
export const KIND_MEANING: Record<string, string> = {
  "smb.negotiate": "Client and server agreed on an SMB dialect.",
  "smb.session_setup": "A logon: NTLM or Kerberos, with what the client said about itself.",
  "smb.tree_connect": "A connection to a share.",
  "smb.create": "A file or pipe was opened or created.",
  "smb.transfer": "Bytes of one file in one direction, summed up when it was closed.",
  "smb.rename": "A file was renamed.",
  "smb.copy": "The server copied from one file to another; no byte of it was on the wire.",
  "smb.link": "A file got one more name, or a name that leads to another.",
  "smb.set_end": "The end of a file was set, or part of it zeroed; what lay there is gone.",
  "smb.set_security": "Who may do what with a file was set.",
  "smb.rap": "An administrative call of LAN Manager's days (RAP), which lists or changes shares, users or sessions.",
  "smb.delete": "A file was deleted or marked for it, or the mark taken back.",
  "smb.pipe": "A named pipe that does not speak DCE/RPC.",
  "smb.encrypted": "From here on the session is sealed; only sizes, direction and timing remain.",
  "rpc.bind": "A client asked for RPC interfaces; each was accepted or refused.",
  "rpc.call": "A remote procedure call, with its arguments where they are readable.",
  "krb.as": "A logon at the Kerberos key distribution centre, or an attempt.",
  "krb.tgs": "A ticket for a service was asked for.",
  "krb.ap": "A ticket was shown to a service; whose it is was seen when it was issued, or is not known.",
  "flow.summary": "What one TCP connection amounted to.",
  "sensor.health": "The sensor about itself.",
};
