#include "collector/detect/feed.h"

#include "proto/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool feed_set_text(char **field, const char *text)
{
	if (*field == text || (*field && text && strcmp(*field, text) == 0))
		return false;
	free(*field);
	*field = text ? strdup(text) : NULL;
	return true;
}

void feed_address(const Ev__Endpoint *endpoint, char out[SESSION_ADDRESS_BYTES])
{
	_Static_assert((int)SESSION_ADDRESS_BYTES >= (int)CODEC_ADDRESS_BYTES, "an address fits");
	if (!codec_address(endpoint, out))
		snprintf(out, SESSION_ADDRESS_BYTES, "unknown");
}

void feed_begin_row(const struct feed *f, struct session *x)
{
	feed_address(f->event->client, x->source);
	feed_address(f->event->server, x->destination);
	snprintf(x->site, sizeof x->site, "%s", f->origin->site ? f->origin->site : "");
	snprintf(x->community_id, sizeof x->community_id, "%s", f->event->community_id);
	x->row = (struct access){
		.key = f->key,
		.site = x->site,
		.site_id = f->origin->site_id,
		.source = x->source,
		.source_port = f->event->client->port,
		.destination = x->destination,
		.destination_port = f->event->server->port,
		.community_id = x->community_id,
		.session_id = x->id,
		.start_ns = f->event->time,
		.end_ns = f->last_ns,
		.verdict = VERDICT_UNVERIFIED,
	};
}

struct session *feed_session(const struct feed *f, uint64_t id, bool is_rpc)
{
	struct session *x = sessions_find(f->connection, id, is_rpc);
	if (!x) {
		x = sessions_begin(&f->detect->sessions, f->connection, id, is_rpc);
		if (!x)
			return NULL;
		feed_begin_row(f, x);
		snprintf(x->dialect, sizeof x->dialect, "%s", f->connection->dialect);
		x->row.dialect = x->dialect[0] ? x->dialect : NULL;
	}
	if (f->last_ns > x->row.end_ns)
		x->row.end_ns = f->last_ns;
	return x;
}
