#include "tests/unit/web/fake_service.h"
#include "web/http.h"
#include "web/router.h"

#include <criterion/criterion.h>
#include <string.h>

static struct service service;

/* A request of somebody who is logged in and sends all that a browser sends. */
static struct request good(enum method method, const char *path)
{
	service = (struct service){ 0 };
	return (struct request){ .method = method, .path = path, .remote = "192.0.2.1", .token = FAKE_TOKEN, .csrf = FAKE_CSRF,
				 .content_type = "application/json", .fetch_site = "same-origin", .service = &service };
}

static unsigned answered(struct request q, struct response *r)
{
	*r = (struct response){ 0 };
	router_answer(&q, r);
	return r->status;
}

static unsigned status(struct request q)
{
	struct response r;
	const unsigned s = answered(q, &r);
	response_fini(&r);
	return s;
}

static struct request with_body(struct request q, const char *body)
{
	q.body = body;
	q.body_bytes = strlen(body);
	return q;
}

static struct request with_param(struct request q, const char *name, const char *value)
{
	q.params[q.n_params++] = (struct param){ name, value };
	return q;
}

Test(router, lists_reach_the_service_with_their_filters)
{
	struct request q = with_param(good(METHOD_GET, "/api/v1/incidents"), "state", "closed");
	q = with_param(with_param(q, "limit", "500"), "from", "2026-01-31T08:00:00Z");
	cr_assert_eq(status(q), 200);
	cr_assert_str_eq(service.called, "incidents");
	cr_assert_str_eq(service.query.state, "closed");
	cr_assert_eq(service.query.limit, 500);
	cr_assert_eq(service.query.from_ns, INT64_C(1769846400) * 1000000000);
}

Test(router, habits_suggestions_and_imports_reach_the_service)
{
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/baseline/habits"), "q", "10.0.0.5")), 200);
	cr_assert_str_eq(service.called, "habits");
	cr_assert_str_eq(service.query.text, "10.0.0.5");
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/profile"), "site", "basel")), 200);
	cr_assert_str_eq(service.called, "profile");
	cr_assert_str_eq(service.query.site, "basel");
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/profile/unusual")), 200);
	cr_assert_str_eq(service.called, "unusual");
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/baseline/suggestions")), 200);
	cr_assert_str_eq(service.called, "suggestions");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/baseline/suggestions/refuse"), "{}")), 204);
	cr_assert_str_eq(service.called, "suggestion_refuse");
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/hosts")), 200);
	cr_assert_str_eq(service.called, "hosts");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/hosts"), "{}")), 204);
	cr_assert_str_eq(service.called, "host_add");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/hosts/remove"), "{}")), 204);
	cr_assert_str_eq(service.called, "host_remove");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/baseline/import"), "{}")), 200);
	cr_assert_str_eq(service.called, "baseline_import");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/baseline/learning"), "{}")), 204);
	cr_assert_str_eq(service.called, "learning_set");
}

Test(router, an_unknown_filter_is_an_error_and_asks_nothing)
{
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/incidents"), "sevrity", "high")), 400);
	cr_assert_null(service.called);
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/files"), "state", "open")), 400, "known elsewhere, not here");
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/files"), "", "")), 400);
	cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/files"), "it", "")), 400, "a part of a name");
}

Test(router, limits_are_kept_at_their_edges)
{
	static const struct { const char *limit; unsigned status; } cases[] = {
		{ "1", 200 }, { "500", 200 }, { "0", 400 }, { "501", 400 }, { "-1", 400 }, { "", 400 }, { "5x", 400 },
		{ "99999999999999999999", 400 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_assert_eq(status(with_param(good(METHOD_GET, "/api/v1/files"), "limit", cases[i].limit)), cases[i].status,
			     "limit=%s", cases[i].limit);
}

Test(router, too_many_parameters_are_refused)
{
	struct request q = good(METHOD_GET, "/api/v1/files");
	q.too_many_params = true;
	cr_assert_eq(status(q), 400);
}

Test(router, nobody_reads_without_a_login)
{
	struct request q = good(METHOD_GET, "/api/v1/overview");
	q.token = NULL;
	cr_assert_eq(status(q), 401);
	q.token = "wrong";
	cr_assert_eq(status(q), 401);
	cr_assert_null(service.called);
}

static void needs_login(void *ctx, const char *method, const char *pattern)
{
	int *open_routes = ctx;
	char path[128];
	snprintf(path, sizeof path, "%s", pattern);
	const char *hole = strstr(pattern, "{id}");
	if (hole)
		snprintf(path, sizeof path, "%.*s7%s", (int)(hole - pattern), pattern, hole + 4);
	struct request q = good(strcmp(method, "GET") == 0 ? METHOD_GET : strcmp(method, "POST") == 0 ? METHOD_POST :
				strcmp(method, "PATCH") == 0 ? METHOD_PATCH : METHOD_DELETE, path);
	q.token = NULL;
	const unsigned got = status(with_body(q, "{}"));
	if (got == 401)
		return;
	(*open_routes)++;
	cr_expect(strstr("/api/v1/health /api/v1/login", pattern) != NULL, "%s %s is open to anybody: %u", method, pattern, got);
}

Test(router, only_health_and_login_are_open_to_anybody)
{
	int open_routes = 0;
	router_rows(needs_login, &open_routes);
	cr_assert_eq(open_routes, 2);
}

Test(router, a_change_needs_the_sessions_csrf_token)
{
	struct request q = with_body(good(METHOD_POST, "/api/v1/baseline"), "{}");
	cr_assert_eq(status(q), 201);
	cr_assert_str_eq(service.called, "baseline_add");
	const char *const wrong[] = { NULL, "", "short", FAKE_TOKEN };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		q = with_body(good(METHOD_POST, "/api/v1/baseline"), "{}");
		q.csrf = wrong[i];
		cr_assert_eq(status(q), 403);
		cr_assert_null(service.called);
	}
}

Test(router, a_request_from_another_site_is_refused_even_for_login)
{
	struct request q = with_body(good(METHOD_POST, "/api/v1/login"), "{\"user\":\"admin\",\"password\":\"correct horse\"}");
	q.fetch_site = "cross-site";
	cr_assert_eq(status(q), 403);
	q.fetch_site = "same-site";
	cr_assert_eq(status(q), 403);
	q.fetch_site = NULL;
	cr_assert_eq(status(q), 200, "a program that is no browser");
}

Test(router, a_body_must_be_a_json_object_sent_as_json)
{
	struct request q = with_body(good(METHOD_POST, "/api/v1/baseline"), "{}");
	q.content_type = "text/plain";
	cr_assert_eq(status(q), 415);
	q.content_type = NULL;
	cr_assert_eq(status(q), 415);
	q.content_type = "application/jsonp";
	cr_assert_eq(status(q), 415);
	q.content_type = "application/json; charset=utf-8";
	cr_assert_eq(status(q), 201);
	const char *const wrong[] = { "", "[]", "{", "{\"a\":1,\"a\":2}", "\xff", "null" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/baseline"), wrong[i])), 400, "%s", wrong[i]);
}

Test(router, login_sets_a_cookie_scripts_cannot_read)
{
	struct request q = with_body(good(METHOD_POST, "/api/v1/login"), "{\"user\":\"admin\",\"password\":\"correct horse\"}");
	struct response r;
	q.token = NULL;
	cr_assert_eq(answered(q, &r), 200);
	cr_assert_not_null(strstr(r.cookie, "ashiato_session=" FAKE_TOKEN ";"));
	cr_assert_not_null(strstr(r.cookie, "HttpOnly"));
	cr_assert_not_null(strstr(r.cookie, "Secure"));
	cr_assert_not_null(strstr(r.cookie, "SameSite=Strict"));
	cr_assert_str_eq(json_string_value(json_object_get(r.json, "csrf")), FAKE_CSRF);
	cr_assert_null(json_object_get(r.json, "token"));
	response_fini(&r);
}

Test(router, a_wrong_password_sets_no_cookie)
{
	struct response r;
	cr_assert_eq(answered(with_body(good(METHOD_POST, "/api/v1/login"), "{\"user\":\"admin\",\"password\":\"x\"}"), &r), 401);
	cr_assert_str_empty(r.cookie);
	cr_assert_str_eq(json_string_value(json_object_get(r.json, "error")), "wrong user or password");
	response_fini(&r);
}

Test(router, login_takes_two_strings_and_nothing_else)
{
	const char *const wrong[] = { "{}", "{\"user\":\"a\"}", "{\"user\":1,\"password\":\"b\"}",
				      "{\"user\":\"a\",\"password\":\"b\",\"c\":1}" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/login"), wrong[i])), 400, "%s", wrong[i]);
}

Test(router, logout_ends_the_session_and_the_cookie)
{
	struct request q = good(METHOD_POST, "/api/v1/logout");
	struct response r;
	cr_assert_eq(answered(q, &r), 204);
	cr_assert(service.logged_out);
	cr_assert_not_null(strstr(r.cookie, "Max-Age=0"));
	response_fini(&r);
}

Test(router, numbers_in_paths_are_numbers)
{
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/incidents/7")), 200);
	cr_assert_eq(service.id, 7);
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/incidents/999999999999999999")), 200);
	cr_assert_eq(service.id, 999999999999999999);
	const char *const wrong[] = {
		"/api/v1/incidents/",	"/api/v1/incidents/x",	"/api/v1/incidents/7/",			"/api/v1/incidents/-7",
		"/api/v1/incidents/7x", "/api/v1/incident",	"/api/v1/incidents/1000000000000000000", "/api/",
		"/api/v2/x",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(status(good(METHOD_GET, wrong[i])), 404, "%s", wrong[i]);
}

Test(router, a_known_path_with_another_method_is_405)
{
	cr_assert_eq(status(good(METHOD_DELETE, "/api/v1/incidents/7")), 405);
	cr_assert_eq(status(good(METHOD_OTHER, "/api/v1/overview")), 405);
	cr_assert_eq(status(good(METHOD_POST, "/")), 405);
}

Test(router, what_the_service_says_becomes_the_status)
{
	static const struct { enum answer answer; unsigned status; } cases[] = {
		{ ANSWER_BAD_REQUEST, 400 }, { ANSWER_NOT_FOUND, 404 }, { ANSWER_CONFLICT, 409 }, { ANSWER_FAILED, 500 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request q = good(METHOD_GET, "/api/v1/events/3");
		struct response r;
		service.answer = cases[i].answer;
		cr_assert_eq(answered(q, &r), cases[i].status);
		cr_assert_str_eq(json_string_value(json_object_get(r.json, "error")), "event failed");
		response_fini(&r);
	}
}

Test(router, what_an_access_was_judged_is_asked_by_its_number)
{
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/accesses/7/verdicts")), 200);
	cr_assert_str_eq(service.called, "verdicts");
	cr_assert_eq(service.id, 7);
	cr_assert_eq(status(good(METHOD_GET, "/api/v1/accesses/x/verdicts")), 404);
}

Test(router, an_upload_without_a_token_is_401_and_one_with_ends_in_its_counts)
{
	char error[SERVICE_ERROR_BYTES];
	struct request q = good(METHOD_POST, "/api/v1/logs");
	struct response r;
	q.token = NULL;
	cr_assert_eq(status(q), 401);
	cr_assert_eq(service_upload_begin(&service, FAKE_TOKEN, "::1", &q.upload, error), ANSWER_OK);
	service_upload_feed(q.upload, "{}", 2);
	cr_assert_eq(answered(q, &r), 200);
	cr_assert_eq(json_integer_value(json_object_get(r.json, "accepted")), 2);
	response_fini(&r);
}

/* What the head alone lets the body be. */
static bool admitted(struct request q, struct admission *a, struct response *r)
{
	*r = (struct response){ 0 };
	return router_admit(&q, a, r);
}

Test(router, a_long_body_is_taken_only_of_somebody_who_is_logged_in)
{
	struct admission a;
	struct response r;
	struct request q = good(METHOD_POST, "/api/v1/baseline/import");
	cr_assert(admitted(q, &a, &r));
	cr_assert_eq(a.body_max, HTTP_TABLE_BYTES);
	q.csrf = NULL;
	cr_assert_not(admitted(q, &a, &r));
	cr_assert_eq(r.status, 403);
	response_fini(&r);
	q.token = NULL;
	cr_assert_not(admitted(q, &a, &r));
	cr_assert_eq(r.status, 401);
	response_fini(&r);
}

Test(router, every_other_body_is_short_whoever_sends_it)
{
	const char *const paths[] = { "/api/v1/login", "/api/v1/baseline", "/api/v1/nothing", "/" };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct admission a;
		struct response r;
		struct request q = good(METHOD_POST, paths[i]);
		q.token = NULL;
		cr_assert(admitted(q, &a, &r));
		cr_assert_eq(a.body_max, HTTP_BODY_BYTES);
		cr_assert_null(a.upload);
	}
}

Test(router, a_log_begins_with_its_sources_token_or_with_a_login)
{
	struct admission a;
	struct response r;
	struct request sent = good(METHOD_POST, "/api/v1/logs"), given = good(METHOD_POST, "/api/v1/logs/file");
	cr_assert_not(admitted(sent, &a, &r), "a session is no token");
	cr_assert_eq(r.status, 401);
	response_fini(&r);
	sent.authorization = "bearer " FAKE_TOKEN;
	cr_assert(admitted(sent, &a, &r));
	cr_assert_not_null(a.upload);
	cr_assert_not(admitted(given, &a, &r), "it names no source");
	cr_assert_eq(r.status, 400);
	response_fini(&r);
	given = with_param(given, "source", "fs1");
	cr_assert(admitted(given, &a, &r));
	cr_assert_not_null(a.upload);
	cr_assert_not(admitted(with_param(given, "sauce", "x"), &a, &r));
	cr_assert_eq(r.status, 400);
	response_fini(&r);
	given.fetch_site = "cross-site";
	cr_assert_not(admitted(given, &a, &r));
	cr_assert_eq(r.status, 403);
	response_fini(&r);
}

Test(router, sources_are_made_set_right_and_removed)
{
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/logs/sources"), "{}")), 201);
	cr_assert_str_eq(service.called, "log_source_add");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/logs/sources/clock"), "{}")), 204);
	cr_assert_str_eq(service.called, "log_clock_set");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/logs/sources/hosts"), "{}")), 204);
	cr_assert_str_eq(service.called, "log_hosts_set");
	cr_assert_eq(status(with_body(good(METHOD_POST, "/api/v1/logs/sources/remove"), "{}")), 204);
	cr_assert_str_eq(service.called, "log_source_remove");
}

Test(router, a_report_is_a_file_that_may_run_nothing)
{
	struct response r;
	cr_assert_eq(answered(good(METHOD_GET, "/api/v1/reports/accesses.html"), &r), 200);
	cr_assert_eq(r.body, BODY_FILE);
	cr_assert_not_null(strstr(r.csp, "sandbox"));
	char text[16] = "";
	rewind(r.file);
	cr_assert_eq(fread(text, 1, sizeof text, r.file), 4);
	cr_assert_str_eq(text, "html");
	response_fini(&r);
	cr_assert_eq(answered(good(METHOD_GET, "/api/v1/reports/incidents.csv"), &r), 200);
	cr_assert_not_null(strstr(r.disposition, "attachment"));
	response_fini(&r);
}

Test(router, a_report_that_fails_is_an_error_and_no_file)
{
	struct request q = good(METHOD_GET, "/api/v1/reports/incidents.csv");
	struct response r;
	service.answer = ANSWER_FAILED;
	cr_assert_eq(answered(q, &r), 500);
	cr_assert_eq(r.body, BODY_JSON);
	cr_assert_null(r.file);
	response_fini(&r);
}

Test(router, pages_and_files_of_the_dashboard)
{
	struct request q = good(METHOD_GET, "/incidents/7");
	struct response r;
	q.token = NULL;
	cr_assert_eq(answered(q, &r), 200);
	cr_assert_str_eq(r.content_type, "text/html; charset=utf-8");
	cr_assert_gt(r.n_bytes, 0);
	q.if_none_match = r.etag;
	cr_assert_eq(status(q), 304);
	cr_assert_eq(status(good(METHOD_GET, "/none.js")), 404);
	cr_assert_eq(status(good(METHOD_GET, "/../../etc/passwd.txt")), 404);
}
