/*
 * Logs that come over HTTPS, from a source with its token or from somebody who
 * is logged in, and the sources they come from.
 */
#include "collector/service_parts.h"

#include "collector/baseline/address.h"
#include "collector/baseline/speaker.h"
#include "collector/baseline/zone.h"
#include "collector/log_feed.h"
#include "collector/log_import.h"
#include "collector/source_change.h"
#include "proto/base/clock.h"

#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	UPLOADS_MAX = 16,			/* at once; each holds a few MiB */
	UPLOADS_PER_SOURCE = 4,			/* who has one server's token must not keep the others out */
	UPLOAD_BUFFER = 256 << 10,		/* bytes of one transaction */
	DAY_SECONDS = 86400,
};

static const uint64_t upload_max = UINT64_C(1) << 30;	/* as it comes over the network; a bigger log is split by its sender */
static const uint64_t text_max = UINT64_C(32) << 30;	/* unpacked: logs pack to a tenth or twentieth, a bomb to a thousandth */

/* ---- uploads ---------------------------------------------------------------------------------------------------------- */

struct service_upload {
	struct log_feed *feed;
	struct log_options options;
	struct store_log_source source;
	char input[STORE_SOURCE_BYTES];	/* what rejects call it */
	char host[STORE_SOURCE_BYTES];	/* "": what names no host is of the source */
	struct zone zone;
	char *buffer;			/* UPLOAD_BUFFER */
	size_t n;
	uint64_t total;
	enum answer answer;		/* how it goes */
	char error[SERVICE_ERROR_BYTES];
};

/* Those under way in this process: their sources, 0 a free place. */
static struct {
	pthread_mutex_t lock;
	int64_t sources[UPLOADS_MAX];
} uploads = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool find_source(struct service *s, const char *token, struct store_log_source *out)
{
	char error[SERVICE_ERROR_BYTES];
	uint8_t hash[STORE_TOKEN_BYTES];
	if (token == NULL)
		return false;
	crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
	struct store_tx *tx = store_read(s->store);
	bool is_known = store_log_source_of_token(tx, hash, out);
	return store_commit(tx, error, sizeof error) == 0 && is_known;
}

/* A log of ${source}. ${given}: what somebody says of it; NULL where a program sends. ${zone}: NULL is not known. */
static struct service_upload *upload_new(struct service *s, const struct store_log_source *source, const char *input,
					 const struct service_given_log *given, const struct zone *zone)
{
	struct service_upload *u = calloc(1, sizeof *u);
	if (u == NULL)
		return NULL;
	u->source = *source;
	snprintf(u->input, sizeof u->input, "%s", input);
	u->options = (struct log_options){ .format = u->source.format[0] != '\0' ? u->source.format : NULL,
					   .fallback = u->source.name,
					   .reference_ns = s->now_ns() };
	if (given != NULL && given->host != NULL) {
		snprintf(u->host, sizeof u->host, "%s", given->host);
		u->options.server = u->host;
	}
	if (zone != NULL) {
		u->zone = *zone;
		u->options.zone = &u->zone;
		u->options.utc_of = zone_utc_of;
	}
	u->buffer = malloc(UPLOAD_BUFFER);
	u->feed = log_feed_new(s->pipeline, u->source.id, u->input, &u->options);
	if (u->buffer != NULL && u->feed != NULL)
		return u;
	log_feed_free(u->feed);
	free(u->buffer);
	free(u);
	return NULL;
}

/* How many of ${source} are under way. Under the lock. */
static int count_of(int64_t source)
{
	int n = 0;
	for (size_t i = 0; i < UPLOADS_MAX; i++)
		n += uploads.sources[i] == source;
	return n;
}

/* Put ${now} in a place where ${was} is. */
static void replace(int64_t was, int64_t now)
{
	size_t i = 0;
	while (i < UPLOADS_MAX && uploads.sources[i] != was)
		i++;
	if (i < UPLOADS_MAX)
		uploads.sources[i] = now;
}

/* One more that is under way. */
static enum answer count_in(const struct store_log_source *source, char error[SERVICE_ERROR_BYTES])
{
	enum answer answer = ANSWER_OK;
	pthread_mutex_lock(&uploads.lock);
	if (count_of(0) == 0)
		answer = service_says(ANSWER_TOO_MANY, error, "%d logs are being uploaded at once; try again in a minute", UPLOADS_MAX);
	else if (count_of(source->id) == UPLOADS_PER_SOURCE)
		answer = service_says(ANSWER_TOO_MANY, error, "%d logs of %.60s are being uploaded at once; wait for one to end",
				      UPLOADS_PER_SOURCE, source->name);
	else
		replace(0, source->id);
	pthread_mutex_unlock(&uploads.lock);
	return answer;
}

static void count_out(int64_t source)
{
	pthread_mutex_lock(&uploads.lock);
	replace(source, 0);
	pthread_mutex_unlock(&uploads.lock);
}

static enum answer begun(int64_t source, struct service_upload *u, struct service_upload **out, char error[SERVICE_ERROR_BYTES])
{
	*out = u;
	if (u != NULL)
		return ANSWER_OK;
	count_out(source);
	return service_says(ANSWER_FAILED, error, "out of memory");
}

enum answer service_upload_begin(struct service *s, const char *token, const char *remote, struct service_upload **out,
				 char error[SERVICE_ERROR_BYTES])
{
	struct store_log_source source;
	if (!find_source(s, token, &source))
		return service_says(ANSWER_DENIED, error, "no source has this token; ashiato-collector logs add NAME makes one");
	enum answer answer = count_in(&source, error);
	return answer == ANSWER_OK ? begun(source.id, upload_new(s, &source, remote, NULL, NULL), out, error) : answer;
}

/* ---- a log that somebody hands over ----------------------------------------------------------------------------------- */

static bool is_name(const char *text, size_t cap)
{
	return text != NULL && text[0] != '\0' && strlen(text) < cap;
}

static bool is_format(const char *name)
{
	unsigned i = 0;
	while (log_format_name(i) != NULL && strcmp(log_format_name(i), name) != 0)
		i++;
	return log_format_name(i) != NULL;
}

static enum answer check_given(const struct service_given_log *log, struct zone *zone, char error[SERVICE_ERROR_BYTES])
{
	if (!is_name(log->source, STORE_SOURCE_BYTES))
		return service_says(ANSWER_BAD_REQUEST, error, "source: name the log in 1 to %d bytes", STORE_SOURCE_BYTES - 1);
	if (log->site != NULL && !is_name(log->site, STORE_NAME_BYTES))
		return service_says(ANSWER_BAD_REQUEST, error, "site: a name has at most %d bytes", STORE_NAME_BYTES - 1);
	if (log->host != NULL && !is_name(log->host, STORE_SOURCE_BYTES))
		return service_says(ANSWER_BAD_REQUEST, error, "host: a name has at most %d bytes", STORE_SOURCE_BYTES - 1);
	if (log->format != NULL && !is_format(log->format))
		return service_says(ANSWER_BAD_REQUEST, error, "format: json, json-list, xml, csv, samba or syslog");
	if (log->zone != NULL && !zone_find(log->zone, strlen(log->zone), zone))
		return service_says(ANSWER_BAD_REQUEST, error, "zone: no zone of that name is known; write Europe/Zurich or +01:00");
	return ANSWER_OK;
}

static enum answer source_of(struct service *s, const struct service_session *who, const struct service_given_log *log,
			     struct store_log_source *out, char error[SERVICE_ERROR_BYTES])
{
	const struct store_log_source_new fresh = {
		.name = log->source, .kind = "file", .site = log->site != NULL ? log->site : "default", .format = log->format,
	};
	if (log_import_source(s->store, &fresh, out, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	if (log->site != NULL && strcmp(out->site, log->site) != 0)
		return service_says(ANSWER_CONFLICT, error, "site: source %.60s is of site %.60s; give this log another source", out->name,
				    out->site);
	struct store_tx *tx = store_write(s->store);
	store_audit(tx, who->user, "logs.upload", out->name, NULL, s->now_ns());
	return service_stored(tx, error);
}

enum answer service_upload_give(struct service *s, const struct service_session *who, const struct service_given_log *log,
				struct service_upload **out, char error[SERVICE_ERROR_BYTES])
{
	struct zone zone;
	struct store_log_source source;
	enum answer answer = check_given(log, &zone, error);
	if (answer == ANSWER_OK)
		answer = source_of(s, who, log, &source, error);
	if (answer == ANSWER_OK)
		answer = count_in(&source, error);
	if (answer != ANSWER_OK)
		return answer;
	if (log->format != NULL)
		snprintf(source.format, sizeof source.format, "%s", log->format);
	const char *input = log->file != NULL ? log->file : log->source;
	return begun(source.id, upload_new(s, &source, input, log, log->zone != NULL ? &zone : NULL), out, error);
}

/* ---- on its way ------------------------------------------------------------------------------------------------------- */

/* What the feed says is about the log, unless the store itself has failed: then its words name the database. */
static void flush(struct service_upload *u)
{
	if (u->n > 0 && u->answer == ANSWER_OK && log_feed_bytes(u->feed, u->buffer, u->n, u->error, sizeof u->error) != 0)
		u->answer = log_feed_is_unreadable(u->feed) ? ANSWER_BAD_REQUEST : ANSWER_FAILED;
	else if (u->answer == ANSWER_OK && log_feed_text_bytes(u->feed) > text_max)
		u->answer = service_says(ANSWER_TOO_LARGE, u->error, "one upload may bring 32 GiB of text: split the log");
	u->n = 0;
}

void service_upload_feed(struct service_upload *u, const char *bytes, size_t n)
{
	u->total += n;
	if (u->total > upload_max && u->answer == ANSWER_OK)
		u->answer = service_says(ANSWER_TOO_LARGE, u->error,
					 "one upload may bring 1 GiB: split the log");
	while (n > 0 && u->answer == ANSWER_OK) {
		size_t piece = n < UPLOAD_BUFFER - u->n ? n : UPLOAD_BUFFER - u->n;
		memcpy(u->buffer + u->n, bytes, piece);
		u->n += piece;
		bytes += piece;
		n -= piece;
		if (u->n == UPLOAD_BUFFER)
			flush(u);
	}
}

void service_upload_drop(struct service_upload *u)
{
	if (u == NULL)
		return;
	log_feed_free(u->feed);
	free(u->buffer);
	count_out(u->source.id);
	free(u);
}

/* An upload that ends early has stored what came before, and says how much. */
static void say_stored(const struct store_log_tally *t, char error[SERVICE_ERROR_BYTES])
{
	size_t n = strlen(error);
	if (t->records + t->duplicates + t->others > 0)
		snprintf(error + n, SERVICE_ERROR_BYTES - n,
			 "; before that %llu accepted, %llu duplicates, %llu other, %llu rejected, %llu refused",
			 (unsigned long long)t->records, (unsigned long long)t->duplicates, (unsigned long long)t->others,
			 (unsigned long long)t->rejected, (unsigned long long)t->refused);
}

enum answer service_upload_end(struct service_upload *u, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	flush(u);
	if (u->answer == ANSWER_OK && log_feed_end(u->feed, u->error, sizeof u->error) != 0)
		u->answer = log_feed_is_unreadable(u->feed) ? ANSWER_BAD_REQUEST : ANSWER_FAILED;
	enum answer answer = u->answer;
	struct store_log_tally t = log_feed_tally(u->feed);
	if (answer == ANSWER_OK)
		*out = json_pack("{s:I,s:I,s:I,s:I,s:I}", "accepted", (json_int_t)t.records, "duplicates", (json_int_t)t.duplicates,
				 "other", (json_int_t)t.others, "rejected", (json_int_t)t.rejected, "refused",
				 (json_int_t)t.refused);
	else {
		memcpy(error, u->error, SERVICE_ERROR_BYTES);
		say_stored(&t, error);
	}
	service_upload_drop(u);
	return answer;
}

/* ---- sources ---------------------------------------------------------------------------------------------------------- */

/* What a source that sends is; false if ${json} says no such thing. */
static bool read_source(const json_t *json, struct store_log_source_new *out)
{
	*out = (struct store_log_source_new){ .kind = "upload", .site = "default" };
	return json_unpack((json_t *)(uintptr_t)json, "{s:s,s?s,s?s,s?s,s?s,s?s!}", "name", &out->name, "site", &out->site, "kind",
			   &out->kind, "address", &out->address, "format", &out->format, "hosts", &out->hosts) == 0;
}

/* One address, as syslog's senders are known by. */
static bool is_address(const char *text)
{
	struct address_range range;
	return address_parse_range(text, &range) && memcmp(range.first, range.last, sizeof range.first) == 0 && strchr(text, '/') == NULL;
}

static bool is_taken(struct service *s, const char *name)
{
	char error[SERVICE_ERROR_BYTES];
	struct store_log_source known;
	struct store_tx *tx = store_read(s->store);
	bool is_known = store_log_source(tx, name, &known);
	return service_stored(tx, error) == ANSWER_OK && is_known;
}

static enum answer check_hosts(const char *hosts, char error[SERVICE_ERROR_BYTES])
{
	if (speaker_is_list(hosts) && strlen(hosts) < STORE_HOSTS_BYTES)
		return ANSWER_OK;
	return service_says(ANSWER_BAD_REQUEST, error, "hosts: names, addresses or patterns with commas between, at most %d bytes: fs1,dc*",
			    STORE_HOSTS_BYTES - 1);
}

static enum answer check_source(const struct store_log_source_new *what, char error[SERVICE_ERROR_BYTES])
{
	bool is_syslog = strcmp(what->kind, "syslog") == 0;
	if (!is_name(what->name, STORE_SOURCE_BYTES) || !is_name(what->site, STORE_NAME_BYTES))
		return service_says(ANSWER_BAD_REQUEST, error, "name, site: from 1 to %d bytes", STORE_NAME_BYTES - 1);
	if (!is_syslog && strcmp(what->kind, "upload") != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "kind: upload or syslog");
	if (is_syslog != (what->address != NULL) || (is_syslog && !is_address(what->address)))
		return service_says(ANSWER_BAD_REQUEST, error, "address: one, of the machine that sends by syslog, and only then");
	if (what->format != NULL && !is_format(what->format))
		return service_says(ANSWER_BAD_REQUEST, error, "format: json, json-list, xml, csv, samba or syslog");
	return what->hosts == NULL ? ANSWER_OK : check_hosts(what->hosts, error);
}

enum answer service_log_source_add(struct service *s, const struct service_session *who, const json_t *source, json_t **out,
				   char error[SERVICE_ERROR_BYTES])
{
	char token[SOURCE_TOKEN_CHARS + 1];
	struct store_log_source_new fresh;
	if (!read_source(source, &fresh))
		return service_says(ANSWER_BAD_REQUEST, error, "send name, and site, kind, address, format, hosts where they matter");
	enum answer answer = check_source(&fresh, error);
	if (answer != ANSWER_OK)
		return answer;
	if (is_taken(s, fresh.name))
		return service_says(ANSWER_CONFLICT, error, "name: there is a source %.100s already", fresh.name);
	if (source_add(s->store, who->user, &fresh, token, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	*out = json_pack("{s:s,s:s,s:s,s:s?}", "name", fresh.name, "site", fresh.site, "kind", fresh.kind, "token",
			 token[0] != '\0' ? token : NULL);
	sodium_memzero(token, sizeof token);
	return ANSWER_OK;
}

static enum answer carry_out(struct service *s, struct source_change *c, char error[SERVICE_ERROR_BYTES])
{
	c->now_ns = s->now_ns();
	if (source_change(s->pipeline, c, error, SERVICE_ERROR_BYTES) == 0)
		return ANSWER_OK;
	return c->is_known ? ANSWER_FAILED : ANSWER_NOT_FOUND;
}

enum answer service_log_source_remove(struct service *s, const struct service_session *who, const json_t *which,
				      char error[SERVICE_ERROR_BYTES])
{
	struct source_change c = { .deed = SOURCE_REMOVE, .by = who->user };
	if (json_unpack((json_t *)(uintptr_t)which, "{s:s!}", "name", &c.name) != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "send the source's name");
	return carry_out(s, &c, error);
}

enum answer service_log_hosts_set(struct service *s, const struct service_session *who, const json_t *change,
				  char error[SERVICE_ERROR_BYTES])
{
	struct source_change c = { .deed = SOURCE_HOSTS, .by = who->user };
	if (json_unpack((json_t *)(uintptr_t)change, "{s:s,s:s!}", "name", &c.name, "hosts", &c.hosts) != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "send name and hosts");
	enum answer answer = check_hosts(c.hosts, error);
	return answer == ANSWER_OK ? carry_out(s, &c, error) : answer;
}

enum answer service_log_clock_set(struct service *s, const struct service_session *who, const json_t *change,
				  char error[SERVICE_ERROR_BYTES])
{
	struct source_change c = { .deed = SOURCE_CLOCK, .by = who->user };
	const json_t *seconds;
	if (json_unpack((json_t *)(uintptr_t)change, "{s:s,s?s,s:o!}", "name", &c.name, "host", &c.host, "offset_seconds", &seconds) != 0 ||
	    !(json_is_null(seconds) || json_is_number(seconds)))
		return service_says(ANSWER_BAD_REQUEST, error, "send name, offset_seconds (a number, or null), and host if it is one's");
	c.is_set = json_is_number(seconds);
	if (!(fabs(json_number_value(seconds)) < 366.0 * DAY_SECONDS))
		return service_says(ANSWER_BAD_REQUEST, error, "offset_seconds: less than a year");
	c.offset_ns = llround(json_number_value(seconds) * 1000) * (CLOCK_SECOND_NS / 1000);
	return carry_out(s, &c, error);
}
