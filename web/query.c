#include "web/query.h"

#include "proto/base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* True if ${word} stands in ${words}, which are separated by single blanks. */
static bool has_word(const char *words, const char *word)
{
	const size_t n = strlen(word);
	for (const char *at = words; n && (at = strstr(at, word)); at += n)
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

typedef bool (*read_fn)(const char *text, void *field);

static bool read_text(const char *text, void *field)
{
	const char **out = field;
	*out = *text ? text : NULL;
	return true;
}

static bool read_id(const char *text, void *field)
{
	int64_t *out = field;
	char *end;
	errno = 0;
	const long long n = strtoll(text, &end, 10);
	if (errno || end == text || *end || n < 0)
		return false;
	*out = n;
	return true;
}

static bool read_limit(const char *text, void *field)
{
	unsigned *out = field;
	int64_t n;
	if (!read_id(text, &n) || n < 1 || n > SERVICE_LIMIT_MAX)
		return false;
	*out = (unsigned)n;
	return true;
}

static bool read_time(const char *text, void *field)
{
	return clock_parse(text, field);
}

/* Every parameter there is, by name. */
static const struct row {
	const char *name;
	read_fn read;
	size_t offset;
	const char *wanted;
} rows[] = {
	/* clang-format off */
	{ "access",   read_id,    offsetof(struct service_query, access),   "the number of an access" },
	{ "account",  read_text,  offsetof(struct service_query, account),  "an account" },
	{ "act",      read_text,  offsetof(struct service_query, act),      "an act" },
	{ "address",  read_text,  offsetof(struct service_query, address),  "an address" },
	{ "before",   read_id,    offsetof(struct service_query, before),   "the `next` of the previous page" },
	{ "entry",    read_id,    offsetof(struct service_query, entry),    "the number of a whitelist entry" },
	{ "from",     read_time,  offsetof(struct service_query, from_ns),  "a time as 2026-01-31T08:00:00Z" },
	{ "host",     read_text,  offsetof(struct service_query, host),     "a host" },
	{ "incident", read_id,    offsetof(struct service_query, incident), "the number of an incident" },
	{ "kind",     read_text,  offsetof(struct service_query, kind),     "a kind of event" },
	{ "limit",    read_limit, offsetof(struct service_query, limit),    "a number from 1 to 500" },
	{ "order",    read_text,  offsetof(struct service_query, order),    "time or score" },
	{ "q",        read_text,  offsetof(struct service_query, text),     "text" },
	{ "severity", read_text,  offsetof(struct service_query, severity), "low, medium, high or critical" },
	{ "site",     read_text,  offsetof(struct service_query, site),     "a site's name" },
	{ "source",   read_id,    offsetof(struct service_query, source),   "the number of a source" },
	{ "state",    read_text,  offsetof(struct service_query, state),    "a state" },
	{ "to",       read_time,  offsetof(struct service_query, to_ns),    "a time as 2026-01-31T08:00:00Z" },
	{ "verdict",  read_text,  offsetof(struct service_query, verdict),  "a verdict" },
	/* clang-format on */
};

static const struct row *row_of(const char *name)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

bool query_read(const struct request *q, const char *allowed, struct service_query *out, char error[SERVICE_ERROR_BYTES])
{
	struct service_query query = { 0 };
	if (q->too_many_params) {
		snprintf(error, SERVICE_ERROR_BYTES, "too many query parameters; known here: %s", allowed);
		return false;
	}
	for (size_t i = 0; i < q->n_params; i++) {
		const struct row *row = row_of(q->params[i].name);
		if (!row || !has_word(allowed, row->name)) {
			snprintf(error, SERVICE_ERROR_BYTES, "unknown query parameter \"%.40s\"; known here: %s",
				 q->params[i].name, allowed);
			return false;
		}
		if (!row->read(q->params[i].value, (char *)&query + row->offset)) {
			snprintf(error, SERVICE_ERROR_BYTES, "%s: \"%.40s\" is not %s", row->name, q->params[i].value, row->wanted);
			return false;
		}
	}
	*out = query;
	return true;
}
