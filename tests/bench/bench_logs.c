/*
 * Server logs: each format from bytes to records, records into the store, in memory, and a whole file of JSON into a database on disk, as
 * `logs import` does it. LOGS_BYTES says how large that file is.
 */
#include "collector/log_import.h"
#include "collector/logs/reader.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/bench/measure.h"
#include "tests/lib/bench.h"
#include "tests/lib/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { LOG_BYTES = 4 << 20, PIECE_BYTES = 64 << 10, LINE_BYTES = 4096, STORED = 5000, FILE_BYTES = 64 << 20 };

/* A line of each format, with a number in it; the message is as long as Windows' own. */
/* clang-format off: a line of a log is a line here */
static const char nxlog[] =
	"{\"EventTime\":\"2026-11-23 10:02:11\",\"Hostname\":\"FS1.lab.local\",\"Keywords\":-9214364837600034816,\"EventType\":\"AUDIT_SUCCESS\",\"SeverityValue\":2,"
	"\"Severity\":\"INFO\",\"EventID\":4624,\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"ProviderGuid\":\"{54849625-5478-4994-A5BA-3E3B0328C30D}\","
	"\"Version\":2,\"Task\":12544,\"OpcodeValue\":0,\"RecordNumber\":%u,\"ExecutionProcessID\":696,\"ThreadID\":3736,\"Channel\":\"Security\",\"Message\":\"An account "
	"was successfully logged on.\\r\\n\\r\\nSubject:\\r\\n\\tSecurity ID:\\t\\tS-1-0-0\\r\\n\\tAccount Name:\\t\\t-\\r\\n\\tAccount Domain:\\t\\t-\\r\\n\\tLogon ID:\\t\\t0x0\\r\\n\\r\\n"
	"Logon Information:\\r\\n\\tLogon Type:\\t\\t3\\r\\n\\tRestricted Admin Mode:\\t-\\r\\n\\tVirtual Account:\\t\\tNo\\r\\n\\tElevated Token:\\t\\tYes\\r\\n\\r\\nImpersonation Level:"
	"\\t\\tImpersonation\\r\\n\\r\\nNew Logon:\\r\\n\\tSecurity ID:\\t\\tS-1-5-21-1-2-3-1104\\r\\n\\tAccount Name:\\t\\tdave\\r\\n\\tAccount Domain:\\t\\tLAB\\r\\n\\r\\n"
	"The logon type field indicates the kind of logon that occurred. The most common types are 2 (interactive) and 3 (network).\\r\\n\\r\\n\","
	"\"Category\":\"Logon\",\"Opcode\":\"Info\",\"SubjectUserSid\":\"S-1-0-0\",\"SubjectUserName\":\"-\",\"SubjectDomainName\":\"-\",\"SubjectLogonId\":\"0x0\","
	"\"TargetUserSid\":\"S-1-5-21-1-2-3-1104\",\"TargetUserName\":\"dave\",\"TargetDomainName\":\"LAB\",\"TargetLogonId\":\"0xb2d627\",\"LogonType\":\"3\","
	"\"LogonProcessName\":\"NtLmSsp \",\"AuthenticationPackageName\":\"NTLM\",\"WorkstationName\":\"KALI\",\"LmPackageName\":\"NTLM V2\",\"KeyLength\":\"128\","
	"\"IpAddress\":\"10.77.0.21\",\"IpPort\":\"49822\",\"EventReceivedTime\":\"2026-11-23 10:02:12\",\"SourceModuleName\":\"eventlog\"}\n";
static const char xml[] =
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>5145</EventID>"
	"<Version>0</Version><Level>0</Level><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-11-23T09:02:11.1234567Z'/>"
	"<EventRecordID>%u</EventRecordID><Channel>Security</Channel><Computer>FS1.lab.local</Computer></System><EventData>"
	"<Data Name='SubjectUserSid'>S-1-5-21-1-2-3-1104</Data><Data Name='SubjectUserName'>dave</Data><Data Name='SubjectDomainName'>LAB</Data>"
	"<Data Name='SubjectLogonId'>0xb2d627</Data><Data Name='ObjectType'>File</Data><Data Name='IpAddress'>10.77.0.21</Data><Data Name='IpPort'>49822</Data>"
	"<Data Name='ShareName'>\\\\*\\ADMIN$</Data><Data Name='RelativeTargetName'>x.exe</Data></EventData></Event>\n";
static const char samba[] = "Nov 23 10:02:11 fs1 smbd_audit: dave|10.77.0.21|kali|share|openat|ok|r|folder/file-%u.txt\n";
/* clang-format on */

static const struct {
	const char *what, *line;
} formats[] = { { "JSON of NXLog", nxlog }, { "event XML", xml }, { "vfs_full_audit", samba } };

static size_t n_read;

static void on_record(void *ctx, const struct log_record *r)
{
	(void)ctx;
	n_read += r->act != LOG_OTHER;
}

static void on_reject(void *ctx, uint64_t line, const char *reason, const char *piece)
{
	(void)ctx;
	fprintf(stderr, "bench_logs: line %llu: %s: %s\n", (unsigned long long)line, reason, piece);
	exit(1);
}

struct log {
	char *text;
	size_t n, lines;
};

static void read_log(void *ctx)
{
	const struct log *log = ctx;
	struct log_options options = { .server = "FS1", .reference_ns = INT64_C(1800000000000000000) };
	struct log_sink sink = { NULL, on_record, on_reject, NULL };
	struct log_reader *r = log_reader_new(&options, &sink);
	for (size_t at = 0; at < log->n; at += PIECE_BYTES)
		log_reader_feed(r, log->text + at, log->n - at < PIECE_BYTES ? log->n - at : PIECE_BYTES);
	log_reader_end(r);
	log_reader_free(r);
}

static struct log log_of(const char *format)
{
	struct log log = { .text = malloc(LOG_BYTES + LINE_BYTES) };
	if (log.text == NULL)
		exit(1);
	while (log.n < LOG_BYTES) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		int n = snprintf(log.text + log.n, LINE_BYTES, format, (unsigned)++log.lines);
#pragma GCC diagnostic pop
		log.n += (size_t)n;
	}
	return log;
}

/* ---- the store -------------------------------------------------------------------------------------------------------- */

static struct store *store;
static int64_t host;
static uint64_t next_record = 1;

/* A batch as an import stores it; every fifth is a logon. */
static void store_batch(void *ctx)
{
	char error[256], address[32], account[32];
	struct store_tx *tx = store_write(store);
	(void)ctx;
	for (unsigned i = 0; i < STORED; i++, next_record++) {
		struct log_record r;
		log_record_init(&r);
		snprintf(address, sizeof address, "10.%u.%u.%u", (unsigned)(next_record % 7), (unsigned)(next_record * 7919 % 199), i % 251);
		snprintf(account, sizeof account, "user%u", (unsigned)(next_record * 7919 % 5000));
		r.act = i % 5 == 0 ? LOG_LOGON : LOG_OBJECT;
		r.time_ns = INT64_C(1400000000000000000) + (int64_t)next_record * 1000000;
		r.record_id = next_record;
		r.event_id = 5145;
		r.channel = "Security";
		r.account = account;
		r.domain = "LAB";
		r.logon_id = next_record / 10 + 1;
		r.source_address = address;
		r.source_port = (uint16_t)(40000 + next_record % 20000);
		r.share = "\\\\*\\ADMIN$";
		r.raw = nxlog;
		r.raw_bytes = sizeof nxlog - 1;
		store_log_add(tx, host, &r);
	}
	if (store_commit(tx, error, sizeof error) != 0)
		exit(1);
}

static void measure_store(void)
{
	char error[256];
	struct store_log_source_new what = { .name = "fs1", .kind = "file", .site = "branch" };
	store = store_open(":memory:", error, sizeof error);
	struct store_tx *tx = store_write(store);
	host = store_log_host(tx, store_log_source_add(tx, &what, 1), "FS1", true, 1, 1);
	if (store_commit(tx, error, sizeof error) != 0)
		exit(1);
	struct measured m = { "collector/store", "log records stored", STORED, 0, store_batch, NULL };
	measure(&m);
	store_close(store);
}

/* ---- a file ----------------------------------------------------------------------------------------------------------- */

enum { A_SECOND = 20 };	/* records that the server writes */

/* Give the line ${line}, the ${n}th, its time of the day. */
static void stamp(char *line, size_t n)
{
	static const char day[] = "{\"EventTime\":\"2026-11-23 ";
	char hhmmss[16];
	unsigned second = (unsigned)(n / A_SECOND % 86400);

	snprintf(hhmmss, sizeof hhmmss, "%02u:%02u:%02u", second / 3600, second / 60 % 60, second % 60);
	memcpy(line + strlen(day), hhmmss, strlen(hhmmss));
}

/* A file of ${size} bytes or a line more; how many bytes. */
static size_t write_file(const char *path, size_t size)
{
	char line[LINE_BYTES];
	size_t done = 0;
	FILE *f = fopen(path, "w");

	if (f == NULL)
		exit(1);
	for (unsigned n = 0; done < size; n++) {
		int length = snprintf(line, sizeof line, nxlog, n + 1);
		stamp(line, n);
		done += fwrite(line, 1, (size_t)length, f);
	}
	if (fclose(f) != 0)
		exit(1);
	return done;
}

static void measure_import(void)
{
	const char *wanted = getenv("LOGS_BYTES");
	struct store_log_tally tally;
	struct store_log_source source;
	struct rusage used;
	static struct bench b;
	char path[256];

	snprintf(path, sizeof path, "%s", scratch_path("all.jsonl"));
	size_t bytes = write_file(path, wanted != NULL ? strtoull(wanted, NULL, 10) : FILE_BYTES);
	bench_open(&b, scratch_path("logs.db"));
	struct log_import i = { .pipeline = b.pipeline, .store = b.store };
	const struct store_log_source_new fresh = { .name = "all", .kind = "file", .site = "branch" };
	if (log_import_source(b.store, &fresh, &source, b.error, sizeof b.error) != 0)
		exit(1);
	i.source = source.id;
	int64_t began_ns = measure_cpu_ns();
	if (log_import_file(&i, path, &tally, b.error, sizeof b.error) != 0) {
		fprintf(stderr, "bench_logs: %s\n", b.error);
		exit(1);
	}
	double took_ns = (double)(measure_cpu_ns() - began_ns);
	bench_close(&b);
	getrusage(RUSAGE_SELF, &used);
	printf("{\"layer\":\"collector/import\",\"what\":\"JSON of NXLog, %zu MiB, into a database\",\"ns\":%.0f,\"mb_s\":%.0f,\"most_mib\":%ld}\n",
	       bytes >> 20, took_ns / (double)tally.records, (double)bytes * 1000 / took_ns, used.ru_maxrss / 1024);
}

int main(void)
{
	measure_import();	/* first, for it tells the most memory that was held */
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		struct log log = log_of(formats[i].line);
		struct measured m = { "collector/logs", formats[i].what, log.lines, log.n, read_log, &log };
		measure(&m);
		free(log.text);
	}
	measure_store();
	return n_read == 0;
}
