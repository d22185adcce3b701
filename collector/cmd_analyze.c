/*
 * analyze: stored captures through the real sensor and the real pipeline, on a
 * store that ends with the program.
 */
#include "collector/cmd.h"

#include "collector/entry.h"
#include "collector/log_import.h"
#include "collector/replay.h"
#include "collector/report/document.h"
#include "collector/report/report.h"
#include "collector/sources.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPTURES_MAX = 1024, ERROR_BYTES = 256 };

#define SITE "default"

struct analysis {
	struct store *store;
	struct pipeline *pipeline;
	const struct rules *rules;
	struct coverage coverage;
	bool some_unread;	/* an input could not be read, or broke off otherwise than by being cut */
};

/* ---- the whitelist ---------------------------------------------------------------------------------------------------- */

static int store_entries(struct analysis *a, const char *path, const json_t *entries)
{
	char error[ERROR_BYTES];
	struct store_tx *tx = store_write(a->store);
	for (size_t i = 0; i < json_array_size(entries); i++) {
		struct baseline_entry e;
		if (entry_of_json(a->rules, json_array_get(entries, i), &e, error, sizeof error)) {
			e.reason = e.reason != NULL ? e.reason : path;
			store_baseline_add(tx, &e, clock_now_ns());
		}
	}
	return store_commit(tx, error, sizeof error) == 0 ? CMD_OK : cmd_misused("%s", error);
}

static int load_baseline(struct analysis *a, const char *path)
{
	char error[ERROR_BYTES];
	json_t *document = cmd_read_json(path);
	if (document == NULL)
		return CMD_USAGE;
	const json_t *entries = entry_document(a->rules, document, error, sizeof error);
	int code = entries != NULL ? store_entries(a, path, entries) : cmd_misused("%s: %s", path, error);
	json_decref(document);
	return code;
}

/* ---- captures --------------------------------------------------------------------------------------------------------- */

/* Every capture is a sensor of its own, so that numbers of events cannot meet. */
static int enrol(struct analysis *a, const char *capture, struct enrolled *who)
{
	char error[ERROR_BYTES];
	struct store_tx *tx = store_write(a->store);
	store_sensor_add(tx, capture, SITE, capture, clock_now_ns());
	store_sensor_of_key(tx, capture, who);
	if (store_commit(tx, error, sizeof error) == 0)
		return CMD_OK;
	return cmd_misused("%s: is it given twice? %s", capture, error);
}

static int analyze_capture(struct analysis *a, const char *capture)
{
	struct enrolled who;
	char error[ERROR_BYTES];
	const uint64_t n_before = a->coverage.packets;
	if (enrol(a, capture, &who) != CMD_OK)
		return CMD_USAGE;
	int result = replay(a->pipeline, &who, capture, &a->coverage, error, sizeof error);
	const bool is_empty = a->coverage.packets == n_before;
	if (result != 0 && error[0] != '\0')
		cmd_failed("%s", error);
	else if (result == 0 && is_empty)
		cmd_failed("%s: there is no packet in it", capture);
	a->some_unread |= result != 0 || is_empty;
	return CMD_OK;
}

/* ---- server logs ------------------------------------------------------------------------------------------------------ */

/* The file is one source; its hosts belong to the captures' site. What names no host is of one called like the file, as logs import
 * takes it too. */
static int analyze_log(struct analysis *a, const char *path)
{
	char error[ERROR_BYTES];
	const struct store_log_source_new fresh = { .name = path, .kind = "file", .site = SITE };
	struct store_log_source source;
	struct store_log_tally t = { 0 };
	if (log_import_source(a->store, &fresh, &source, error, sizeof error) != 0)
		return cmd_misused("%s", error);
	struct log_import import = { .pipeline = a->pipeline, .store = a->store, .source = source.id, .fallback = cmd_base_name(path) };
	int result = log_import_file(&import, path, &t, error, sizeof error);
	bool is_empty = t.records + t.others + t.duplicates == 0;
	if (result != 0)
		cmd_failed("%s", error);
	else if (is_empty)
		cmd_failed("%s: there is no record in it that could be read", path);
	a->some_unread |= result != 0 || is_empty;
	return CMD_OK;
}

/* ---- what was found --------------------------------------------------------------------------------------------------- */

static bool write_stdout(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	return fwrite(bytes, 1, n, stdout) == n;
}

static int print_findings(struct analysis *a, report_fn print)
{
	char error[ERROR_BYTES];
	static const struct store_filter open = { .state = "open", .limit = -1 }, all = { .limit = -1 };
	struct store_tx *tx = store_read(a->store);
	json_t *document = document_of(tx, a->rules, &open);
	json_object_set_new(document, "sources", sources_of(tx, &all, NULL));
	if (store_commit(tx, error, sizeof error) != 0)
		return cmd_misused("%s", error);
	document_add_coverage(document, &a->coverage);
	struct report_out out = { .write = write_stdout };
	print(&out, document, REPORT_ALL);
	bool found = json_array_size(json_object_get(document, "incidents")) > 0;
	json_decref(document);
	if (out.failed || fflush(stdout) != 0)
		return cmd_misused("the report could not be written to standard output");
	if (a->some_unread)
		return CMD_USAGE;
	return found ? CMD_FAILED : CMD_OK;
}

/* What the command line names. */
struct inputs {
	struct cmd_words captures, logs;
	const char *baseline;
};

static int analyze(struct analysis *a, const struct inputs *in, report_fn print)
{
	char error[ERROR_BYTES];
	a->store = store_open(":memory:", error, sizeof error);
	if (a->store != NULL)
		a->pipeline = pipeline_new(a->store, error, sizeof error);
	if (a->pipeline == NULL)
		return cmd_misused("%s", error);
	a->rules = pipeline_rules(a->pipeline);
	if (in->baseline != NULL && load_baseline(a, in->baseline) != CMD_OK)
		return CMD_USAGE;
	for (size_t i = 0; i < in->captures.n; i++)
		if (analyze_capture(a, in->captures.word[i]) != CMD_OK)
			return CMD_USAGE;
	for (size_t i = 0; i < in->logs.n; i++)
		if (analyze_log(a, in->logs.word[i]) != CMD_OK)
			return CMD_USAGE;
	return print_findings(a, print);
}

int cmd_analyze(const struct command *self, int argc, char **argv)
{
	const char *format = "text", *last_log = NULL, *capture[CAPTURES_MAX], *log[CAPTURES_MAX];
	struct inputs in = { { capture, 0, CAPTURES_MAX, 1, CAPTURES_MAX }, { log, 0, CAPTURES_MAX, 0, CAPTURES_MAX }, NULL };
	const struct cmd_option options[] = {
		{ "--format", &format, NULL, false },
		{ "--baseline", &in.baseline, NULL, false },
		{ "--logs", &last_log, &in.logs, false },
	};
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &in.captures);
	if (code != CMD_GO_ON)
		return code;
	report_fn print = report_format(format);
	if (print == NULL)
		return cmd_misused("--format %s: only text, json, html and csv are there", format);
	struct analysis a = { 0 };
	code = analyze(&a, &in, print);
	pipeline_free(a.pipeline);
	store_close(a.store);
	return code;
}
