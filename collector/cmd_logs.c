/*
 * logs: server access logs from files, and whence others may come.
 */
#include "collector/cmd.h"

#include "collector/baseline/speaker.h"
#include "collector/baseline/zone.h"
#include "collector/log_import.h"
#include "collector/logs/evtx.h"
#include "collector/logs/reader.h"
#include "collector/pipeline.h"
#include "collector/service_parts.h"
#include "collector/source_change.h"
#include "collector/sources.h"
#include "proto/base/clock.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 4096, ERROR_BYTES = 512, DAY_SECONDS = 86400 };

/* ---- words ------------------------------------------------------------------------------------------------------------ */

static int check_format(const char *format)
{
	if (format == NULL)
		return CMD_OK;
	for (unsigned i = 0; log_format_name(i) != NULL; i++)
		if (strcmp(log_format_name(i), format) == 0)
			return CMD_OK;
	return cmd_misused("--format %s: only json, json-list, xml, csv, samba and syslog are there; .evtx is told by its content", format);
}

static int check_hosts(const char *hosts)
{
	if (hosts == NULL || (speaker_is_list(hosts) && strlen(hosts) < STORE_HOSTS_BYTES))
		return CMD_OK;
	return cmd_misused("%.80s: names, addresses or patterns with commas between, at most %d bytes: fs1,dc*", hosts,
			   STORE_HOSTS_BYTES - 1);
}

/* Seconds, a fraction and a sign allowed. */
static bool read_seconds(const char *text, int64_t *ns)
{
	char *end;
	double seconds = strtod(text, &end);
	if (end == text || *end != '\0' || !(fabs(seconds) < 366.0 * DAY_SECONDS))
		return false;
	*ns = llround(seconds * 1000) * (CLOCK_SECOND_NS / 1000);
	return true;
}

/* ---- import ----------------------------------------------------------------------------------------------------------- */

struct importing {
	struct store *store;
	struct pipeline *pipeline;
	const char *source, *site, *format, *server, *offset;
	struct zone zone;
	bool has_zone, is_shown;
	int64_t shown_ns;	/* when the progress was shown last */
};

static volatile sig_atomic_t is_interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

/* On a terminal, once a second. */
static bool show_progress(void *ctx, uint64_t done, uint64_t size)
{
	struct importing *im = ctx;
	int64_t now = clock_steady_ns();
	if (im->is_shown && now - im->shown_ns >= CLOCK_SECOND_NS) {
		im->shown_ns = now;
		if (size > 0)
			fprintf(stderr, "\r%llu of %llu MB", (unsigned long long)(done / 1000000), (unsigned long long)(size / 1000000));
		else
			fprintf(stderr, "\r%llu MB", (unsigned long long)(done / 1000000));
	}
	return !is_interrupted;
}

static int set_offset(struct importing *im, const struct store_log_source *source)
{
	char error[ERROR_BYTES];
	int64_t ns = 0;
	if (im->offset == NULL)
		return CMD_OK;
	read_seconds(im->offset, &ns);
	struct store_tx *tx = store_write(im->store);
	store_log_offset_set(tx, source->id, NULL, true, ns);
	return store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
}

static int import_file(struct importing *im, const char *path)
{
	char error[ERROR_BYTES];
	struct store_log_source source;
	struct store_log_tally t;
	const struct store_log_source_new fresh = {
		.name = im->source != NULL ? im->source : cmd_base_name(path), .kind = "file", .site = im->site, .format = im->format,
	};
	if (im->source == NULL && strcmp(path, "-") == 0)
		return cmd_failed("-: say whose log comes in: --source NAME");
	if (log_import_source(im->store, &fresh, &source, error, sizeof error) != 0)
		return cmd_failed("%s", error);
	if (set_offset(im, &source) != CMD_OK)
		return CMD_FAILED;
	struct log_import i = { .pipeline = im->pipeline,
				.store = im->store,
				.source = source.id,
				.format = im->format != NULL ? im->format : source.format[0] != '\0' ? source.format : NULL,
				.server = im->server,
				.fallback = source.name,
				.zone = im->has_zone ? &im->zone : NULL,
				.progress = show_progress,
				.ctx = im };
	int result = log_import_file(&i, path, &t, error, sizeof error);
	if (im->is_shown)
		fputs("\r\033[K", stderr);
	printf("%s: %llu new records, %llu known, %llu of no use here, %llu that cannot be read", path, (unsigned long long)t.records,
	       (unsigned long long)t.duplicates, (unsigned long long)t.others, (unsigned long long)t.rejected);
	if (t.refused > 0)
		printf(", %llu of hosts that %s may not speak for", (unsigned long long)t.refused, source.name);
	puts("");
	return result == 0 ? CMD_OK : cmd_failed("%s", error);
}

static int import_all(struct importing *im, const char *dir, const struct cmd_words *files)
{
	char error[ERROR_BYTES];
	int code = CMD_OK;
	im->store = cmd_open_data(dir);
	if (im->store == NULL)
		return CMD_FAILED;
	im->pipeline = pipeline_new(im->store, error, sizeof error);
	if (im->pipeline == NULL)
		code = cmd_failed("%s", error);
	for (size_t i = 0; im->pipeline != NULL && i < files->n && !is_interrupted; i++)
		if (import_file(im, files->word[i]) != CMD_OK)
			code = CMD_FAILED;
	pipeline_free(im->pipeline);
	store_close(im->store);
	return is_interrupted ? CMD_FAILED : code;
}

int cmd_logs_import(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *zone = NULL;
	struct importing im = { .site = "default", .is_shown = isatty(STDERR_FILENO) };
	const struct cmd_option options[] = {
		{ "--data", &dir, NULL, true },		  { "--source", &im.source, NULL, false }, { "--site", &im.site, NULL, false },
		{ "--format", &im.format, NULL, false }, { "--host", &im.server, NULL, false },   { "--offset", &im.offset, NULL, false },
		{ "--zone", &zone, NULL, false },
	};
	const char *word[FILES_MAX];
	struct cmd_words files = { word, 0, FILES_MAX, 1, FILES_MAX };
	int64_t ns;
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &files);
	if (code != CMD_GO_ON)
		return code;
	if (check_format(im.format) != CMD_OK)
		return CMD_USAGE;
	if (im.offset != NULL && !read_seconds(im.offset, &ns))
		return cmd_misused("--offset %s: how many seconds the log's clock shows more than UTC, for example -14400", im.offset);
	im.has_zone = zone != NULL;
	if (zone != NULL && !zone_find(zone, strlen(zone), &im.zone))
		return cmd_misused("--zone %s: no zone of that name is known; write Europe/Zurich or +01:00", zone);
	signal(SIGINT, on_interrupt);
	return import_all(&im, dir, &files);
}

/* ---- sources ---------------------------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));
	return text != NULL ? text : "-";
}

static long long number_of(const json_t *row, const char *key)
{
	return (long long)json_integer_value(json_object_get(row, key));
}

/* Whoever writes a log chooses the names in it, and this one is made to be copied into a shell. */
static const char *copied(const char *name, const char *otherwise)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-";
	bool is_plain = name[0] != '\0' && name[0] != '-' && name[strspn(name, plain)] == '\0';
	return is_plain ? name : otherwise;
}

static void print_doubts(const char *source, const json_t *clock)
{
	const json_t *suspected = json_object_get(clock, "suspected_seconds");
	if (json_is_number(suspected))
		printf("    %lld logons that the network saw put this clock %+.3f s off; its times name their zone, so they are not "
		       "believed.\n"
		       "    If it is so: ashiato-collector logs offset %s %.3f --host %s --data DIR\n",
		       number_of(clock, "matches"), json_number_value(suspected), copied(source, "SOURCE"), json_number_value(suspected),
		       copied(text_of(clock, "host"), "HOST"));
	if (number_of(clock, "strangers") > 0)
		printf("    %lld logons from ports that it names show something else\n", number_of(clock, "strangers"));
}

static void print_clocks(const char *source, const json_t *clocks)
{
	size_t i;
	json_t *c;
	json_array_foreach(clocks, i, c)
	{
		const json_t *offset = json_object_get(c, "offset_seconds");
		printf("  %-30s %lld records from %s to %s, ", text_of(c, "host"), number_of(c, "records"), text_of(c, "first"),
		       text_of(c, "last"));
		if (json_is_number(offset))
			printf("clock %+.3f s (%s)\n", json_number_value(offset), text_of(c, "offset_by"));
		else
			puts("clock not known yet");
		print_doubts(source, c);
	}
}

static void print_sources(const json_t *rows)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		printf("%s (%s, site %s): %lld records, %lld known, %lld of no use here, %lld that cannot be read; last heard of %s\n",
		       text_of(row, "file"), text_of(row, "kind"), text_of(row, "site"), number_of(row, "records"),
		       number_of(row, "duplicates"), number_of(row, "others"), number_of(row, "skipped"), text_of(row, "last_seen"));
		if (json_is_string(json_object_get(row, "error")))
			printf("  %s\n", text_of(row, "error"));
		const char *hosts = json_string_value(json_object_get(row, "speaks_for"));
		printf("  speaks for %s; %lld records of other hosts refused\n", hosts != NULL ? hosts : "the first host it will name",
		       number_of(row, "refused"));
		print_clocks(text_of(row, "file"), json_object_get(row, "clocks"));
	}
}

int cmd_logs_sources(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	char error[ERROR_BYTES];
	int code = cmd_parse_data(self, argc, argv, &dir, NULL);
	if (code != CMD_GO_ON)
		return code;
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(store);
	json_t *rows = sources_of(tx, &all, NULL);
	code = store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	if (code == CMD_OK)
		print_sources(rows);
	json_decref(rows);
	store_close(store);
	return code;
}

static int add_source(const char *dir, const struct store_log_source_new *fresh)
{
	char error[ERROR_BYTES], token[SOURCE_TOKEN_CHARS + 1];
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	int code = source_add(store, "command line", fresh, token, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	store_close(store);
	if (code == CMD_OK && token[0] != '\0')
		printf("source %s of site %s; its token (shown only now):\n%s\n", fresh->name, fresh->site, token);
	else if (code == CMD_OK)
		printf("source %s of site %s: syslog from %s\n", fresh->name, fresh->site, fresh->address);
	return code;
}

int cmd_logs_add(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	const char *word[1];
	struct store_log_source_new fresh = { .kind = "upload" };
	const struct cmd_option options[] = {
		{ "--address", &fresh.address, NULL, false },
		{ "--data", &dir, NULL, true },
		{ "--format", &fresh.format, NULL, false },
		{ "--hosts", &fresh.hosts, NULL, false },
		{ "--site", &fresh.site, NULL, true },
	};
	struct cmd_words words = { word, 0, 1, 1, 1 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &words);
	if (code != CMD_GO_ON)
		return code;
	if (word[0][0] == '\0' || strlen(word[0]) >= STORE_SOURCE_BYTES)
		return cmd_misused("the name of a source has from 1 to %d bytes", STORE_SOURCE_BYTES - 1);
	if (check_format(fresh.format) != CMD_OK || check_hosts(fresh.hosts) != CMD_OK)
		return CMD_USAGE;
	fresh.name = word[0];
	fresh.kind = fresh.address != NULL ? "syslog" : "upload";
	return add_source(dir, &fresh);
}

/* ---- records ---------------------------------------------------------------------------------------------------------- */

static void print_records(const json_t *rows)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		const json_t *port = json_object_get(row, "source_port");
		printf("%s%s %-17s %-24s %s\\%s from %s", text_of(row, "time"), json_is_true(json_object_get(row, "is_utc")) ? " " : "?",
		       text_of(row, "act"), text_of(row, "host"), text_of(row, "domain"), text_of(row, "account"),
		       text_of(row, "source_address"));
		if (json_is_integer(port))
			printf(":%lld", (long long)json_integer_value(port));
		printf(" %s %s %s\n", text_of(row, "share"), text_of(row, "object"), text_of(row, "service"));
	}
}

int cmd_logs_list(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *limit = "50";
	char error[ERROR_BYTES];
	struct service_query q = { 0 };
	const struct cmd_option options[] = {
		{ "--account", &q.account, NULL, false }, { "--address", &q.address, NULL, false }, { "--data", &dir, NULL, true },
		{ "--host", &q.host, NULL, false },	  { "--limit", &limit, NULL, false },
	};
	struct cmd_words none = { 0 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &none);
	if (code != CMD_GO_ON)
		return code;
	long n = strtol(limit, NULL, 10);
	if (n < 1 || n > SERVICE_LIMIT_MAX)
		return cmd_misused("--limit %s: a number from 1 to %d", limit, SERVICE_LIMIT_MAX);
	q.limit = (unsigned)n;
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	struct service s = { .store = store, .now_ns = clock_now_ns };
	json_t *page = NULL;
	code = service_logs(&s, &q, &page, error) == ANSWER_OK ? CMD_OK : cmd_failed("%s", error);
	if (code == CMD_OK)
		print_records(json_object_get(page, "items"));
	json_decref(page);
	store_close(store);
	return code;
}

/* ---- changing a source ------------------------------------------------------------------------------------------------ */

static int run_change(const char *dir, struct source_change *c)
{
	char error[ERROR_BYTES];
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	struct pipeline *p = pipeline_new(store, error, sizeof error);
	int code = p != NULL && source_change(p, c, error, sizeof error) == 0 ? CMD_OK : cmd_failed("%s", error);
	pipeline_free(p);
	store_close(store);
	return code;
}

int cmd_logs_remove(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	struct source_change c = { .deed = SOURCE_REMOVE, .by = "command line", .now_ns = clock_now_ns() };
	int code = cmd_parse_data(self, argc, argv, &dir, &c.name);
	return code == CMD_GO_ON ? run_change(dir, &c) : code;
}

int cmd_logs_hosts(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *word[2];
	struct source_change c = { .deed = SOURCE_HOSTS, .by = "command line", .now_ns = clock_now_ns() };
	const struct cmd_option options[] = { { "--data", &dir, NULL, true } };
	struct cmd_words words = { word, 0, 2, 2, 2 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &words);
	if (code != CMD_GO_ON)
		return code;
	c.name = word[0];
	c.hosts = word[1];
	if (check_hosts(c.hosts) != CMD_OK)
		return CMD_USAGE;
	return run_change(dir, &c);
}

int cmd_logs_offset(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *word[2];
	struct source_change c = { .deed = SOURCE_CLOCK, .by = "command line", .now_ns = clock_now_ns() };
	const struct cmd_option options[] = { { "--data", &dir, NULL, true }, { "--host", &c.host, NULL, false } };
	struct cmd_words words = { word, 0, 2, 2, 2 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &words);
	if (code != CMD_GO_ON)
		return code;
	c.name = word[0];
	c.is_set = strcmp(word[1], "none") != 0;
	if (c.is_set && !read_seconds(word[1], &c.offset_ns))
		return cmd_misused("%s: how many seconds the clock shows more than UTC, for example -14400; none takes it back", word[1]);
	return run_change(dir, &c);
}

/* ---- native files ----------------------------------------------------------------------------------------------------- */

int cmd_logs_xml(const struct command *self, int argc, char **argv)
{
	char error[ERROR_BYTES];
	const char *word[1];
	struct cmd_words words = { word, 0, 1, 1, 1 };
	int code = cmd_parse(self, argc, argv, NULL, 0, &words);
	if (code != CMD_GO_ON)
		return code;
	log_evtx_bind();
	int result = log_evtx_print(word[0], stdout, error, sizeof error);
	if (fflush(stdout) != 0)
		return cmd_failed("write: %s", strerror(errno));
	return result == 0 ? CMD_OK : cmd_failed("%s: %s", word[0], error);
}
