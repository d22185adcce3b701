#include "web/router.h"

#include "web/query.h"
#include "web/resources.h"

#include <sodium.h>
#include <string.h>

enum need {
	ANYBODY,	/* no login */
	READER,		/* a login */
	WRITER,		/* a login and its CSRF token */
};

typedef void (*handler_fn)(struct request *q, struct response *r);
typedef enum answer (*list_fn)(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
typedef enum answer (*one_fn)(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);
typedef enum answer (*change_fn)(struct service *s, const struct service_session *who, const json_t *change,
				 char error[SERVICE_ERROR_BYTES]);
typedef enum answer (*begin_fn)(struct request *q, struct service_upload **out, char error[SERVICE_ERROR_BYTES]);
typedef enum answer (*whole_fn)(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* One route. Who sends a longer body or a log is asked who he is before it comes. Exactly one of handler, list, whole, one and change is set:
 * most resources are a list with filters, a document, one of many by its
 * number, or a change that answers nothing, and need no code of their own. */
struct route {
	enum method method;
	const char *pattern;	/* {id} stands for a number */
	enum need need;
	handler_fn handler;
	list_fn list;
	whole_fn whole;
	one_fn one;
	change_fn change;
	const char *filters;	/* query parameters a list takes */
	size_t body_max;	/* 0: HTTP_BODY_BYTES */
	begin_fn begin;		/* takes the body as it comes, before the handler runs */
};

#define PAGE "limit before "
#define SPAN "from to "

static const struct route routes[] = {
	/* clang-format off */
	{ METHOD_GET,    "/api/v1/accesses",               READER,  .list = service_accesses,  .filters = PAGE SPAN "verdict incident entry q" },
	{ METHOD_GET,    "/api/v1/accesses/{id}/verdicts", READER,  .one = service_verdicts },
	{ METHOD_GET,    "/api/v1/baseline",               READER,  .list = service_baseline,  .filters = PAGE "state entry q" },
	{ METHOD_POST,   "/api/v1/baseline",               WRITER,  .handler = baseline_add_entry },
	{ METHOD_GET,    "/api/v1/baseline/habits",        READER,  .list = service_habits,    .filters = "before limit q" },
	{ METHOD_POST,   "/api/v1/baseline/import",        WRITER,  .handler = baseline_import, .body_max = HTTP_TABLE_BYTES },
	{ METHOD_POST,   "/api/v1/baseline/learning",      WRITER,  .change = service_learning_set },
	{ METHOD_POST,   "/api/v1/baseline/preview",       WRITER,  .handler = baseline_preview },
	{ METHOD_GET,    "/api/v1/baseline/suggestions",   READER,  .whole = service_suggestions },
	{ METHOD_POST,   "/api/v1/baseline/suggestions/refuse", WRITER, .change = service_suggestion_refuse },
	{ METHOD_DELETE, "/api/v1/baseline/{id}",          WRITER,  .handler = baseline_remove },
	{ METHOD_GET,    "/api/v1/events",                 READER,  .list = service_events,    .filters = PAGE SPAN "kind incident access q" },
	{ METHOD_GET,    "/api/v1/events/{id}",            READER,  .one = service_event },
	{ METHOD_GET,    "/api/v1/files",                  READER,  .list = service_files,     .filters = PAGE SPAN "incident access q" },
	{ METHOD_GET,    "/api/v1/health",                 ANYBODY, .handler = health_get },
	{ METHOD_GET,    "/api/v1/hosts",                  READER,  .whole = service_hosts },
	{ METHOD_POST,   "/api/v1/hosts",                  WRITER,  .change = service_host_add },
	{ METHOD_POST,   "/api/v1/hosts/remove",           WRITER,  .change = service_host_remove },
	{ METHOD_GET,    "/api/v1/incidents",              READER,  .list = service_incidents, .filters = PAGE SPAN "state severity verdict order q" },
	{ METHOD_GET,    "/api/v1/incidents/{id}",         READER,  .one = service_incident },
	{ METHOD_PATCH,  "/api/v1/incidents/{id}",         WRITER,  .handler = incidents_change },
	{ METHOD_POST,   "/api/v1/login",                  ANYBODY, .handler = session_login },
	{ METHOD_POST,   "/api/v1/logout",                 WRITER,  .handler = session_logout },
	{ METHOD_GET,    "/api/v1/logs",                   READER,  .list = service_logs,      .filters = PAGE SPAN "source host account address act access" },
	{ METHOD_POST,   "/api/v1/logs",                   ANYBODY, .handler = logs_upload,    .begin = logs_begin_sent },
	{ METHOD_POST,   "/api/v1/logs/file",              WRITER,  .handler = logs_upload,    .begin = logs_begin_given },
	{ METHOD_GET,    "/api/v1/logs/only",              READER,  .list = service_log_only,  .filters = PAGE SPAN "q" },
	{ METHOD_GET,    "/api/v1/logs/rejects",           READER,  .list = service_log_rejects, .filters = PAGE "source" },
	{ METHOD_GET,    "/api/v1/logs/sources",           READER,  .list = service_log_sources, .filters = "before limit q" },
	{ METHOD_POST,   "/api/v1/logs/sources",           WRITER,  .handler = logs_source_add },
	{ METHOD_POST,   "/api/v1/logs/sources/clock",     WRITER,  .change = service_log_clock_set },
	{ METHOD_POST,   "/api/v1/logs/sources/hosts",     WRITER,  .change = service_log_hosts_set },
	{ METHOD_POST,   "/api/v1/logs/sources/remove",    WRITER,  .change = service_log_source_remove },
	{ METHOD_GET,    "/api/v1/logs/sources/{id}/clocks", READER, .one = service_log_clocks },
	{ METHOD_GET,    "/api/v1/logs/{id}",              READER,  .one = service_log },
	{ METHOD_GET,    "/api/v1/opaque",                 READER,  .list = service_opaque,    .filters = PAGE SPAN "q" },
	{ METHOD_GET,    "/api/v1/overview",               READER,  .whole = service_overview },
	{ METHOD_POST,   "/api/v1/password",               WRITER,  .handler = session_password },
	{ METHOD_GET,    "/api/v1/profile",                READER,  .list = service_profile,   .filters = "site q" },
	{ METHOD_GET,    "/api/v1/profile/unusual",        READER,  .whole = service_unusual },
	{ METHOD_GET,    "/api/v1/reports/accesses.csv",   READER,  .handler = reports_accesses_csv },
	{ METHOD_GET,    "/api/v1/reports/accesses.html",  READER,  .handler = reports_accesses_html },
	{ METHOD_GET,    "/api/v1/reports/baseline.csv",   READER,  .handler = reports_baseline_csv },
	{ METHOD_GET,    "/api/v1/reports/baseline.json",  READER,  .handler = reports_baseline_json },
	{ METHOD_GET,    "/api/v1/reports/incidents.csv",  READER,  .handler = reports_incidents_csv },
	{ METHOD_GET,    "/api/v1/reports/incidents.html", READER,  .handler = reports_incidents_html },
	{ METHOD_GET,    "/api/v1/sensors",                READER,  .whole = service_sensors },
	{ METHOD_GET,    "/api/v1/session",                READER,  .handler = session_get },
	{ METHOD_GET,    "/api/v1/stream",                 READER,  .handler = stream_get },
	/* clang-format on */
};
enum { N_ROUTES = sizeof routes / sizeof *routes };

static const char *const method_names[] = { "GET", "POST", "PATCH", "DELETE" };

void router_rows(router_row_fn each, void *ctx)
{
	for (size_t i = 0; i < N_ROUTES; i++)
		each(ctx, method_names[routes[i].method], routes[i].pattern);
}

/* True if ${path} fits ${pattern}; {id} takes 1 to 18 digits, so no number overflows. */
static bool fits(const char *pattern, const char *path, int64_t *id)
{
	const char *hole = strstr(pattern, "{id}");
	if (!hole)
		return strcmp(pattern, path) == 0;
	const size_t before = (size_t)(hole - pattern);
	if (strncmp(pattern, path, before) != 0)
		return false;
	const char *digits = path + before;
	const size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > 18 || strcmp(digits + n, hole + 4) != 0)
		return false;
	*id = 0;
	for (size_t i = 0; i < n; i++)
		*id = *id * 10 + (digits[i] - '0');
	return true;
}

/* The route of ${q}; NULL, and 404 or 405 answered, if there is none. */
static const struct route *route_of(struct request *q, struct response *r)
{
	bool path_is_known = false;
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!fits(routes[i].pattern, q->path, &q->id))
			continue;
		path_is_known = true;
		if (routes[i].method == q->method)
			return &routes[i];
	}
	if (path_is_known)
		respond_error(r, 405, "this resource does not know that method");
	else
		respond_error(r, 404, "there is no such resource; schema/openapi.yaml lists them all");
	return NULL;
}

/* A browser says where a request comes from; other callers say nothing. */
static bool is_from_elsewhere(const struct request *q)
{
	return q->fetch_site && strcmp(q->fetch_site, "same-origin") != 0 && strcmp(q->fetch_site, "none") != 0;
}

static bool has_csrf_token(const struct request *q)
{
	return q->csrf && strlen(q->csrf) == SERVICE_TOKEN_CHARS && strlen(q->session.csrf) == SERVICE_TOKEN_CHARS &&
	       sodium_memcmp(q->csrf, q->session.csrf, SERVICE_TOKEN_CHARS) == 0;
}

/* True if ${q} may go on to ${route}; else it is answered. */
static bool may_pass(struct request *q, const struct route *route, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	if (q->method != METHOD_GET && is_from_elsewhere(q)) {
		respond_error(r, 403, "this request came from another site");
		return false;
	}
	if (route->need == ANYBODY)
		return true;
	if (!q->token) {
		respond_error(r, 401, "log in first");
		return false;
	}
	const enum answer answer = service_session_of(q->service, q->token, &q->session, error);
	if (answer != ANSWER_OK) {
		respond_answer(r, answer, 200, NULL, error);
		return false;
	}
	if (route->need == WRITER && !has_csrf_token(q)) {
		respond_error(r, 403, "the X-CSRF-Token header is missing or not this session's; GET /api/v1/session tells it");
		return false;
	}
	return true;
}

/* The route of ${q} if there is one: its body is taken before it is known whether it may be answered. */
static const struct route *quiet_route_of(struct request *q)
{
	for (size_t i = 0; i < N_ROUTES; i++)
		if (routes[i].method == q->method && fits(routes[i].pattern, q->path, &q->id))
			return &routes[i];
	return NULL;
}

bool router_admit(struct request *q, struct admission *out, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	const struct route *route = quiet_route_of(q);
	*out = (struct admission){ .body_max = HTTP_BODY_BYTES };
	if (!route || (!route->body_max && !route->begin))
		return true;
	if (!may_pass(q, route, r))
		return false;
	if (route->body_max)
		out->body_max = route->body_max;
	if (!route->begin)
		return true;
	const enum answer answer = route->begin(q, &out->upload, error);
	if (answer != ANSWER_OK)
		respond_answer(r, answer, 200, NULL, error);
	return answer == ANSWER_OK;
}

static void answer_list(const struct route *route, const struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	struct service_query query;
	json_t *json = NULL;
	if (!query_read(q, route->filters, &query, error)) {
		respond_error(r, 400, error);
		return;
	}
	const enum answer answer = route->list(q->service, &query, &json, error);
	respond_answer(r, answer, 200, json, error);
}

static void answer_whole(const struct route *route, const struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	const enum answer answer = route->whole(q->service, &json, error);
	respond_answer(r, answer, 200, json, error);
}

static void answer_one(const struct route *route, const struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	const enum answer answer = route->one(q->service, q->id, &json, error);
	respond_answer(r, answer, 200, json, error);
}

static void answer_change(const struct route *route, const struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *what = request_object(q, r);
	if (!what)
		return;
	respond_answer(r, route->change(q->service, &q->session, what, error), 204, NULL, error);
	json_decref(what);
}

static void answer_api(struct request *q, struct response *r)
{
	const struct route *route = route_of(q, r);
	if (!route || !may_pass(q, route, r))
		return;
	if (route->list)
		answer_list(route, q, r);
	else if (route->whole)
		answer_whole(route, q, r);
	else if (route->one)
		answer_one(route, q, r);
	else if (route->change)
		answer_change(route, q, r);
	else
		route->handler(q, r);
}

void router_answer(struct request *q, struct response *r)
{
	if (strncmp(q->path, "/api/", 5) == 0)
		answer_api(q, r);
	else if (q->method == METHOD_GET)
		ui_get(q, r);
	else
		respond_error(r, 405, "the dashboard's files can only be read");
}
