#include "sensor/options.h"

#include "sensor/team.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* What a value is written to. */
enum kind { A_FLAG, A_TEXT, A_NUMBER, A_FORMAT, A_FILE };

#define EXTRACT_DEFAULT_BYTES (256ul << 20)
#define EXTRACT_MOST_BYTES (1ul << 50)

enum { MIB = 1 << 20, MEMORY_MIN_MIB = 8, MEMORY_MAX_MIB = 65536, SPOOL_MAX_MIB = 1 << 20, HEALTH_MAX_S = 86400 };

/* Everything as it stands on the command line, before it is checked and put in its place. */
struct raw {
	bool help, version, pace, rebase_time, has_read;
	const char *interface, *filter, *out, *extract, *hash, *site, *name, *list, *keygen, *format;
	const char *collector, *key, *collector_key, *spool, *user;
	unsigned long memory_mib, spool_mib, health_every_s, extract_bytes, threads;
};

#define AT(field) offsetof(struct raw, field)

// clang-format off
static const struct row {
	const char *name;
	enum kind kind;
	size_t at;
	unsigned long least, most;	/* of a number */
	const char *value, *help;
} rows[] = {
	{ "read",          A_FILE,   AT(has_read),       0, 0, "FILE...", "capture files instead of a device: pcap or pcapng, also gzip; - is standard input" },
	{ "interface",     A_TEXT,   AT(interface),      0, 0, "IF",      "capture live" },
	{ "filter",        A_TEXT,   AT(filter),         0, 0, "BPF",     "only packets that match (pcap-filter(7))" },
	{ "format",        A_FORMAT, AT(format),         0, 0, "FORMAT",  "json (one event a line, the default), proto (what the uplink sends), zeek or zeek-json (Zeek's logs, with --out), commands (each SMB request and response)" },
	{ "out",           A_TEXT,   AT(out),            0, 0, "DIR",     "write events.jsonl, events.proto, commands.jsonl or Zeek's logs there instead of standard output" },
	{ "hash",          A_TEXT,   AT(hash),           0, 0, "WHICH",   "files to hash: default (executables and admin shares), all or none" },
	{ "extract",       A_TEXT,   AT(extract),        0, 0, "DIR",     "keep copies of hashed files there, named by their SHA-256" },
	{ "extract-max",   A_NUMBER, AT(extract_bytes),  1, EXTRACT_MOST_BYTES, "BYTES", "most that folder may hold (default: 268435456)" },
	{ "site",          A_TEXT,   AT(site),           0, 0, "NAME",    "the branch this sensor stands in (default: default)" },
	{ "name",          A_TEXT,   AT(name),           0, 0, "NAME",    "this sensor's name" },
	{ "pace",          A_FLAG,   AT(pace),           0, 0, NULL,      "replay files as slowly as they were recorded" },
	{ "rebase-time",   A_FLAG,   AT(rebase_time),    0, 0, NULL,      "replay files as if they happened now" },
	{ "collector",     A_TEXT,   AT(collector),      0, 0, "ENDPOINT","send events there, e.g. tcp://collector:4717" },
	{ "key",           A_TEXT,   AT(key),            0, 0, "FILE",    "this sensor's secret key" },
	{ "collector-key", A_TEXT,   AT(collector_key),  0, 0, "KEY",     "the collector's public key: a file or the key itself" },
	{ "spool",         A_TEXT,   AT(spool),          0, 0, "DIR",     "where events wait for the collector" },
	{ "spool-size",    A_NUMBER, AT(spool_mib),      1, SPOOL_MAX_MIB, "MIB", "how much may wait (default: 256)" },
	{ "health-every",  A_NUMBER, AT(health_every_s), 1, HEALTH_MAX_S, "SECONDS", "how often to report the sensor's own health (default: 10)" },
	{ "user",          A_TEXT,   AT(user),           0, 0, "NAME",    "whom to become once the device is open (default: nobody)" },
	{ "memory",        A_NUMBER, AT(memory_mib),     MEMORY_MIN_MIB, MEMORY_MAX_MIB, "MIB", "most to hold for connections (default: 56)" },
	{ "threads",       A_NUMBER, AT(threads),        1, TEAM_THREADS_MOST, "N", "threads that share the work on packets (default: 3, or 1 where there is one processor)" },
	{ "keygen",        A_TEXT,   AT(keygen),         0, 0, "FILE",    "make a key pair: the secret one in FILE, the public one in FILE.pub" },
	{ "list",          A_TEXT,   AT(list),           0, 0, "WHAT",    "print a table of this sensor: counters, operations or protocols" },
	{ "help",          A_FLAG,   AT(help),           0, 0, NULL,      "this text" },
	{ "version",       A_FLAG,   AT(version),        0, 0, NULL,      "the version" },
};
// clang-format on

enum {
	N_ROWS = sizeof(rows) / sizeof(rows[0]),
	WORD = 1,		/* what getopt_long returns for a word that is no option */
	FIRST_OPTION = 256,	/* row 0; above every character it may return */
};

void options_help(FILE *out)
{
	fputs("ashiato-sensor finds the footprints of lateral movement in network traffic.\n\n"
	      "  ashiato-sensor --read FILE... [--format json|proto|zeek|zeek-json|commands] [--out DIR]\n"
	      "  ashiato-sensor --interface IF --collector ENDPOINT --key FILE --collector-key KEY --spool DIR\n"
	      "  ashiato-sensor --read FILE... --collector ENDPOINT ... [--pace] [--rebase-time]\n"
	      "  ashiato-sensor --keygen FILE\n\n",
	      out);
	for (size_t i = 0; i < N_ROWS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s %s", rows[i].name, rows[i].value != NULL ? rows[i].value : "");
		fprintf(out, "  %-26s %s\n", left, rows[i].help);
	}
}

/* Say in o->error what makes no sense. */
__attribute__((format(printf, 2, 3))) static void complain(struct options *o, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(o->error, sizeof(o->error), format, values);
	va_end(values);
}

static int read_number(struct options *o, const struct row *row, const char *text, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(text, &end, 10);
	if (errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && *out >= row->least && *out <= row->most)
		return 0;
	complain(o, "--%s %s: give a number from %lu to %lu", row->name, text, row->least, row->most);
	return -1;
}

static int take(struct raw *raw, struct options *o, const struct row *row, char *value)
{
	void *field = (char *)raw + row->at;

	switch (row->kind) {
	case A_NUMBER:
		return read_number(o, row, value, field);
	case A_FILE:
		o->paths[o->n_paths++] = value;
		*(bool *)field = true;
		return 0;
	case A_FLAG:
		*(bool *)field = true;
		return 0;
	case A_TEXT:
	case A_FORMAT:
		*(const char **)field = value;
	}
	return 0;
}

/* Words without an option are further files. The files' names gather in argv itself, which has room for them. */
static int scan(struct raw *raw, struct options *o, int argc, char **argv)
{
	struct option known[N_ROWS + 1] = { { .name = NULL } };
	int which, index;

	for (size_t i = 0; i < N_ROWS; i++)
		known[i] = (struct option){ .name = rows[i].name, .has_arg = rows[i].kind == A_FLAG ? no_argument : required_argument,
					    .val = FIRST_OPTION + (int)i };
	optind = 0;
	opterr = 0;
	while ((which = getopt_long(argc, argv, "-:", known, &index)) != -1) {
		if (which == '?' || which == ':') {
			complain(o, "%s: %s; see --help", argv[optind - 1],
				 which == ':' ? "needs a value" : "no such option, or a value where none belongs");
			return -1;
		}
		if (which == WORD && !raw->has_read) {
			complain(o, "%s: what is it? Files to read follow --read; see --help", optarg);
			return -1;
		}
		if (take(raw, o, which == WORD ? &rows[0] : &rows[which - FIRST_OPTION], optarg) != 0)
			return -1;
	}
	while (optind < argc && raw->has_read)
		o->paths[o->n_paths++] = argv[optind++];
	return 0;
}

static const char *const format_names[OPTIONS_FORMATS] = {
	[OPTIONS_JSON] = "json", [OPTIONS_PROTO] = "proto", [OPTIONS_ZEEK] = "zeek", [OPTIONS_ZEEK_JSON] = "zeek-json",
	[OPTIONS_COMMANDS] = "commands",
};

const char *options_format_name(size_t format)
{
	return format < OPTIONS_FORMATS ? format_names[format] : NULL;
}

static int check_format(const struct raw *raw, struct options *o)
{
	size_t i = 0;

	while (raw->format != NULL && i < OPTIONS_FORMATS && strcmp(raw->format, format_names[i]) != 0)
		i++;
	if (i == OPTIONS_FORMATS) {
		complain(o, "--format %s: no such format; there are json, proto, zeek, zeek-json and commands", raw->format);
		return -1;
	}
	o->format = (enum options_format)i;
	if ((o->format == OPTIONS_ZEEK || o->format == OPTIONS_ZEEK_JSON) && raw->out == NULL) {
		complain(o, "--format %s writes several files: name their folder with --out", raw->format);
		return -1;
	}
	return 0;
}

static int check_hash(const struct raw *raw, struct options *o)
{
	static const char *const names[] = { [HASH_DEFAULT] = "default", [HASH_ALL] = "all", [HASH_NONE] = "none" };

	o->live.limits.hash = HASH_DEFAULT;
	for (size_t i = 0; raw->hash != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(raw->hash, names[i]) == 0) {
			o->live.limits.hash = (enum hash_policy)i;
			return 0;
		}
	if (raw->hash == NULL)
		return 0;
	complain(o, "--hash %s: no such choice; there are default, all and none", raw->hash);
	return -1;
}

/* True if ${value} is missing, which is said. */
static bool lacks(struct options *o, const char *value, const char *option, const char *why)
{
	if (value != NULL)
		return false;
	complain(o, "--%s is missing: %s; see --help", option, why);
	return true;
}

static int check_live(const struct raw *raw, struct options *o)
{
	if (lacks(o, raw->collector, "collector", "live events go to a collector (to print a file's events use --read alone)") ||
	    lacks(o, raw->key, "key", "the sensor's secret key file, made with --keygen FILE") ||
	    lacks(o, raw->collector_key, "collector-key", "the collector's public key") ||
	    lacks(o, raw->spool, "spool", "a folder where events wait while the collector is away"))
		return -1;
	if (raw->out != NULL || raw->format != NULL) {
		complain(o, "--out and --format print events; they do not go with --collector");
		return -1;
	}
	return 0;
}

static int check_mode(const struct raw *raw, struct options *o)
{
	if (raw->help || raw->version || raw->list != NULL || raw->keygen != NULL) {
		o->mode = raw->help ? OPTIONS_HELP : raw->version ? OPTIONS_VERSION : raw->list != NULL ? OPTIONS_LIST : OPTIONS_KEYGEN;
		return 0;
	}
	if ((raw->interface != NULL) == raw->has_read) {
		complain(o, "%s; see --help",
			 raw->has_read ? "--interface and --read do not go together" : "name what to read: --read FILE or --interface IF");
		return -1;
	}
	o->mode = raw->interface != NULL || raw->collector != NULL ? OPTIONS_LIVE : OPTIONS_PRINT;
	if (o->mode == OPTIONS_LIVE)
		return check_live(raw, o);
	return check_format(raw, o);
}

/* A thread that reads and one that finishes share a processor well: from two on there is work for three threads. */
static unsigned threads_by_processors(void)
{
	cpu_set_t ours;

	return sched_getaffinity(0, sizeof(ours), &ours) == 0 && CPU_COUNT(&ours) > 1 ? TEAM_THREADS_MOST : 1;
}

static void put_in_place(const struct raw *raw, struct options *o)
{
	o->device = raw->interface;
	o->filter = raw->filter;
	o->out_dir = raw->out;
	o->site = raw->site != NULL ? raw->site : "default";
	o->name = raw->name;
	o->list = raw->list;
	o->keygen = raw->keygen;
	o->is_paced = raw->pace;
	o->is_rebased = raw->rebase_time;
	o->live = (struct live_options){
		.uplink = { .endpoint = raw->collector, .key_file = raw->key, .collector_key = raw->collector_key,
			    .name = raw->name, .site = raw->site },
		.extract_dir = raw->extract,
		.extract_bytes = raw->extract_bytes != 0 ? raw->extract_bytes : EXTRACT_DEFAULT_BYTES,
		.spool_dir = raw->spool,
		.spool_bytes = (uint64_t)(raw->spool_mib != 0 ? raw->spool_mib : LIVE_SPOOL_MIB) * MIB,
		.health_every_s = raw->health_every_s != 0 ? (unsigned)raw->health_every_s : LIVE_HEALTH_EVERY_S,
		.user = raw->user,
		.n_threads = raw->threads != 0 ? (unsigned)raw->threads : threads_by_processors(),
		.limits = limits_default,
	};
	if (raw->memory_mib != 0)
		o->live.limits.memory_bytes = (size_t)raw->memory_mib * MIB;
}

int options_read(struct options *o, int argc, char **argv)
{
	struct raw raw = { .help = false };

	*o = (struct options){ .paths = argv };
	if (scan(&raw, o, argc, argv) != 0 || check_mode(&raw, o) != 0)
		return -1;
	put_in_place(&raw, o);
	return check_hash(&raw, o);
}
