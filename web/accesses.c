#include "web/resources.h"

void accesses_verdicts(struct request *q, struct response *r)
{
	char error[SERVICE_ERROR_BYTES];
	json_t *json = NULL;
	const enum answer answer = service_verdicts(q->service, q->id, &json, error);
	respond_answer(r, answer, 200, json, error);
}
