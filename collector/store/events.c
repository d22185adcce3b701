/*
 * Events: the facts as sensors stated them, kept as the protobuf bytes they
 * came in, with the few columns beside them that are searched.
 */
#include "collector/store/query.h"

#include "proto/base/log.h"
#include "proto/codec.h"

#include <stdlib.h>
#include <string.h>

enum { TOUCHING_MAX = 5000 };	/* one session's events, many times over */

static const char *address_text(const Ev__Endpoint *e, char out[CODEC_ADDRESS_BYTES])
{
	return codec_address(e, out) ? out : NULL;
}

/* The SMB session an event belongs to; 0 if none. */
static uint64_t session_of(const Ev__Event *e)
{
	switch (e->body_case) {
	case EV__EVENT__BODY_SMB_SESSION_SETUP:
		return e->smb_session_setup->session_id;
	case EV__EVENT__BODY_SMB_TREE_CONNECT:
		return e->smb_tree_connect->session_id;
	case EV__EVENT__BODY_SMB_CREATE:
		return e->smb_create->session_id;
	case EV__EVENT__BODY_SMB_TRANSFER:
		return e->smb_transfer->session_id;
	case EV__EVENT__BODY_SMB_ENCRYPTED:
		return e->smb_encrypted->session_id;
	case EV__EVENT__BODY_RPC_CALL:
		return e->rpc_call->session_id;
	default:
		return 0;
	}
}

static void bind_event(struct query q, const struct origin *from, const Ev__Event *event)
{
	uint64_t session = session_of(event);
	query_int(q, ":sensor", from->sensor_id);
	query_int(q, ":epoch", (int64_t)from->epoch);
	query_int(q, ":seq", (int64_t)event->seq);
	query_int(q, ":time", event->time);
	query_text(q, ":kind", codec_kind(event->body_case));
	query_text(q, ":community_id", event->community_id);
	query_int_or_null(q, ":session", (int64_t)session, session != 0);
}

void store_event_add(struct store_tx *tx, const struct origin *from, const Ev__Event *event)
{
	size_t n = ev__event__get_packed_size(event);
	uint8_t *body = malloc(n);
	if (body == NULL) {
		store_tx_fail(tx, "out of memory");
		return;
	}
	ev__event__pack(event, body);
	char client[CODEC_ADDRESS_BYTES], server[CODEC_ADDRESS_BYTES];
	struct query q = query_of(tx, QUERY_event_add);
	bind_event(q, from, event);
	query_text(q, ":client", address_text(event->client, client));
	query_text(q, ":server", address_text(event->server, server));
	query_blob(q, ":body", body, n);
	query_run(q);
	free(body);
}

void store_hour_add(struct store_tx *tx, int64_t hour_ns, unsigned n_events, unsigned n_sessions)
{
	struct query q = query_of(tx, QUERY_hour_add);
	query_int(q, ":hour", hour_ns);
	query_int(q, ":events", n_events);
	query_int(q, ":sessions", n_sessions);
	query_run(q);
}

/* The columns that every query for events gives first. */
enum { E_ID, E_SENSOR, E_EPOCH, E_SITE, E_SENSOR_NAME, E_SITE_NAME, E_BODY, E_TOTAL };

static void tell(struct query q, store_event_fn each, void *ctx)
{
	size_t n;
	const void *body = column_blob(q, E_BODY, &n);
	Ev__Event *event = ev__event__unpack(NULL, n, body);
	if (event == NULL) {	/* one bad block must not keep the collector from starting */
		log_warning("event %lld is damaged in the database and left out", (long long)column_int(q, E_ID));
		return;
	}
	struct origin from = { .sensor_id = column_int(q, E_SENSOR),
			       .site_id = column_int(q, E_SITE),
			       .sensor = column_text(q, E_SENSOR_NAME),
			       .site = column_text(q, E_SITE_NAME),
			       .epoch = (uint64_t)column_int(q, E_EPOCH) };
	each(ctx, column_int(q, E_ID), &from, event);
	ev__event__free_unpacked(event, NULL);
}

static size_t tell_all(struct query q, store_event_fn each, void *ctx)
{
	size_t n = 0;
	for (; query_row(q); n++)
		tell(q, each, ctx);
	return n;
}

void store_events_under_way(struct store_tx *tx, int64_t recent_ns, int64_t since_ns, store_event_fn each, void *ctx)
{
	int64_t *ids;
	struct query q = query_of(tx, QUERY_events_under_way);
	query_int(q, ":recent", recent_ns);
	query_int(q, ":since", since_ns);
	size_t n = query_ids(q, &ids);	/* numbers first: sorting the events themselves could take all memory */
	for (size_t i = 0; i < n && store_tx_ok(tx); i++)
		store_event(tx, ids[i], each, ctx);
	free(ids);
}

void store_events_touching(struct store_tx *tx, const struct store_touch *of, store_event_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_events_touching);
	query_int(q, ":incident", of->incident);
	query_text(q, ":destination", of->destination);
	query_int(q, ":from", of->from_ns);
	query_int(q, ":to", of->to_ns);
	query_int(q, ":limit", TOUCHING_MAX);
	tell_all(q, each, ctx);
}

bool store_event(struct store_tx *tx, int64_t id, store_event_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_event);
	query_int(q, ":id", id);
	return tell_all(q, each, ctx) != 0;
}

int64_t store_newest(struct store_tx *tx, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_event_newest);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

void store_events(struct store_tx *tx, const struct store_filter *f, store_event_fn each, void *ctx, int64_t *total)
{
	bool is_of = f->access != 0 || f->incident != 0;
	struct query q = query_of(tx, is_of ? QUERY_events_of : QUERY_events);
	if (is_of) {
		query_int_or_null(q, ":access", f->access, f->access != 0);
		query_int_or_null(q, ":incident", f->incident, f->incident != 0);
	}
	query_text(q, ":kind", f->kind);
	query_text(q, ":text", f->text);
	query_int_or_null(q, ":from", f->from_ns, f->from_ns != 0);
	query_int_or_null(q, ":to", f->to_ns, f->to_ns != 0);
	query_int_or_null(q, ":before", f->before, f->before != 0);
	query_int(q, ":limit", f->limit);
	*total = 0;
	while (query_row(q)) {
		*total = column_int(q, E_TOTAL);
		tell(q, each, ctx);
	}
}
