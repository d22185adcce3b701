// How servers send their logs here: what to write into whose configuration, word for word. Pure.

export interface Way {
  value: string;
  label: string;
  needs: string; // what must be there first
  kind: "upload" | "syslog" | "file"; // of the source that receives it
  where: string; // the file or prompt that the text belongs into
  text: (at: Receiver) => string;
}

// This collector, as its senders see it. ${token}: of a source that was just made, or a word that stands for it.
export interface Receiver {
  host: string;
  port: string;
  token: string;
}

const SYSLOG_TLS_PORT = 6514;
const address = ({ host, port }: Receiver): string => `https://${host}:${port}/api/v1/logs`;

export const WAYS: readonly Way[] = [
  {
    value: "winlogbeat", label: "Winlogbeat", kind: "upload", where: "winlogbeat.yml, and a scheduled PowerShell task that sends what it wrote",
    needs: "A source with a token; ashiato.crt is tls.crt of this collector’s data folder. What comes again is known.",
    text: (at) => `winlogbeat.event_logs:
  - name: Security
    event_id: 1102,4624,4625,4634,4648,4672,4697-4699,4702,4768,4769,4771,4776,5140,5145
  - name: System
    event_id: 104,7036,7045
  - name: Microsoft-Windows-TaskScheduler/Operational
    event_id: 106,140,141
output.file:
  path: C:/ProgramData/ashiato
  filename: log

Get-ChildItem C:/ProgramData/ashiato/log-*.ndjson | ForEach-Object {
  curl.exe --cacert C:/ProgramData/ashiato/ashiato.crt -H "Authorization: Bearer ${at.token}" --data-binary "@$($_.FullName)" ${address(at)}
}`,
  },
  {
    value: "script", label: "A script", kind: "upload", where: "a cron job on the server",
    needs: "A source with a token; ashiato.crt is tls.crt of this collector’s data folder. What comes again is known.",
    text: (at) => `gzip -c /var/log/samba/log.smbd | curl --cacert /etc/ssl/ashiato.crt -H "Authorization: Bearer ${at.token}" --data-binary @- ${address(at)}`,
  },
  {
    value: "nxlog", label: "NXLog", kind: "syslog", where: "nxlog.conf",
    needs: "A source for the server’s address, and serve --syslog-tls.",
    text: ({ host }) => `<Extension json>
    Module  xm_json
</Extension>
<Extension syslog>
    Module  xm_syslog
</Extension>
<Input events>
    Module  im_msvistalog
</Input>
<Output ashiato>
    Module  om_ssl
    Host    ${host}
    Port    ${SYSLOG_TLS_PORT}
    CAFile  C:\\Program Files\\nxlog\\cert\\ashiato.crt
    OutputType  Syslog_TLS
    Exec    $Message = to_json(); to_syslog_ietf();
</Output>
<Route r> Path events => ashiato </Route>`,
  },
  {
    value: "wef", label: "Event Forwarding", kind: "file", where: "an elevated prompt on the Windows event collector",
    needs: "Nothing: upload the file that this writes, here on this page.",
    text: () => `wevtutil qe ForwardedEvents /f:xml > events.xml`,
  },
  {
    value: "rsyslog", label: "rsyslog", kind: "syslog", where: "/etc/rsyslog.d/ashiato.conf",
    needs: "A source for the server’s address, and serve --syslog-tls.",
    text: ({ host }) => `global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="/etc/ssl/ashiato.crt")
if $programname startswith "smbd" or $programname startswith "samba" or $programname startswith "rpcd_" then
  action(type="omfwd" target="${host}" port="${SYSLOG_TLS_PORT}" protocol="tcp" TCP_Framing="octet-counted"
         StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid" template="RSYSLOG_SyslogProtocol23Format"
         action.resumeRetryCount="-1" action.resumeInterval="5" queue.type="LinkedList" queue.filename="ashiato"
         queue.maxDiskSpace="1g" queue.saveOnShutdown="on")`,
  },
  {
    value: "syslog-ng", label: "syslog-ng", kind: "upload", where: "/etc/syslog-ng/conf.d/ashiato.conf",
    needs: "A source with a token; ashiato.crt is tls.crt of this collector’s data folder. What is not acknowledged comes again.",
    text: (at) => `filter f_samba { program("^smbd") or program("^samba") or program("^rpcd_"); };
destination d_ashiato {
  http(url("${address(at)}") method("POST") headers("Authorization: Bearer ${at.token}")
    body("<\${PRI}>1 \${ISODATE} \${HOST} \${PROGRAM} - - - \${MSG}") body-suffix("\\n") delimiter("\\n")
    batch-lines(500) batch-bytes(1000000) batch-timeout(1000)
    tls(ca-file("/etc/ssl/ashiato.crt"))
    disk-buffer(reliable(yes) disk-buf-size(1073741824) mem-buf-size(10485760)));
};
log { source(s_src); filter(f_samba); destination(d_ashiato); };`,
  },
  {
    value: "samba", label: "Samba", kind: "file", where: "smb.conf, [global]",
    needs: "Upload log.smbd here, or let rsyslog send it.",
    text: () => `log level = 1 auth_json_audit:4 dsdb_json_audit:5 dsdb_password_json_audit:5
logging = file syslog
vfs objects = full_audit
full_audit:prefix = %u|%I|%m|%S
full_audit:success = connect disconnect create_file renameat unlinkat
full_audit:failure = connect create_file`,
  },
  {
    value: "file", label: "Files", kind: "file", where: "this collector’s machine",
    needs: "Nothing; native .evtx files come in only this way.",
    text: () => `ashiato-collector logs import Security.evtx --source dc1 --data /var/lib/ashiato`,
  },
];
