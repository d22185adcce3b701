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

enum { SENTENCE_BYTES = 768 };

/* Write ${template} with every {key} replaced from ${detail}. */
static void fill(char out[SENTENCE_BYTES], const char *template, const json_t *detail)
{
	size_t used = 0;
	while (*template && used + 1 < SENTENCE_BYTES) {
		const char *close = *template == '{' ? strchr(template, '}') : NULL;
		if (!close) {
			out[used++] = *template++;
			continue;
		}
		char key[32], buffer[DETAIL_TEXT_BYTES];
		snprintf(key, sizeof key, "%.*s", (int)(close - template - 1), template + 1);
		const char *value = detail_text(detail, key, buffer);
		int n = snprintf(out + used, SENTENCE_BYTES - used, "%.200s", value ? value : "not seen");
		used += n < 0 ? 0 : (size_t)n;
		template = close + 1;
	}
	out[used < SENTENCE_BYTES ? used : SENTENCE_BYTES - 1] = '\0';
}

json_t *detail_fill(const char *template, const json_t *detail)
{
	char sentence[SENTENCE_BYTES];
	fill(sentence, template, detail);
	json_t *text = json_string(sentence);
	/* A value cut in the middle of a character is no text any more: then the sentence stands as it is in the rules. */
	return text ? text : json_string(template);
}
