#include "collector/detect/evasion.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"

#include <string.h>

#define EVASION_WINDOW_NS INT64_C(3600000000000)	/* what comes within an hour is one finding */

/* What one host hid from the sensor before another. */
struct evasion {
	int64_t last_ns;
	struct session *finding;
};

static bool forget(void *payload)
{
	struct evasion *e = payload;
	sessions_free_loose(e->finding);
	return false;
}

struct recent *evasion_memory(size_t pairs)
{
	return recent_new(pairs, sizeof(struct evasion), forget);
}

/* A capture that began in the middle or lost packets explains most signs. */
static bool is_whole(const Ev__FlowSummary *body)
{
	return !body->midstream && body->gaps == 0;
}

static void begin(const struct feed *f, struct evasion *e)
{
	forget(e);
	*e = (struct evasion){ .finding = sessions_make_loose() };
	if (!e->finding)
		return;
	feed_begin_row(f, e->finding);
	for (const struct session *x = f->connection->sessions; x && !e->finding->account; x = x->next)
		feed_set_text(&e->finding->account, x->account);
	e->finding->row.account = e->finding->account;
}

static void add(const struct feed *f, struct evasion *e, const char *sign)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "sign", sign);
	struct act act = acts_of(f, "sensor.evasion", detail, true);
	acts_add(f->detect, e->finding, &act);
}

/* ${sign} was seen on the connection that ended. */
static void see(const struct feed *f, const char *sign)
{
	struct evasion *e = recent_get(f->detect->evasions, f, RECENT_PAIR);
	if (!e)
		return;
	if (!e->finding || f->event->time - e->last_ns > EVASION_WINDOW_NS)
		begin(f, e);
	if (!e->finding)
		return;
	e->last_ns = f->event->time;
	if (f->last_ns > e->finding->row.end_ns)
		e->finding->row.end_ns = f->last_ns;
	add(f, e, sign);
	acts_tell_all(f->detect, e->finding);
}

/* Without a logon or a call there is nothing to hide, and a client that sends rubbish, or a fuzzer, is only that. Segments can
 * hide the logon itself. */
static bool is_about_something(const struct feed *f, const char *sign)
{
	static const char transport[] = "tcp.";
	return f->connection->sessions || strncmp(sign, transport, strlen(transport)) == 0;
}

static bool is_sign(const struct catalogue *c, const char *sign, bool is_doubtful)
{
	return catalogue_is_evasion(c, sign) || (is_doubtful && catalogue_is_doubt(c, sign));
}

static size_t count_doubts(const struct catalogue *c, const Ev__FlowSummary *body)
{
	size_t n = 0;
	for (size_t i = 0; i < body->n_signs; i++)
		n += catalogue_is_doubt(c, body->signs[i]);
	return n;
}

void evasion_summary(const struct feed *f)
{
	const struct catalogue *c = f->detect->catalogue;
	const Ev__FlowSummary *body = f->event->flow_summary;
	bool is_doubtful = count_doubts(c, body) > 1;
	for (size_t i = 0; is_whole(body) && i < body->n_signs; i++)
		if (is_about_something(f, body->signs[i]) && is_sign(c, body->signs[i], is_doubtful))
			see(f, body->signs[i]);
}
