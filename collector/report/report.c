#include "collector/report/report.h"

#include <stdio.h>
#include <string.h>

void report_bytes(struct report_out *out, const char *bytes, size_t n)
{
	if (!out->failed && !out->write(out->ctx, bytes, n))
		out->failed = true;
}

void report_text_of(struct report_out *out, const char *text)
{
	report_bytes(out, text, strlen(text));
}

report_fn report_format(const char *name)
{
	static const struct {
		const char *name;
		report_fn print;
	} formats[] = { { "csv", report_csv }, { "html", report_html }, { "json", report_json }, { "text", report_text } };
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].print;
	return NULL;
}

const struct report_stream *report_stream(const char *name)
{
	if (strcmp(name, "csv") == 0)
		return &report_csv_stream;
	return strcmp(name, "html") == 0 ? &report_html_stream : NULL;
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------- */

static int dump(const char *bytes, size_t n, void *ctx)
{
	struct report_out *out = ctx;
	report_bytes(out, bytes, n);
	return out->failed ? -1 : 0;
}

void report_json(struct report_out *out, const json_t *document, enum report_part parts)
{
	(void)parts;
	if (json_dump_callback(document, dump, out, JSON_INDENT(1)) != 0)
		out->failed = true;
	report_text_of(out, "\n");
}

/* ---- values as text --------------------------------------------------------------------------------------------------- */

static void put_scalar(struct report_out *out, report_put_fn put, const json_t *value)
{
	char number[24];
	if (json_is_string(value)) {
		put(out, json_string_value(value));
	} else if (json_is_boolean(value)) {
		put(out, json_is_true(value) ? "yes" : "no");
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
		put(out, number);
	}
}

static void put_list(struct report_out *out, report_put_fn put, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			put(out, ", ");
		put_scalar(out, put, json_array_get(list, i));
	}
}

static void put_value(struct report_out *out, report_put_fn put, const json_t *value)
{
	if (json_is_array(value))
		put_list(out, put, value);
	else
		put_scalar(out, put, value);
}

void report_value(struct report_out *out, report_put_fn put, const json_t *row, const char *key)
{
	put_value(out, put, json_object_get(row, key));
}

void report_detail(struct report_out *out, report_put_fn put, const json_t *step)
{
	const char *separator = "";
	const char *key;
	json_t *value;
	json_object_foreach(json_object_get(step, "detail"), key, value)
	{
		if (json_is_null(value))
			continue;
		put(out, separator);
		put(out, key);
		put(out, " ");
		put_value(out, put, value);
		separator = ", ";
	}
}
