/*
 * baseline add, list, remove, import, export: the whitelist from the command
 * line. Verdicts are judged again at once; a collector that runs on the same
 * folder takes the change up with its next batch.
 */
#include "collector/cmd.h"

#include "collector/entry.h"
#include "collector/service_parts.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static const struct service_session command_line = { .user = "command line" };

/* A service on the data of ${dir}, for one command. */
struct bench {
	struct store *store;
	struct pipeline *pipeline;
	struct service *service;
};

static int bench_open(struct bench *b, const char *dir)
{
	char error[SERVICE_ERROR_BYTES];
	*b = (struct bench){ .store = cmd_open_data(dir) };
	if (b->store == NULL)
		return CMD_FAILED;
	b->pipeline = pipeline_new(b->store, error, sizeof error);
	if (b->pipeline != NULL)
		b->service = service_new(b->store, b->pipeline, error, sizeof error);
	return b->service != NULL ? CMD_OK : cmd_failed("%s", error);
}

static void bench_close(struct bench *b)
{
	service_free(b->service);
	pipeline_free(b->pipeline);
	store_close(b->store);
}

static int code_of(enum answer answer, const char *error)
{
	if (answer == ANSWER_OK)
		return CMD_OK;
	return answer == ANSWER_BAD_REQUEST ? cmd_misused("%s", error) : cmd_failed("%s", error);
}

/* ---- add -------------------------------------------------------------------------------------------------------------- */

/* "a,b" as a JSON list. */
static json_t *list_of(const char *text)
{
	json_t *list = json_array();
	while (*text != '\0') {
		size_t n = strcspn(text, ",");
		json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] == ',');
	}
	return list;
}

static int add_entry(const char *dir, json_t *entry)
{
	struct bench b;
	char error[SERVICE_ERROR_BYTES];
	json_t *stored = NULL;
	int code = bench_open(&b, dir);
	if (code == CMD_OK)
		code = code_of(service_baseline_add(b.service, &command_line, entry, &stored, error), error);
	if (code == CMD_OK)
		printf("entry %lld explains %lld accesses\n", (long long)json_integer_value(json_object_get(stored, "id")),
		       (long long)json_integer_value(json_object_get(stored, "hits")));
	json_decref(stored);
	bench_close(&b);
	return code;
}

int cmd_baseline_add(const struct command *self, int argc, char **argv)
{
	static const char *const keys[] = { "source", "account", "destination", "sha256", "when", "valid_from", "valid_until", "reason",
					    "site", "reference" };
	const char *dir = NULL, *actions = NULL;
	const char *values[sizeof keys / sizeof *keys] = { NULL };
	const struct cmd_option options[] = {
		{ "--source", &values[0], NULL, false },     { "--account", &values[1], NULL, false },
		{ "--destination", &values[2], NULL, false }, { "--sha256", &values[3], NULL, false },
		{ "--when", &values[4], NULL, false },	      { "--valid-from", &values[5], NULL, false },
		{ "--valid-until", &values[6], NULL, false }, { "--reason", &values[7], NULL, true },
		{ "--site", &values[8], NULL, false },	      { "--reference", &values[9], NULL, false },
		{ "--actions", &actions, NULL, false },	      { "--data", &dir, NULL, true },
	};
	struct cmd_words none = { 0 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &none);
	if (code != CMD_GO_ON)
		return code;
	json_t *entry = json_object();
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (values[i] != NULL)
			json_object_set_new(entry, keys[i], json_string(values[i]));
	if (actions != NULL)
		json_object_set_new(entry, "actions", list_of(actions));
	code = add_entry(dir, entry);
	json_decref(entry);
	return code;
}

/* ---- import ----------------------------------------------------------------------------------------------------------- */

struct import {
	const struct rules *rules;
	const char *path;
	const json_t *entries;
};

/* All in one transaction: they were proven before. */
static void import_all(void *ctx, struct store_tx *tx)
{
	struct import *import = ctx;
	char error[SERVICE_ERROR_BYTES];
	int64_t now = clock_now_ns();
	for (size_t i = 0; i < json_array_size(import->entries); i++) {
		struct baseline_entry e;
		if (!entry_of_json(import->rules, json_array_get(import->entries, i), &e, error, sizeof error))
			store_tx_fail(tx, "%s", error);
		else {
			e.author = e.author != NULL ? e.author : command_line.user;
			e.reason = e.reason != NULL ? e.reason : import->path;
			store_baseline_add(tx, &e, now);
		}
	}
	store_audit(tx, command_line.user, "baseline.import", import->path, NULL, now);
}

static int import_document(struct bench *b, const char *path, const json_t *document)
{
	char error[SERVICE_ERROR_BYTES];
	struct import import = { pipeline_rules(b->pipeline), path, NULL };
	import.entries = entry_document(import.rules, document, error, sizeof error);
	if (import.entries == NULL)
		return cmd_misused("%s: %s", path, error);
	if (pipeline_change(b->pipeline, import_all, &import, error, sizeof error) != 0)
		return cmd_failed("%s", error);
	printf("imported %zu entries\n", json_array_size(import.entries));
	return CMD_OK;
}

int cmd_baseline_import(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *file = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, &file);
	if (code != CMD_GO_ON)
		return code;
	json_t *document = cmd_read_json(file);
	if (document == NULL)
		return CMD_USAGE;
	struct bench b;
	code = bench_open(&b, dir);
	if (code == CMD_OK)
		code = import_document(&b, file, document);
	bench_close(&b);
	json_decref(document);
	return code;
}

/* ---- list, export, remove --------------------------------------------------------------------------------------------- */

/* What people wrote cannot speak to the terminal. */
static const char *shown(const char *text)
{
	static char escaped[2048];
	return log_escape(text, escaped, sizeof escaped);
}

static void print_entry(const json_t *entry)
{
	static const char *const keys[] = { "site", "source", "account", "destination", "sha256", "when", "valid_from", "valid_until",
					    "reference" };
	printf("%4lld  hits %-6lld", (long long)json_integer_value(json_object_get(entry, "id")),
	       (long long)json_integer_value(json_object_get(entry, "hits")));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *value = json_string_value(json_object_get(entry, keys[i]));
		if (value != NULL)
			printf(" %s=%s", keys[i], shown(value));
	}
	const json_t *actions = json_object_get(entry, "actions");
	for (size_t i = 0; i < json_array_size(actions); i++)
		printf("%s%s", i == 0 ? " actions=" : ",", shown(json_string_value(json_array_get(actions, i))));
	printf("  %s%s\n", shown(json_string_value(json_object_get(entry, "reason"))),
	       json_is_true(json_object_get(entry, "expired")) ? "  (expired)" : "");
}

static void print_list(const json_t *entries)
{
	for (size_t i = 0; i < json_array_size(entries); i++)
		print_entry(json_array_get(entries, i));
}

static void print_export(const json_t *entries)
{
	json_t *out = json_array();
	for (size_t i = json_array_size(entries); i-- > 0;)	/* the list is newest first */
		json_array_append_new(out, entry_bare(json_array_get(entries, i)));
	json_t *document = json_pack("{s:o}", "entries", out);
	json_dumpf(document, stdout, JSON_INDENT(1));
	puts("");
	json_decref(document);
}

static int show(const struct command *self, int argc, char **argv, void (*print)(const json_t *entries))
{
	const char *dir = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, NULL);
	if (code != CMD_GO_ON)
		return code;
	struct bench b;
	char error[SERVICE_ERROR_BYTES];
	json_t *list = NULL;
	code = bench_open(&b, dir);
	if (code == CMD_OK)
		code = code_of(service_baseline(b.service, &list, error), error);
	if (code == CMD_OK)
		print(json_object_get(list, "items"));
	json_decref(list);
	bench_close(&b);
	return code;
}

int cmd_baseline_list(const struct command *self, int argc, char **argv)
{
	return show(self, argc, argv, print_list);
}

int cmd_baseline_export(const struct command *self, int argc, char **argv)
{
	return show(self, argc, argv, print_export);
}

int cmd_baseline_remove(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *id = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, &id);
	if (code != CMD_GO_ON)
		return code;
	char *end;
	long long number = strtoll(id, &end, 10);
	if (*end != '\0' || number <= 0)
		return cmd_misused("baseline remove %s: the ID is the number that baseline list shows", id);
	struct bench b;
	char error[SERVICE_ERROR_BYTES];
	code = bench_open(&b, dir);
	if (code == CMD_OK)
		code = code_of(service_baseline_remove(b.service, &command_line, number, error), error);
	bench_close(&b);
	return code;
}
