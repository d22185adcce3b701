#include "web/http.h"

#include <string.h>

void respond_json(struct response *r, unsigned status, json_t *json)
{
	r->status = status;
	r->body = BODY_JSON;
	r->json = json;
	r->content_type = "application/json; charset=utf-8";
}

void respond_error(struct response *r, unsigned status, const char *sentence)
{
	respond_json(r, status, json_pack("{s:s}", "error", sentence));
}

void respond_empty(struct response *r, unsigned status)
{
	r->status = status;
	r->body = BODY_NONE;
}

/* What each answer of the service is in HTTP. */
static const unsigned status_of[] = {
	[ANSWER_OK] = 200,
	[ANSWER_BAD_REQUEST] = 400,
	[ANSWER_DENIED] = 401,
	[ANSWER_NOT_FOUND] = 404,
	[ANSWER_CONFLICT] = 409,
	[ANSWER_TOO_MANY] = 429,
	[ANSWER_TOO_LARGE] = 413,
	[ANSWER_FAILED] = 500,
};

void respond_answer(struct response *r, enum answer answer, unsigned ok_status, json_t *json, const char *error)
{
	if (answer != ANSWER_OK)
		respond_error(r, status_of[answer], error);
	else if (json)
		respond_json(r, ok_status, json);
	else
		respond_empty(r, ok_status);
}

/* A form on another site cannot send this type without asking first. */
static bool is_json(const char *content_type)
{
	static const char type[] = "application/json";
	return content_type && strncmp(content_type, type, sizeof type - 1) == 0 &&
	       (content_type[sizeof type - 1] == '\0' || content_type[sizeof type - 1] == ';');
}

json_t *request_object(const struct request *q, struct response *r)
{
	if (!is_json(q->content_type)) {
		respond_error(r, 415, "send the body as application/json");
		return NULL;
	}
	json_t *root = json_loadb(q->body ? q->body : "", q->body_bytes, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(root))
		return root;
	json_decref(root);
	respond_error(r, 400, "the body is not a JSON object");
	return NULL;
}

void response_fini(struct response *r)
{
	json_decref(r->json);
	r->json = NULL;
	if (r->file)
		fclose(r->file);
	r->file = NULL;
}
