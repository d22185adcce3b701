/*
 * baseline add, list, remove, import, export: the whitelist from the command
 * line. Verdicts are judged again at once; a collector that runs on the same
 * folder takes the change up with its next batch.
 */
#include "collector/cmd_service.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What people wrote cannot speak to the terminal. */
static const char *shown(const char *text)
{
	static char escaped[2048];
	return log_escape(text, escaped, sizeof escaped);
}

/* The acts of the same people that ${entry} does not cover: whoever meant them too must name them. */
static void print_left_over(struct service *s, const json_t *entry)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *preview = NULL;
	if (service_baseline_preview(s, entry, &preview, error) != ANSWER_OK)
		return;
	const json_t *acts = json_object_get(preview, "left_over");
	for (size_t i = 0; i < json_array_size(acts); i++) {
		const json_t *act = json_array_get(acts, i);
		fprintf(stderr, "left over: %s, in %lld accesses; name it among the actions if it is the same work\n",
			shown(json_string_value(json_object_get(act, "act"))),
			(long long)json_integer_value(json_object_get(act, "accesses")));
	}
	json_decref(preview);
}

static int add_entry(const char *dir, const json_t *entry)
{
	struct cmd_service b;
	char error[SERVICE_ERROR_BYTES];
	json_t *stored = NULL;
	int code = cmd_service_open(&b, dir);
	if (code == CMD_OK)
		code = cmd_service_code(service_baseline_add(b.service, &cmd_service_user, entry, &stored, error), error);
	const char *warning = json_string_value(json_object_get(stored, "warning"));
	if (warning != NULL)
		fprintf(stderr, "warning: %s\n", warning);
	if (code == CMD_OK)
		printf("entry %lld explains %lld accesses\n", (long long)json_integer_value(json_object_get(stored, "id")),
		       (long long)json_integer_value(json_object_get(stored, "hits")));
	if (code == CMD_OK)
		print_left_over(b.service, entry);
	json_decref(stored);
	cmd_service_close(&b);
	return code;
}

int cmd_baseline_add(const struct command *self, int argc, char **argv)
{
	static const char *const keys[] = { "source", "account", "destination", "sha256", "when", "valid_from", "valid_until", "reason",
					    "site", "reference" };
	const char *dir = NULL, *actions = NULL, *force = NULL;
	const char *values[sizeof keys / sizeof *keys] = { NULL };
	const struct cmd_option options[] = {
		{ "--source", &values[0], NULL, false },     { "--account", &values[1], NULL, false },
		{ "--destination", &values[2], NULL, false }, { "--sha256", &values[3], NULL, false },
		{ "--when", &values[4], NULL, false },	      { "--valid-from", &values[5], NULL, false },
		{ "--valid-until", &values[6], NULL, false }, { "--reason", &values[7], NULL, true },
		{ "--site", &values[8], NULL, false },	      { "--reference", &values[9], NULL, false },
		{ "--actions", &actions, NULL, false },	      { "--data", &dir, NULL, true },
		{ "--force", &force, NULL, CMD_FLAG },
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
	json_object_set_new(entry, "force", json_boolean(force != NULL));
	code = add_entry(dir, entry);
	json_decref(entry);
	return code;
}

/* ---- import ----------------------------------------------------------------------------------------------------------- */

enum { IMPORT_MAX_BYTES = 16 << 20 };

static void print_rows(const json_t *rows, const char *prefix)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *r = json_array_get(rows, i);
		fprintf(stderr, "row %lld: %s%s\n", (long long)json_integer_value(json_object_get(r, "row")), prefix,
			shown(json_string_value(json_object_get(r, "reason"))));
	}
}

static void print_import(const json_t *done)
{
	print_rows(json_object_get(done, "rejects"), "");
	print_rows(json_object_get(done, "warnings"), "warning: ");
	printf("%s %lld entries, %lld were known, %lld rows rejected\n",
	       json_is_true(json_object_get(done, "dry_run")) ? "would import" : "imported",
	       (long long)json_integer_value(json_object_get(done, "added")), (long long)json_integer_value(json_object_get(done, "known")),
	       (long long)json_integer_value(json_object_get(done, "rejected")));
}

static int import_request(const char *dir, const char *path, const json_t *request)
{
	struct cmd_service b;
	char error[SERVICE_ERROR_BYTES];
	json_t *done = NULL;
	int code = cmd_service_open(&b, dir);
	if (code == CMD_OK) {
		enum answer answer = service_baseline_import(b.service, &cmd_service_user, request, &done, error);
		code = answer == ANSWER_BAD_REQUEST ? cmd_misused("%s: %s", path, error) : cmd_service_code(answer, error);
	}
	if (code == CMD_OK)
		print_import(done);
	if (code == CMD_OK && json_integer_value(json_object_get(done, "rejected")) > 0)
		code = CMD_FAILED;
	json_decref(done);
	cmd_service_close(&b);
	return code;
}

/* The file's text; NULL, with everything said. The caller frees it. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(IMPORT_MAX_BYTES + 1);
	size_t n = file != NULL && text != NULL ? fread(text, 1, IMPORT_MAX_BYTES + 1, file) : 0;
	bool ok = file != NULL && text != NULL && !ferror(file) && n <= IMPORT_MAX_BYTES;
	if (!ok)
		cmd_misused("%s: %s", path, n > IMPORT_MAX_BYTES ? "is larger than 16 MiB" : strerror(errno));
	else
		text[n] = '\0';
	if (file != NULL)
		fclose(file);
	if (ok)
		return text;
	free(text);
	return NULL;
}

/* What the file is shows its first character. NULL, with everything said. */
static json_t *request_of_file(const char *path)
{
	char *text = read_text(path);
	if (text == NULL)
		return NULL;
	bool is_json = text[strspn(text, " \t\r\n")] == '{';
	json_t *request = is_json ? cmd_read_json(path) : json_pack("{s:s}", "csv", text);
	if (!is_json && request == NULL)
		cmd_misused("%s: is neither JSON nor a table in UTF-8", path);
	if (is_json && request != NULL && json_object_size(request) != 1) {
		cmd_misused("%s: a whitelist is one JSON object {\"entries\":[…]}", path);
		json_decref(request);
		request = NULL;
	}
	free(text);
	return request;
}

int cmd_baseline_import(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *file = NULL, *map = NULL, *zone = NULL, *reason = NULL, *planned = NULL, *dry_run = NULL,
		   *force = NULL;
	const struct cmd_option options[] = {
		{ "--data", &dir, NULL, true },	      { "--map", &map, NULL, false },	      { "--zone", &zone, NULL, false },
		{ "--reason", &reason, NULL, false }, { "--planned", &planned, NULL, CMD_FLAG },
		{ "--dry-run", &dry_run, NULL, CMD_FLAG }, { "--force", &force, NULL, CMD_FLAG },
	};
	struct cmd_words words = { .word = &file, .cap = 1, .min = 1, .max = 1 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &words);
	if (code != CMD_GO_ON)
		return code;
	json_t *request = request_of_file(file);
	if (request == NULL)
		return CMD_USAGE;
	const struct {
		const char *key, *value;
	} texts[] = { { "map", map }, { "zone", zone }, { "reason", reason != NULL ? reason : file } };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].value != NULL)
			json_object_set_new(request, texts[i].key, json_string(texts[i].value));
	json_object_set_new(request, "planned", json_boolean(planned != NULL));
	json_object_set_new(request, "dry_run", json_boolean(dry_run != NULL));
	json_object_set_new(request, "force", json_boolean(force != NULL));
	code = import_request(dir, file, request);
	json_decref(request);
	return code;
}

/* ---- list, export, remove --------------------------------------------------------------------------------------------- */

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

static bool write_stdout(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	return fwrite(bytes, 1, n, stdout) == n;
}

int cmd_baseline_list(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	struct cmd_service b;
	char error[SERVICE_ERROR_BYTES];
	json_t *list = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, NULL);
	if (code != CMD_GO_ON)
		return code;
	code = cmd_service_open(&b, dir);
	if (code == CMD_OK)
		code = cmd_service_code(service_baseline_all(b.service, &list, error), error);
	if (code == CMD_OK)
		print_list(json_object_get(list, "items"));
	json_decref(list);
	cmd_service_close(&b);
	return code;
}

int cmd_baseline_export(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *format = "json";
	const struct cmd_option options[] = { { "--data", &dir, NULL, true }, { "--format", &format, NULL, false } };
	const struct service_query all = { 0 };
	struct cmd_words none = { 0 };
	struct cmd_service b;
	char error[SERVICE_ERROR_BYTES];
	int code = cmd_parse(self, argc, argv, options, 2, &none);
	if (code != CMD_GO_ON)
		return code;
	if (strcmp(format, "json") != 0 && strcmp(format, "csv") != 0)
		return cmd_misused("baseline export: the format is json or csv");
	const struct service_report_of whole = { "baseline", format, &all };
	code = cmd_service_open(&b, dir);
	if (code == CMD_OK)
		code = cmd_service_code(service_report(b.service, &whole, write_stdout, NULL, error), error);
	cmd_service_close(&b);
	return code;
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
	struct cmd_service b;
	char error[SERVICE_ERROR_BYTES];
	code = cmd_service_open(&b, dir);
	if (code == CMD_OK)
		code = cmd_service_code(service_baseline_remove(b.service, &cmd_service_user, number, error), error);
	cmd_service_close(&b);
	return code;
}
