#include "collector/detect/coercion.h"

#include "collector/detect/detail.h"

#include <string.h>
#include <strings.h>

#define COERCION_WINDOW_NS INT64_C(60000000000)	/* a coerced host connects at once, and again while the name is resolved */

static const char forced_authentication[] = "T1187";

/* What one host was told to do. */
struct coercion {
	int64_t time_ns;
	char host[SESSION_ADDRESS_BYTES];	/* where to, as the call names it; "": not readable */
	struct session *finding;		/* the caller's; told once the host has obeyed */
};

static bool forget(void *payload)
{
	struct coercion *c = payload;
	sessions_free_loose(c->finding);
	return false;
}

struct recent *coercion_memory(size_t hosts)
{
	return recent_new(hosts, sizeof(struct coercion), forget);
}

/* The event as seen from the host that was called: memory is kept by who will be the client then. */
static Ev__Event turned(const struct feed *f)
{
	Ev__Event e = *f->event;
	e.client = f->event->server;
	e.server = f->event->client;
	return e;
}

/* The host of \\HOST\..., \\HOST@80\... or of a bare HOST. */
static void take_host(char out[SESSION_ADDRESS_BYTES], const char *path)
{
	path += strspn(path, "\\/");
	size_t n = strcspn(path, "\\/@");
	out[0] = '\0';
	if (n < SESSION_ADDRESS_BYTES)
		strncat(out, path, n);
}

/* Where the call sends the host: the parameter of each of these operations that names it. */
static void name_host(struct coercion *c, const json_t *detail)
{
	static const char *const keys[] = { "file", "listener", "share", "server" };
	const char *path = NULL;
	for (size_t i = 0; !path && i < sizeof keys / sizeof keys[0]; i++)
		path = json_string_value(json_object_get(detail, keys[i]));
	take_host(c->host, path ? path : "");
}

static void begin(const struct feed *f, struct coercion *c, const struct session *x)
{
	forget(c);
	*c = (struct coercion){ .finding = sessions_make_loose() };
	if (!c->finding)
		return;
	feed_begin_row(f, c->finding);
	feed_set_text(&c->finding->account, x->account);
	feed_set_text(&c->finding->workstation, x->workstation);
	c->finding->row.account = c->finding->account;
	c->finding->row.workstation = c->finding->workstation;
	c->finding->row.auth = x->row.auth;
}

void coercion_call(const struct feed *f, struct session *x, const struct act *act)
{
	if (!act->rule || !act->rule->technique || strcmp(act->rule->technique, forced_authentication) != 0)
		return;
	Ev__Event told = turned(f);
	struct feed there = *f;
	there.event = &told;
	struct coercion *c = recent_get(f->detect->coercions, &there, RECENT_SOURCE);
	bool is_same = c->finding && strcmp(c->finding->source, x->source) == 0 && f->event->time - c->time_ns <= COERCION_WINDOW_NS;
	if (!is_same)
		begin(f, c, x);
	if (!c->finding)
		return;
	c->time_ns = f->event->time;
	name_host(c, act->detail);
	struct act copy = *act;
	copy.detail = json_incref(act->detail);
	copy.rule = NULL;	/* what it is worth, the finding says */
	acts_add(f->detect, c->finding, &copy);
}

/* The logon goes where the call sent it: to the address it names, or, where it names none, back to the caller. */
static bool is_where_sent(const struct coercion *c, const char *destination)
{
	return strcasecmp(c->host, destination) == 0 || strcmp(c->finding->source, destination) == 0;
}

void coercion_logon(const struct feed *f, const char *account)
{
	struct coercion *c = recent_find(f->detect->coercions, f, RECENT_SOURCE);
	char destination[SESSION_ADDRESS_BYTES];
	if (!c || !c->finding || f->event->time - c->time_ns > COERCION_WINDOW_NS)
		return;
	feed_address(f->event->server, destination);
	if (!is_where_sent(c, destination) || acts_find(c->finding, "auth.coercion", "listener", destination))
		return;
	json_t *detail = NULL;
	detail_put_text(&detail, "listener", destination);
	detail_put_text(&detail, "account", account);
	detail_put_text(&detail, "named", c->host[0] ? c->host : NULL);
	struct act act = acts_of(f, "auth.coercion", detail, true);
	acts_add(f->detect, c->finding, &act);
	if (f->last_ns > c->finding->row.end_ns)
		c->finding->row.end_ns = f->last_ns;
	acts_tell_all(f->detect, c->finding);
}
