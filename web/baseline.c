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

/* A change that is a JSON object and answers nothing. */
typedef enum answer (*change_fn)(struct service *s, const struct service_session *who, const json_t *change,
				 char error[SERVICE_ERROR_BYTES]);

static void change(struct request *q, struct response *r, change_fn how)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *what = request_object(q, r);
	if (!what)
		return;
	respond_answer(r, how(q->service, &q->session, what, error), 204, NULL, error);
	json_decref(what);
}

void baseline_learning(struct request *q, struct response *r)
{
	change(q, r, service_learning_set);
}

void baseline_refuse(struct request *q, struct response *r)
{
	change(q, r, service_suggestion_refuse);
}

void baseline_host_add(struct request *q, struct response *r)
{
	change(q, r, service_host_add);
}

void baseline_host_remove(struct request *q, struct response *r)
{
	change(q, r, service_host_remove);
}
