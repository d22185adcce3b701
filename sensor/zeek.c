#include "sensor/zeek.h"

#include "proto/base/clock.h"
#include "sensor/zeek_logs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PATH_BYTES = 4096, LOGS_MAX = 16 };

struct zeek {
	char dir[PATH_BYTES];
	enum zeek_form form;
	FILE *files[LOGS_MAX];	/* by index in zeek_logs; NULL: no row yet */
	int64_t last_ns;	/* time of the last event */
	char error[PATH_BYTES + 64];	/* the first that happened */
	struct zeek_memory memory;
};

static void fail(struct zeek *z, const char *path)
{
	if (z->error[0] == '\0')
		snprintf(z->error, sizeof(z->error), "write %s/%s.log: %s", z->dir, path, strerror(errno));
}

/* ---- tab-separated ---- */

/* "2014-01-01-00-00-00", UTC */
static void put_moment(FILE *f, const char *what, int64_t ns)
{
	time_t seconds = ns / CLOCK_SECOND_NS;
	struct tm parts;
	char text[32];

	gmtime_r(&seconds, &parts);
	strftime(text, sizeof(text), "%Y-%m-%d-%H-%M-%S", &parts);
	fprintf(f, "#%s\t%s\n", what, text);
}

static void put_head(FILE *f, const struct zeek_log *log, int64_t ns)
{
	fputs("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n", f);
	fprintf(f, "#path\t%s\n", log->path);
	put_moment(f, "open", ns);
	fputs("#fields", f);
	for (size_t i = 0; i < log->n_fields; i++)
		fprintf(f, "\t%s", log->fields[i].name);
	fputs("\n#types", f);
	for (size_t i = 0; i < log->n_fields; i++)
		fprintf(f, "\t%s", log->fields[i].type);
	putc('\n', f);
}

/* Whole seconds and six digits, as the C library would round a double's. */
static void put_seconds(FILE *f, int64_t ns)
{
	int64_t us = (ns + (ns < 0 ? -500 : 500)) / 1000;

	fprintf(f, "%s%lld.%06lld", us < 0 ? "-" : "", (long long)llabs(us / 1000000), (long long)llabs(us % 1000000));
}

/* What would be taken for a separator, the end of the line or the mark of an unset field is written as \x and two digits. */
static void put_text(FILE *f, const char *text)
{
	if (text[0] == '\0')
		fputs("(empty)", f);
	if (strcmp(text, "-") == 0) {
		fputs("\\x2d", f);
		return;
	}
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			fprintf(f, "\\x%02x", (unsigned char)*text);
		else if (*text == '\\')
			fputs("\\\\", f);
		else
			putc(*text, f);
	}
}

static void put_value(FILE *f, const struct zeek_value *value)
{
	switch (value->kind) {
	case ZEEK_UNSET:
		putc('-', f);
		break;
	case ZEEK_TEXT:
		put_text(f, value->text);
		break;
	case ZEEK_NUMBER:
		fprintf(f, "%llu", (unsigned long long)value->number);
		break;
	case ZEEK_SECONDS:
		put_seconds(f, value->ns);
		break;
	case ZEEK_BOOL:
		putc(value->number != 0 ? 'T' : 'F', f);
		break;
	}
}

static void put_row(FILE *f, const struct zeek_log *log, const struct zeek_source *source)
{
	for (size_t i = 0; i < log->n_fields; i++) {
		struct zeek_value value = { .kind = ZEEK_UNSET };

		log->fields[i].get(source, &value);
		if (i > 0)
			putc('\t', f);
		put_value(f, &value);
	}
	putc('\n', f);
}

/* ---- JSON ---- */

/* RFC 8259 7; the text is UTF-8 already. */
static void put_json_text(FILE *f, const char *text)
{
	putc('"', f);
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ')
			fprintf(f, "\\u%04x", (unsigned char)*text);
		else if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else
			putc(*text, f);
	}
	putc('"', f);
}

static void put_json_value(FILE *f, const struct zeek_value *value)
{
	if (value->kind == ZEEK_TEXT)
		put_json_text(f, value->text);
	else if (value->kind == ZEEK_BOOL)
		fputs(value->number != 0 ? "true" : "false", f);
	else
		put_value(f, value);
}

/* Unset fields are left out. */
static void put_json_row(FILE *f, const struct zeek_log *log, const struct zeek_source *source)
{
	const char *before = "{";

	for (size_t i = 0; i < log->n_fields; i++) {
		struct zeek_value value = { .kind = ZEEK_UNSET };

		log->fields[i].get(source, &value);
		if (value.kind == ZEEK_UNSET)
			continue;
		fprintf(f, "%s\"%s\":", before, log->fields[i].name);
		put_json_value(f, &value);
		before = ",";
	}
	fputs("}\n", f);
}

/* ---- the files ---- */

struct zeek *zeek_open(const char *dir, enum zeek_form form, char *error, size_t error_cap)
{
	struct zeek *z = calloc(1, sizeof(*z));

	if (z == NULL || n_zeek_logs > LOGS_MAX) {
		snprintf(error, error_cap, "out of memory");
		free(z);
		return NULL;
	}
	z->form = form;
	snprintf(z->dir, sizeof(z->dir), "%s", dir);
	if (mkdir(dir, 0755) == 0 || errno == EEXIST)
		return z;
	snprintf(error, error_cap, "open folder %s: %s; name another with --out", dir, strerror(errno));
	free(z);
	return NULL;
}

/* The file of log ${i}, begun with its first row; NULL, remembered as a failure, when it cannot be made. */
static FILE *file_of(struct zeek *z, size_t i)
{
	char path[PATH_BYTES + 32];

	if (z->files[i] != NULL)
		return z->files[i];
	snprintf(path, sizeof(path), "%s/%s.log", z->dir, zeek_logs[i].path);
	z->files[i] = fopen(path, "we");
	if (z->files[i] == NULL)
		fail(z, zeek_logs[i].path);
	else if (z->form == ZEEK_TSV)
		put_head(z->files[i], &zeek_logs[i], z->last_ns);
	return z->files[i];
}

void zeek_event(void *zeek, const Ev__Event *event)
{
	struct zeek *z = zeek;
	struct zeek_source source;

	z->last_ns = event->time;
	if (event->client == NULL || event->server == NULL || event->community_id == NULL || z->error[0] != '\0')
		return;
	source = zeek_source_of(&z->memory, event);
	for (size_t i = 0; i < n_zeek_logs; i++) {
		FILE *f = zeek_logs[i].takes(event) ? file_of(z, i) : NULL;

		if (f != NULL)
			(z->form == ZEEK_TSV ? put_row : put_json_row)(f, &zeek_logs[i], &source);
	}
}

int zeek_close(struct zeek *z, char *error, size_t error_cap)
{
	int status;

	for (size_t i = 0; i < n_zeek_logs; i++) {
		FILE *f = z->files[i];

		if (f == NULL)
			continue;
		if (z->form == ZEEK_TSV)
			put_moment(f, "close", z->last_ns);
		if ((ferror(f) | fclose(f)) != 0)
			fail(z, zeek_logs[i].path);
	}
	status = z->error[0] != '\0' ? -1 : 0;
	snprintf(error, error_cap, "%.*s", (int)error_cap - 1, z->error);
	free(z);
	return status;
}
