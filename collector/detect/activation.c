#include "collector/detect/activation.h"

#include "collector/detect/detail.h"

#include <stdlib.h>
#include <string.h>

#define ACTIVATION_WINDOW_NS INT64_C(60000000000)	/* an object that is not called within a minute was activated for something else */

/* The last activation between two hosts. */
struct activation {
	struct act act;		/* name and detail are ours */
	char *name;
};

static bool forget(void *payload)
{
	struct activation *a = payload;
	free(a->name);
	json_decref(a->act.detail);
	return false;
}

struct recent *activation_memory(size_t pairs)
{
	return recent_new(pairs, sizeof(struct activation), forget);
}

static bool is_activation(const char *name)
{
	static const char *const names[] = { "iactivation.remote_activation", "iremotescmactivator.remote_create_instance",
					     "iremotescmactivator.remote_get_class_object" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Interfaces of objects: what they are called on was activated first. */
static bool is_object_call(const char *name)
{
	return strncmp(name, "iwbem", 5) == 0 || strncmp(name, "idispatch.", 10) == 0;
}

static void remember(const struct feed *f, const struct act *act)
{
	struct activation *a = recent_get(f->detect->activations, f, RECENT_PAIR);
	forget(a);
	a->act = *act;
	a->name = strdup(act->name);
	a->act.detail = json_deep_copy(act->detail);
	detail_put_number(&a->act.detail, "port", f->event->server->port);
}

static void join(const struct feed *f, struct session *x)
{
	struct activation *a = recent_find(f->detect->activations, f, RECENT_PAIR);
	if (!a || !a->name || f->event->time - a->act.time_ns > ACTIVATION_WINDOW_NS)
		return;
	struct act act = a->act;
	act.name = a->name;
	act.detail = json_incref(a->act.detail);
	acts_add(f->detect, x, &act);
}

void activation_call(const struct feed *f, struct session *x, const struct act *act)
{
	if (!act->succeeded)
		return;
	if (is_activation(act->name))
		remember(f, act);
	else if (x->is_rpc && !x->row.is_access && act->rule && act->rule->admin && is_object_call(act->name))
		join(f, x);
}
