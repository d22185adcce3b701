#include "collector/detect/sealed.h"

#include "collector/detect/acts.h"

static void tell(const struct feed *f, struct session *x)
{
	struct opaque_row row = {
		.key = x->row.key,
		.site = x->row.site,
		.source = x->row.source,
		.destination = x->row.destination,
		.account = x->row.account,
		.auth = x->row.auth,
		.dialect = x->row.dialect,
		.source_port = x->row.source_port,
		.destination_port = x->row.destination_port,
		.community_id = x->row.community_id,
		.messages = x->sealed_messages,
		.bytes = x->sealed_bytes,
		.start_ns = x->row.start_ns,
		.end_ns = x->row.end_ns,
	};
	f->detect->sink.opaque(f->detect->sink.ctx, &row);
}

static void mark(const struct feed *f, struct session *x)
{
	bool is_new = !x->is_opaque;
	x->is_opaque = true;
	x->row.encrypted = true;
	if (is_new)
		acts_tell_row(f->detect, x);
	tell(f, x);
}

/* [MS-SMB2] 3.3.5.2.1.1: a server looks the session of a sealed message up. 0 is none; impacket says so when it closes one twice. */
void sealed_seen(const struct feed *f)
{
	const Ev__SmbEncrypted *body = f->event->smb_encrypted;
	bool is_of_session = body->has_session_id && body->session_id != 0;
	struct session *x = is_of_session ? feed_session(f, body->session_id, false) : NULL;
	if (!x)
		return;
	x->sealed_messages = body->messages_to_server + body->messages_to_client;
	x->sealed_bytes = body->bytes_to_server + body->bytes_to_client;
	if (body->has_last_time && body->last_time > x->row.end_ns)
		x->row.end_ns = body->last_time;
	mark(f, x);
}

void sealed_declared(const struct feed *f, struct session *x)
{
	if (!x->is_opaque)
		mark(f, x);
}
