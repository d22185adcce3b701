#include "web/resources.h"

void baseline_add_entry(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL, *entry = request_object(q, r);
	if (!entry)
		return;
	const enum answer answer = service_baseline_add(q->service, &q->session, entry, &json, error);
	respond_answer(r, answer, 201, json, error);
	json_decref(entry);
}

void baseline_preview(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL, *entry = request_object(q, r);
	if (!entry)
		return;
	const enum answer answer = service_baseline_preview(q->service, entry, &json, error);
	respond_answer(r, answer, 200, json, error);
	json_decref(entry);
}

void baseline_import(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL, *what = request_object(q, r);
	if (!what)
		return;
	const enum answer answer = service_baseline_import(q->service, &q->session, what, &json, error);
	respond_answer(r, answer, 200, json, error);
	json_decref(what);
}

void baseline_remove(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	respond_answer(r, service_baseline_remove(q->service, &q->session, q->id, error), 204, NULL, error);
}
