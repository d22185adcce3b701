#include "tests/lib/logread.h"

#include "proto/base/clock.h"
#include "proto/base/text.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct logread kit;

static void add(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(kit.text + kit.used, sizeof kit.text - kit.used, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < sizeof kit.text - kit.used)
		kit.used += (size_t)n;
}

static void add_text(const char *name, const char *text)
{
	if (text == NULL)
		return;
	cr_assert(text_is_utf8(text, strlen(text)), "%s is not UTF-8", name);
	add(" %s=%.200s", name, text);
}

static void add_number(const char *name, int64_t value, int64_t none)
{
	if (value != none)
		add(" %s=%lld", name, (long long)value);
}

static void add_texts(const struct log_record *r)
{
	add_text("server", r->server);
	add_text("own", r->server_address);
	add_text("channel", r->channel);
	add_text("account", r->account);
	add_text("domain", r->domain);
	add_text("sid", r->sid);
	add_text("source", r->source_address);
	add_text("workstation", r->workstation);
	add_text("process", r->logon_process);
	add_text("package", r->package);
	add_text("share", r->share);
	add_text("object", r->object);
	add_text("service", r->service);
	add_text("path", r->service_path);
	add_text("task", r->task);
	add_text("content", r->task_content);
}

static void on_record(void *ctx, const struct log_record *r)
{
	static const char *const outcomes[] = { "unknown", "success", "failure" };
	char time[CLOCK_TEXT_BYTES];
	(void)ctx;
	clock_text(r->time_ns, time);
	kit.n_records++;
	add("%s %s %s%s%s", log_act_name(r->act), outcomes[r->outcome], time, r->has_zone ? "" : " local", r->is_heartbeat ? " beat" : "");
	add_texts(r);
	add_number("event", r->event_id, 0);
	add_number("record", (int64_t)r->record_id, 0);
	add_number("logon", (int64_t)r->logon_id, 0);
	add_number("port", r->source_port, 0);
	add_number("type", r->logon_type, -1);
	add_number("key", r->key_length, -1);
	add_number("etype", r->etype, -1);
	add_number("status", r->status, 0);
	add_number("line", (int64_t)r->line, 0);
	add("\n");
	cr_assert(text_is_utf8(r->raw, r->raw_bytes), "raw is not UTF-8");
}

static void on_reject(void *ctx, uint64_t line, const char *reason, const char *piece)
{
	(void)ctx;
	kit.n_rejects++;
	cr_assert(text_is_utf8(piece, strlen(piece)));
	add("reject %llu %s\n", (unsigned long long)line, reason);
}

const struct logread *logread_read(const char *format, const char *server, const void *bytes, size_t n, size_t piece)
{
	struct log_options options = { .format = format, .server = server, .reference_ns = INT64_C(1800000000) * CLOCK_SECOND_NS };
	struct log_sink sink = { NULL, on_record, on_reject, NULL };
	memset(&kit, 0, sizeof kit);
	struct log_reader *r = log_reader_new(&options, &sink);
	cr_assert_not_null(r);
	kit.was_fed = true;
	if (piece == 0)
		piece = n > 0 ? n : 1;
	for (size_t at = 0; at < n && kit.was_fed; at += piece)
		kit.was_fed = log_reader_feed(r, (const char *)bytes + at, n - at < piece ? n - at : piece);
	kit.was_ended = log_reader_end(r);
	snprintf(kit.format, sizeof kit.format, "%s", log_reader_format(r) != NULL ? log_reader_format(r) : "");
	snprintf(kit.error, sizeof kit.error, "%s", log_reader_error(r));
	log_reader_free(r);
	return &kit;
}

const struct logread *logread_read_text(const char *text)
{
	return logread_read(NULL, "FS1", text, strlen(text), 0);
}

char *logread_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	char *bytes = NULL;
	FILE *into = open_memstream(&bytes, n);
	char piece[4096];
	for (size_t got; (got = fread(piece, 1, sizeof piece, f)) > 0;)
		fwrite(piece, 1, got, into);
	fclose(into);
	fclose(f);
	return bytes;
}
