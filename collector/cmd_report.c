/*
 * report: what REST offers to download, written to a file.
 */
#include "collector/cmd.h"

#include "collector/service_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool write_file(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) == n;
}

static int write_report(struct store *store, const char *what, const char *format, FILE *file)
{
	char error[SERVICE_ERROR_BYTES];
	struct pipeline *pipeline = pipeline_new(store, error, sizeof error);
	struct service *service = pipeline != NULL ? service_new(store, pipeline, error, sizeof error) : NULL;
	const struct service_report_of of = { .what = what, .format = format, .query = &(struct service_query){ 0 } };
	int code = CMD_OK;
	if (service == NULL || service_report(service, &of, write_file, file, error) != ANSWER_OK)
		code = cmd_misused("%s", error);
	service_free(service);
	pipeline_free(pipeline);
	return code;
}

/* Into ${path}, or standard output if it is NULL. */
static int report_to(struct store *store, const char *what, const char *format, const char *path)
{
	FILE *file = path != NULL ? fopen(path, "we") : stdout;
	if (file == NULL)
		return cmd_failed("open %s: %s", path, strerror(errno));
	int code = write_report(store, what, format, file);
	bool is_written = fflush(file) == 0 && !ferror(file);
	if (path != NULL)
		is_written = fclose(file) == 0 && is_written;
	if (code == CMD_OK && !is_written)
		return cmd_failed("write %s: %s", path != NULL ? path : "standard output", strerror(errno));
	return code;
}

int cmd_report(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL, *format = "csv", *path = NULL;
	const struct cmd_option options[] = {
		{ "--data", &dir, NULL, true },
		{ "--format", &format, NULL, false },
		{ "--out", &path, NULL, false },
	};
	const char *word[1];
	struct cmd_words what = { word, 0, 1, 1, 1 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &what);
	if (code != CMD_GO_ON)
		return code;
	if (strcmp(word[0], "incidents") != 0 && strcmp(word[0], "accesses") != 0)
		return cmd_misused("report %s: only incidents and accesses are there", word[0]);
	if (strcmp(format, "csv") != 0 && strcmp(format, "html") != 0 && strcmp(format, "json") != 0)
		return cmd_misused("--format %s: only csv, html and json are there", format);
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	code = report_to(store, word[0], format, path);
	store_close(store);
	return code;
}
