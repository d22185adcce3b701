#include "web/resources.h"

void events_get(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	const enum answer answer = service_event(q->service, q->id, &json, error);
	respond_answer(r, answer, 200, json, error);
}
