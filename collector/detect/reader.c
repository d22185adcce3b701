#include "collector/detect/reader.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool reader_reject(struct reader *r, const char *format, ...)
{
	if (r->bad)
		return false;
	r->bad = true;
	char what[512];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	if (r->section && r->row)
		snprintf(r->error, r->error_cap, "%s: %s row %zu: %s", r->file, r->section, r->row, what);
	else if (r->section)
		snprintf(r->error, r->error_cap, "%s: %s: %s", r->file, r->section, what);
	else
		snprintf(r->error, r->error_cap, "%s: %s", r->file, what);
	return false;
}

json_t *reader_parse(struct reader *r, const char *text, size_t n)
{
	json_error_t where;
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
	if (!root) {
		reader_reject(r, "line %d: %s", where.line, where.text);
	} else if (!json_is_object(root)) {
		reader_reject(r, "not a JSON object");
		json_decref(root);
		root = NULL;
	}
	return root;
}

static bool is_listed(const char *key, const char *const *known)
{
	while (*known && strcmp(*known, key) != 0)
		known++;
	return *known != NULL;
}

bool reader_known(struct reader *r, const json_t *object, const char *const *known)
{
	if (!json_is_object(object))
		return reader_reject(r, "not an object");
	/* jansson iterates over non-const objects only; nothing is changed. */
	json_t *o = (json_t *)(uintptr_t)object;
	for (void *it = json_object_iter(o); it; it = json_object_iter_next(o, it))
		if (!is_listed(json_object_iter_key(it), known))
			return reader_reject(r, "unknown key \"%s\"", json_object_iter_key(it));
	return !r->bad;
}

/* The value of ${key}; NULL when absent, null or something was wrong before. */
static const json_t *value_of(const struct reader *r, const json_t *object, const char *key)
{
	const json_t *v = r->bad ? NULL : json_object_get(object, key);
	return json_is_null(v) ? NULL : v;
}

const char *reader_text(struct reader *r, const json_t *object, const char *key)
{
	const json_t *v = value_of(r, object, key);
	if (v && !json_is_string(v))
		reader_reject(r, "\"%s\" must be a text", key);
	return json_string_value(v);
}

const char *reader_required_text(struct reader *r, const json_t *object, const char *key)
{
	const char *text = reader_text(r, object, key);
	if (!text)
		reader_reject(r, "\"%s\" is missing", key);
	return text;
}

long long reader_number(struct reader *r, const json_t *object, const char *key, long long min, long long max,
			long long otherwise)
{
	const json_t *v = value_of(r, object, key);
	if (!v)
		return otherwise;
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max) {
		reader_reject(r, "\"%s\" must be a whole number from %lld to %lld", key, min, max);
		return otherwise;
	}
	return json_integer_value(v);
}

bool reader_flag(struct reader *r, const json_t *object, const char *key)
{
	const json_t *v = value_of(r, object, key);
	if (v && !json_is_boolean(v))
		reader_reject(r, "\"%s\" must be true or false", key);
	return json_is_true(v);
}

const json_t *reader_array(struct reader *r, const json_t *object, const char *key)
{
	const json_t *v = value_of(r, object, key);
	if (v && !json_is_array(v)) {
		reader_reject(r, "\"%s\" must be a list", key);
		return NULL;
	}
	return v;
}

const json_t *reader_texts(struct reader *r, const json_t *object, const char *key)
{
	const json_t *list = reader_array(r, object, key);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!json_is_string(json_array_get(list, i))) {
			reader_reject(r, "\"%s\" must be a list of texts", key);
			return NULL;
		}
	return list;
}
