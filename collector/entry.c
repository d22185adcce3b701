#include "collector/entry.h"

#include "proto/base/clock.h"

#include <stdio.h>
#include <string.h>

enum { DATE_CHARS = sizeof "2026-01-31" - 1 };

/* ---- one field -------------------------------------------------------------------------------------------------------- */

static bool wrong(const char *field, const char *allowed, char *error, size_t error_cap)
{
	snprintf(error, error_cap, "%s: only %s is allowed here", field, allowed);
	return false;
}

static bool read_text(const json_t *value, const char *field, void *to, char *error, size_t error_cap)
{
	if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
		return wrong(field, "text", error, error_cap);
	*(const char **)to = json_string_value(value);
	return true;
}

/* Lists belong in several entries: taken as one name they would match nobody. No account name has these characters. */
static bool read_account(const json_t *value, const char *field, void *to, char *error, size_t error_cap)
{
	if (json_is_string(value) && strpbrk(json_string_value(value), ";,\r\n") != NULL)
		return wrong(field, "one account (several need an entry each)", error, error_cap);
	return read_text(value, field, to, error, error_cap);
}

/* RFC 3339, or a date, which begins at midnight UTC. */
static bool read_time(const json_t *value, const char *field, void *to, char *error, size_t error_cap)
{
	char whole[48] = "";
	if (json_is_string(value) && json_string_length(value) < sizeof whole - sizeof "T00:00:00Z")
		snprintf(whole, sizeof whole, "%s%s", json_string_value(value),
			 json_string_length(value) == DATE_CHARS ? "T00:00:00Z" : "");
	if (clock_parse(whole, to))
		return true;
	return wrong(field, "a time like \"2026-01-31T08:00:00Z\" or a date", error, error_cap);
}

/* The same; a date is over with its day. */
static bool read_end(const json_t *value, const char *field, void *to, char *error, size_t error_cap)
{
	int64_t *ns = to;
	if (!read_time(value, field, to, error, error_cap))
		return false;
	if (json_string_length(value) == DATE_CHARS && *ns <= INT64_MAX - 24 * CLOCK_HOUR_NS)
		*ns += 24 * CLOCK_HOUR_NS;
	return true;
}

static bool read_actions(const json_t *value, const char *field, void *to, char *error, size_t error_cap)
{
	bool ok = json_is_array(value);
	for (size_t i = 0; ok && i < json_array_size(value); i++)
		ok = json_is_string(json_array_get(value, i));
	if (!ok)
		return wrong(field, "a list of steps, profiles or ATT&CK ids", error, error_cap);
	*(json_t **)to = (json_t *)(uintptr_t)value;
	return true;
}

/* Keys of an entry, how each is read and where it goes; sorted. */
static const struct {
	const char *key;
	bool (*read)(const json_t *value, const char *field, void *to, char *error, size_t error_cap);
	size_t at;
} fields[] = {
	{ "account",     read_account, offsetof(struct baseline_entry, account) },
	{ "actions",     read_actions, offsetof(struct baseline_entry, actions) },
	{ "author",      read_text,    offsetof(struct baseline_entry, author) },
	{ "destination", read_text,    offsetof(struct baseline_entry, destination) },
	{ "reason",      read_text,    offsetof(struct baseline_entry, reason) },
	{ "reference",   read_text,    offsetof(struct baseline_entry, reference) },
	{ "sha256",      read_text,    offsetof(struct baseline_entry, sha256) },
	{ "site",        read_text,    offsetof(struct baseline_entry, site) },
	{ "source",      read_text,    offsetof(struct baseline_entry, source) },
	{ "valid_from",  read_time,    offsetof(struct baseline_entry, valid_from_ns) },
	{ "valid_until", read_end,     offsetof(struct baseline_entry, valid_until_ns) },
	{ "when",        read_text,    offsetof(struct baseline_entry, when) },
};

static bool read_field(const char *key, const json_t *value, struct baseline_entry *out, char *error, size_t error_cap)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(fields[i].key, key) != 0)
			continue;
		return json_is_null(value) || fields[i].read(value, key, (char *)out + fields[i].at, error, error_cap);
	}
	snprintf(error, error_cap, "%s: a whitelist entry has no such key", key);
	return false;
}

/* ---- one entry -------------------------------------------------------------------------------------------------------- */

static bool compiles(const struct rules *rules, const struct baseline_entry *e, char *error, size_t error_cap)
{
	struct baseline *trial = baseline_new(rules);
	bool ok = trial != NULL && baseline_add(trial, e, error, error_cap);
	if (trial == NULL)
		snprintf(error, error_cap, "out of memory");
	baseline_free(trial);
	return ok;
}

bool entry_of_json(const struct rules *rules, const json_t *json, struct baseline_entry *out, char *error, size_t error_cap)
{
	struct baseline_entry e = { .valid_from_ns = INT64_MIN, .valid_until_ns = INT64_MAX };
	const char *key;
	json_t *value;
	if (!json_is_object(json)) {
		snprintf(error, error_cap, "a whitelist entry is a JSON object");
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)json, key, value)
		if (!read_field(key, value, &e, error, error_cap))
			return false;
	if (!compiles(rules, &e, error, error_cap))
		return false;
	*out = e;
	return true;
}

const json_t *entry_document(const struct rules *rules, const json_t *document, char *error, size_t error_cap)
{
	const json_t *entries = json_object_get(document, "entries");
	if (!json_is_array(entries) || json_object_size(document) != 1) {
		snprintf(error, error_cap, "a whitelist is one JSON object {\"entries\":[…]}");
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(entries); i++) {
		struct baseline_entry e;
		char why[192];
		if (entry_of_json(rules, json_array_get(entries, i), &e, why, sizeof why))
			continue;
		snprintf(error, error_cap, "entry %zu: %s", i + 1, why);
		return NULL;
	}
	return entries;
}

json_t *entry_bare(const json_t *row)
{
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!json_is_null(json_object_get(row, fields[i].key)))
			json_object_set(out, fields[i].key, json_object_get(row, fields[i].key));
	return out;
}
