#include "collector/detect/detail.h"

#include <stdio.h>
#include <string.h>

static void put(json_t **detail, const char *key, json_t *value)
{
	if (!*detail)
		*detail = json_object();
	json_object_set_new(*detail, key, value);
}

void detail_put_text(json_t **detail, const char *key, const char *value)
{
	if (value)
		put(detail, key, json_string(value));
}

void detail_put_number(json_t **detail, const char *key, uint64_t value)
{
	put(detail, key, json_integer(value <= INT64_MAX ? (json_int_t)value : INT64_MAX));
}

void detail_put_true(json_t **detail, const char *key)
{
	put(detail, key, json_true());
}

void detail_put_status(json_t **detail, const char *key, uint32_t value)
{
	char text[16];
	snprintf(text, sizeof text, "0x%08x", value);
	put(detail, key, json_string(text));
}

static const char *joined(const json_t *list, char buffer[DETAIL_TEXT_BYTES])
{
	size_t used = 0;
	buffer[0] = '\0';
	for (size_t i = 0; i < json_array_size(list) && used < DETAIL_TEXT_BYTES; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		used += (size_t)snprintf(buffer + used, DETAIL_TEXT_BYTES - used, "%s%s", i ? ", " : "", text ? text : "?");
	}
	return buffer;
}

const char *detail_text(const json_t *detail, const char *key, char buffer[DETAIL_TEXT_BYTES])
{
	const json_t *v = json_object_get(detail, key);
	if (json_is_integer(v)) {
		snprintf(buffer, DETAIL_TEXT_BYTES, "%lld", (long long)json_integer_value(v));
		return buffer;
	}
	if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";
	if (json_is_array(v))
		return joined(v, buffer);
	return json_string_value(v);
}

const char *detail_file_of(const char *path)
{
	const char *last = strrchr(path, '\\');
	return last ? last + 1 : path;
}
