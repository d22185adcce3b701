#include "web/resources.h"

#include <sodium.h>
#include <string.h>

/* Gone with the browser; the server's own limit (12 h idle) is shorter than most browsers' lives. */
#define COOKIE "ashiato_session=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s"

static json_t *session_json(const struct service_session *s)
{
	return json_pack("{s:s, s:s}", "user", s->user, "csrf", s->csrf);
}

void session_login(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES], token[SERVICE_TOKEN_CHARS + 1];
	struct service_credentials given = { .remote = q->remote };
	struct service_session session;
	json_t *body = request_object(q, r);
	if (!body)
		return;
	if (json_unpack(body, "{s:s, s:s !}", "user", &given.user, "password", &given.password) < 0) {
		respond_error(r, 400, "send {\"user\": …, \"password\": …} and nothing else");
	} else {
		const enum answer answer = service_login(q->service, &given, token, &session, error);
		respond_answer(r, answer, 200, answer == ANSWER_OK ? session_json(&session) : NULL, error);
		if (answer == ANSWER_OK)
			snprintf(r->cookie, sizeof r->cookie, COOKIE, token, "");
		sodium_memzero(token, sizeof token);
	}
	json_decref(body);
}

void session_logout(struct request *q, struct response *r)
{
	service_logout(q->service, q->token);
	respond_empty(r, 204);
	snprintf(r->cookie, sizeof r->cookie, COOKIE, "", "; Max-Age=0");
}

void session_get(struct request *q, struct response *r)
{
	respond_json(r, 200, session_json(&q->session));
}

void session_password(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	const char *old, *fresh;
	json_t *body = request_object(q, r);
	if (!body)
		return;
	if (json_unpack(body, "{s:s, s:s !}", "old", &old, "new", &fresh) < 0)
		respond_error(r, 400, "send {\"old\": …, \"new\": …} and nothing else");
	else
		respond_answer(r, service_password(q->service, &q->session, old, fresh, error), 204, NULL, error);
	json_decref(body);
}
