#include "web/resources.h"

#include <string.h>
#include <strings.h>

/* ---- logs on their way in --------------------------------------------------------------------------------------------- */

enum answer logs_begin_sent(struct request *q, struct service_upload **out, char error[SERVICE_ERROR_BYTES])
{
	static const char scheme[] = "Bearer ";
	if (q->authorization && strncasecmp(q->authorization, scheme, sizeof scheme - 1) == 0)
		return service_upload_begin(q->service, q->authorization + sizeof scheme - 1, q->remote, out, error);
	snprintf(error, SERVICE_ERROR_BYTES, "send the source's token: Authorization: Bearer TOKEN");
	return ANSWER_DENIED;
}

/* Query parameters of a log that somebody gives. */
static bool read_given(const struct request *q, struct service_given_log *out, char error[SERVICE_ERROR_BYTES])
{
	const struct { const char *name; const char **field; } names[] = {
		{ "file", &out->file }, { "format", &out->format }, { "host", &out->host }, { "site", &out->site },
		{ "source", &out->source }, { "zone", &out->zone },
	};
	for (size_t p = 0; p < q->n_params; p++) {
		size_t i = 0;
		while (i < sizeof names / sizeof *names && strcmp(names[i].name, q->params[p].name) != 0)
			i++;
		if (i == sizeof names / sizeof *names) {
			snprintf(error, SERVICE_ERROR_BYTES, "unknown query parameter \"%.40s\"; known here: %s", q->params[p].name,
				 "file format host site source zone");
			return false;
		}
		if (*q->params[p].value)
			*names[i].field = q->params[p].value;
	}
	return true;
}

enum answer logs_begin_given(struct request *q, struct service_upload **out, char error[SERVICE_ERROR_BYTES])
{
	struct service_given_log log = { .file = NULL };
	if (!read_given(q, &log, error))
		return ANSWER_BAD_REQUEST;
	return service_upload_give(q->service, &q->session, &log, out, error);
}

/* The body came in as it arrived (server.c); here is what became of it. */
void logs_upload(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	if (!q->upload) {
		respond_error(r, 401, "send the source's token: Authorization: Bearer TOKEN");
		return;
	}
	const enum answer answer = service_upload_end(q->upload, &json, error);
	q->upload = NULL;
	respond_answer(r, answer, 200, json, error);
}

/* ---- sources ---------------------------------------------------------------------------------------------------------- */

void logs_source_add(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL, *source = request_object(q, r);
	if (!source)
		return;
	const enum answer answer = service_log_source_add(q->service, &q->session, source, &json, error);
	respond_answer(r, answer, 201, json, error);
	json_decref(source);
}
