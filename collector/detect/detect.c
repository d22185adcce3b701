#include "collector/detect/activation.h"
#include "collector/detect/calls.h"
#include "collector/detect/coercion.h"
#include "collector/detect/evasion.h"
#include "collector/detect/executables.h"
#include "collector/detect/feed.h"
#include "collector/detect/files.h"
#include "collector/detect/guessing.h"
#include "collector/detect/logon.h"
#include "collector/detect/pipes.h"
#include "collector/detect/rc4.h"
#include "collector/detect/sealed.h"
#include "collector/detect/trees.h"
#include "collector/detect/zerologon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS_PER_HOST = 32, HOSTS_MIN = 64 };	/* how much the rules with memory may remember */

const struct detect_limits detect_limits_default = {
	.sessions = 200000,
	.steps_per_session = 256,
	.session_idle_ns = 24LL * 3600 * 1000000000,
};

struct detect *detect_new(const struct rules *rules, const struct detect_limits *limits, const struct detect_sink *sink)
{
	struct detect *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->catalogue = rules->catalogue;
	d->libraries = rules->libraries;
	d->limits = *limits;
	d->sink = *sink;
	size_t hosts = limits->sessions / SESSIONS_PER_HOST + HOSTS_MIN;
	d->guesses = guessing_memory(hosts);
	d->zerologons = zerologon_memory(hosts);
	d->activations = activation_memory(hosts);
	d->coercions = coercion_memory(hosts);
	d->evasions = evasion_memory(hosts);
	d->executables = executables_memory(hosts);
	d->rc4 = rc4_new();
	if (sessions_init(&d->sessions, limits->sessions, limits->session_idle_ns) && d->guesses && d->zerologons &&
	    d->activations && d->coercions && d->evasions &&
	    d->executables && d->rc4)
		return d;
	detect_free(d);
	return NULL;
}

void detect_free(struct detect *d)
{
	if (!d)
		return;
	recent_free(d->guesses);
	recent_free(d->zerologons);
	recent_free(d->activations);
	recent_free(d->coercions);
	recent_free(d->evasions);
	recent_free(d->executables);
	rc4_free(d->rc4);
	sessions_fini(&d->sessions);
	free(d);
}

uint64_t detect_lost(const struct detect *d)
{
	return d->sessions.lost + d->lost_steps + recent_lost(d->guesses) + recent_lost(d->zerologons);
}

/* ---- events ---- */

static void flow_summary(const struct feed *f)
{
	evasion_summary(f);
	sessions_ended(&f->detect->sessions, f->connection);
}

/* What every kind of event means here; a kind without a row says nothing about an act. */
static const struct {
	Ev__Event__BodyCase body;
	void (*handle)(const struct feed *f);
} kinds[] = {
	/* clang-format off */
	{ EV__EVENT__BODY_FLOW_SUMMARY,      flow_summary },
	{ EV__EVENT__BODY_KRB_AS,            logon_kerberos },
	{ EV__EVENT__BODY_RPC_BIND,          logon_bind },
	{ EV__EVENT__BODY_RPC_CALL,          calls_call },
	{ EV__EVENT__BODY_SMB_COPY,          files_copy },
	{ EV__EVENT__BODY_SMB_CREATE,        files_create },
	{ EV__EVENT__BODY_SMB_DELETE,        files_delete },
	{ EV__EVENT__BODY_SMB_ENCRYPTED,     sealed_seen },
	{ EV__EVENT__BODY_SMB_LINK,          files_link },
	{ EV__EVENT__BODY_SMB_NEGOTIATE,     logon_negotiate },
	{ EV__EVENT__BODY_SMB_PIPE,          pipes_closed },
	{ EV__EVENT__BODY_SMB_RENAME,        files_rename },
	{ EV__EVENT__BODY_SMB_SESSION_SETUP, logon_session_setup },
	{ EV__EVENT__BODY_SMB_TRANSFER,      files_transfer },
	{ EV__EVENT__BODY_SMB_TREE_CONNECT,  trees_connect },
	/* clang-format on */
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

void detect_feed(struct detect *d, const struct origin *origin, const Ev__Event *event)
{
	size_t k = 0;
	while (k < N_KINDS && kinds[k].body != event->body_case)
		k++;
	if (k == N_KINDS || !event->community_id || !event->client || !event->server)
		return;
	struct feed f = {
		.detect = d,
		.origin = origin,
		.event = event,
		.key = { origin->sensor_id, origin->epoch, event->seq },
		.last_ns = event->has_response_time && event->response_time > event->time ? event->response_time : event->time,
	};
	struct connection_key key = { .sensor_id = origin->sensor_id, .epoch = origin->epoch };
	snprintf(key.community_id, sizeof key.community_id, "%s", event->community_id);
	/* Exchanges with a KDC are nobody's session: they need no room among those. */
	bool has_sessions = event->body_case != EV__EVENT__BODY_KRB_AS;
	f.connection = has_sessions ? sessions_connection(&d->sessions, &key, event->time) : NULL;
	if (f.connection || !has_sessions)
		kinds[k].handle(&f);
}
