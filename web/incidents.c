#include "web/resources.h"

void incidents_change(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL, *change = request_object(q, r);
	if (!change)
		return;
	const enum answer answer = service_incident_change(q->service, &q->session, q->id, change, &json, error);
	respond_answer(r, answer, 200, json, error);
	json_decref(change);
}
