#include "web/resources.h"

void health_get(struct request *q, struct response *r)
{
	(void)q;
	respond_json(r, 200, json_pack("{s:s, s:s}", "status", "ok", "version", ASHIATO_VERSION));
}
