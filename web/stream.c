#include "web/resources.h"

/* The connection's own thread in server.c writes the messages. */
void stream_get(struct request *q, struct response *r)
{
	(void)q;
	r->status = 200;
	r->body = BODY_STREAM;
	r->content_type = "text/event-stream; charset=utf-8";
}
