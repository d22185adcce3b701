#include "tests/unit/web/fake_service.h"


#include <stdio.h>
#include <string.h>


static enum answer said(struct service *s, const char *name, json_t **out, char *error)
{
	s->called = name;
	snprintf(error, SERVICE_ERROR_BYTES, "%s failed", name);
	if (s->answer == ANSWER_OK && out)
		*out = json_pack("{s:s}", "from", name);
	return s->answer;
}

static enum answer listed(struct service *s, const char *name, const struct service_query *q, json_t **out, char *error)
{
	s->query = *q;
	return said(s, name, out, error);
}

static void fill_session(struct service_session *out)
{
	*out = (struct service_session){ .user_id = 1, .user = FAKE_USER, .csrf = FAKE_CSRF };
}

enum answer service_login(struct service *s, const struct service_credentials *given, char token[SERVICE_TOKEN_CHARS + 1],
			  struct service_session *out, char error[SERVICE_ERROR_BYTES])
{
	s->called = "login";
	snprintf(error, SERVICE_ERROR_BYTES, "wrong user or password");
	if (!*given->remote || strcmp(given->user, FAKE_USER) != 0 || strcmp(given->password, FAKE_PASSWORD) != 0)
		return ANSWER_DENIED;
	strcpy(token, FAKE_TOKEN);
	fill_session(out);
	return ANSWER_OK;
}

enum answer service_session_of(struct service *s, const char *token, struct service_session *out, char error[SERVICE_ERROR_BYTES])
{
	snprintf(error, SERVICE_ERROR_BYTES, "the session has ended; log in again");
	if (s->logged_out || strcmp(token, FAKE_TOKEN) != 0)
		return ANSWER_DENIED;
	fill_session(out);
	return ANSWER_OK;
}

void service_logout(struct service *s, const char *token)
{
	s->logged_out = strcmp(token, FAKE_TOKEN) == 0;
}

enum answer service_password(struct service *s, const struct service_session *who, const char *old, const char *fresh,
			     char error[SERVICE_ERROR_BYTES])
{
	(void)old, (void)fresh;
	s->id = who->user_id;
	return said(s, "password", NULL, error);
}

enum answer service_overview(struct service *s, json_t **out, char e[SERVICE_ERROR_BYTES]) { return said(s, "overview", out, e); }
enum answer service_sensors(struct service *s, json_t **out, char e[SERVICE_ERROR_BYTES]) { return said(s, "sensors", out, e); }

#define LIST(name) \
	enum answer service_##name(struct service *s, const struct service_query *q, json_t **out, char e[SERVICE_ERROR_BYTES]) \
	{ \
		return listed(s, #name, q, out, e); \
	}
LIST(incidents)
LIST(accesses)
LIST(files)
LIST(opaque)
LIST(events)
LIST(logs)
LIST(log_rejects)
LIST(log_only)
LIST(habits)
LIST(profile)
LIST(baseline)

enum answer service_incident(struct service *s, int64_t id, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->id = id;
	return said(s, "incident", out, e);
}

enum answer service_verdicts(struct service *s, int64_t id, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->id = id;
	return said(s, "verdicts", out, e);
}

enum answer service_incident_change(struct service *s, const struct service_session *who, int64_t id, const json_t *change,
				    json_t **out, char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)change;
	s->id = id;
	return said(s, "incident_change", out, e);
}

enum answer service_log_sources(struct service *s, const struct service_query *q, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->query = *q;
	return said(s, "log_sources", out, e);
}

enum answer service_log(struct service *s, int64_t id, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->id = id;
	return said(s, "log", out, e);
}

enum answer service_log_clocks(struct service *s, int64_t id, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->id = id;
	return said(s, "log_clocks", out, e);
}

/* One upload at a time, which counts the bytes. */
struct service_upload {
	struct service *service;
	size_t n;
};

enum answer service_upload_begin(struct service *s, const char *token, const char *remote, struct service_upload **out,
				 char e[SERVICE_ERROR_BYTES])
{
	static struct service_upload upload;
	upload = (struct service_upload){ s, 0 };
	*out = &upload;
	if (strcmp(token, FAKE_TOKEN) != 0 || *remote == '\0')
		return snprintf(e, SERVICE_ERROR_BYTES, "no source has this token"), *out = NULL, ANSWER_DENIED;
	return ANSWER_OK;
}

enum answer service_upload_give(struct service *s, const struct service_session *who, const struct service_given_log *log,
				struct service_upload **out, char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	if (log->source == NULL)
		return snprintf(e, SERVICE_ERROR_BYTES, "source: name the log"), ANSWER_BAD_REQUEST;
	return service_upload_begin(s, FAKE_TOKEN, log->source, out, e);
}

enum answer service_log_source_add(struct service *s, const struct service_session *who, const json_t *source, json_t **out,
				   char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)source;
	return said(s, "log_source_add", out, e);
}

enum answer service_log_source_remove(struct service *s, const struct service_session *who, const json_t *which,
				      char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)which;
	return said(s, "log_source_remove", NULL, e);
}

enum answer service_log_hosts_set(struct service *s, const struct service_session *who, const json_t *change,
				  char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)change;
	return said(s, "log_hosts_set", NULL, e);
}

enum answer service_log_clock_set(struct service *s, const struct service_session *who, const json_t *change,
				  char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)change;
	return said(s, "log_clock_set", NULL, e);
}

void service_upload_feed(struct service_upload *u, const char *bytes, size_t n)
{
	(void)bytes;
	u->n += n;
}

enum answer service_upload_end(struct service_upload *u, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	enum answer answer = said(u->service, "upload", NULL, e);
	if (answer == ANSWER_OK)
		*out = json_pack("{s:I}", "accepted", (json_int_t)u->n);
	return answer;
}

void service_upload_drop(struct service_upload *u)
{
	if (u != NULL)
		u->service->called = "upload_drop";
}

enum answer service_event(struct service *s, int64_t id, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	s->id = id;
	return said(s, "event", out, e);
}

enum answer service_baseline_preview(struct service *s, const json_t *entry, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	(void)entry;
	return said(s, "baseline_preview", out, e);
}

enum answer service_baseline_add(struct service *s, const struct service_session *who, const json_t *entry, json_t **out,
				 char e[SERVICE_ERROR_BYTES])
{
	(void)who, (void)entry;
	return said(s, "baseline_add", out, e);
}

enum answer service_baseline_remove(struct service *s, const struct service_session *who, int64_t id, char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	s->id = id;
	return said(s, "baseline_remove", NULL, e);
}

enum answer service_baseline_import(struct service *s, const struct service_session *who, const json_t *request, json_t **out,
				    char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	(void)request;
	return said(s, "baseline_import", out, e);
}

enum answer service_unusual(struct service *s, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	return said(s, "unusual", out, e);
}

enum answer service_suggestions(struct service *s, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	return said(s, "suggestions", out, e);
}

enum answer service_hosts(struct service *s, json_t **out, char e[SERVICE_ERROR_BYTES])
{
	return said(s, "hosts", out, e);
}

enum answer service_host_add(struct service *s, const struct service_session *who, const json_t *host, char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	(void)host;
	return said(s, "host_add", NULL, e);
}

enum answer service_host_remove(struct service *s, const struct service_session *who, const json_t *host, char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	(void)host;
	return said(s, "host_remove", NULL, e);
}

enum answer service_suggestion_refuse(struct service *s, const struct service_session *who, const json_t *which,
				      char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	(void)which;
	return said(s, "suggestion_refuse", NULL, e);
}

enum answer service_learning_set(struct service *s, const struct service_session *who, const json_t *change,
				 char e[SERVICE_ERROR_BYTES])
{
	(void)who;
	(void)change;
	return said(s, "learning_set", NULL, e);
}

enum answer service_report(struct service *s, const struct service_report_of *of, service_write_fn write, void *ctx,
			   char e[SERVICE_ERROR_BYTES])
{
	s->query = *of->query;
	const enum answer answer = said(s, of->what, NULL, e);
	if (answer == ANSWER_OK && !write(ctx, of->format, strlen(of->format)))
		return ANSWER_FAILED;
	return answer;
}

uint64_t service_version(struct service *s) { return s->version; }
