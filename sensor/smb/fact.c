#include "sensor/smb/fact.h"

#include "sensor/core/ends.h"

struct exchange fact_exchange(const struct pending *p, const struct answer *a)
{
	struct exchange x = { .time_ns = p != NULL ? p->time_ns : a->time_ns };

	if (a != NULL) {
		x.is_answered = true;
		x.response_ns = a->time_ns;
		x.status = a->status;
	}
	return x;
}

void fact_emit(struct conn *c, const struct exchange *x, Ev__Event *e)
{
	enum way from_client = conn_client(c);
	Ev__Endpoint client = ends_point(c->ends, from_client), server = ends_point(c->ends, !from_client);

	e->time = x->time_ns;
	if (x->is_answered) {
		FACT_SET(e, response_time, x->response_ns);
		FACT_SET(e, status, x->status);
	}
	e->community_id = text_lend(c->ends->community_id);
	e->client = &client;
	e->server = &server;
	if (c->env->arena->full) {
		count(c->env->counts, COUNT_ARENA_FULL);
		return;
	}
	c->env->emit(c->env->emit_ctx, e);
}

Ev__AuthToken *fact_token(struct conn *c, struct view token)
{
	Ev__AuthToken *read = token.n > 0 ? arena_take(c->env->arena, sizeof(*read)) : NULL;

	if (read == NULL)
		return NULL;
	if (!c->env->read_token(token, c->env->arena, read))
		read = NULL;
	if (read != NULL ? read->incomplete : !c->env->arena->full)
		conn_malformed(c, COUNT_AUTH_MALFORMED);
	return read;
}
