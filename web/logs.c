#include "web/resources.h"

void logs_get(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	const enum answer answer = service_log(q->service, q->id, &json, error);
	respond_answer(r, answer, 200, json, error);
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
