#include "collector/detect/zerologon.h"

#include "collector/detect/detail.h"

#include <string.h>

static const char interface_prefix[] = "netlogon.";
static const char attempt_prefix[] = "netlogon.netr_server_authenticate";

/* What one host did to another. */
struct attempts {
	int64_t last_ns;
	uint32_t attempts, zero_credentials;
	bool accepted;
	struct session *finding;
};

static bool forget(void *payload)
{
	struct attempts *a = payload;
	bool is_lost = a->finding != NULL;
	sessions_free_loose(a->finding);
	return is_lost;
}

struct recent *zerologon_memory(size_t pairs)
{
	return recent_new(pairs, sizeof(struct attempts), forget);
}

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void judge(const struct feed *f, struct attempts *a)
{
	json_t *detail = NULL;
	detail_put_number(&detail, "attempts", a->attempts);
	detail_put_number(&detail, "zero_credentials", a->zero_credentials);
	if (a->accepted)
		detail_put_true(&detail, "accepted");
	struct act act = acts_of(f, "auth.zerologon", detail, true);
	struct held_step *known = acts_find(a->finding, act.name, NULL, NULL);
	if (known)
		acts_change(f->detect, a->finding, known, &act);
	else
		acts_add(f->detect, a->finding, &act);
}

/* What the association did before it was recognised belongs to the finding too. */
static void take_over(const struct feed *f, struct attempts *a, const struct session *x)
{
	for (size_t i = 0; i < x->n_steps; i++) {
		const struct step *s = &x->steps[i].row;
		if (!begins_with(s->name, interface_prefix))
			continue;
		struct act act = acts_of(f, s->name, json_incref(s->detail), !s->admin);
		act.event = s->event;
		act.time_ns = s->time_ns;
		act.last_ns = s->last_ns;
		if (s->time_ns < a->finding->row.start_ns)
			a->finding->row.start_ns = s->time_ns;
		struct held_step *taken = acts_add(f->detect, a->finding, &act);
		if (taken)
			taken->row.count += s->count - 1;
	}
}

static void copy_act(const struct feed *f, struct attempts *a, const struct act *act)
{
	struct act copy = *act;
	copy.detail = json_incref(act->detail);
	acts_add(f->detect, a->finding, &copy);
}

/* Count ${act}; true if it makes (or belongs to) a finding. */
static bool count(const struct feed *f, struct attempts *a, const struct act *act)
{
	const struct catalogue *c = f->detect->catalogue;
	const json_t *zero = json_object_get(act->detail, "credential_zero");
	bool is_zero = json_integer_value(zero) == 1;
	if (!is_zero && (zero || act->succeeded) && !a->finding)
		return false;
	if (f->event->time - a->last_ns > c->zerologon_window_ns) {
		forget(a);
		*a = (struct attempts){ 0 };
	}
	a->last_ns = f->event->time;
	a->attempts++;
	a->zero_credentials += is_zero;
	a->accepted |= act->succeeded && (is_zero || a->finding);
	return a->finding || is_zero || a->attempts >= c->zerologon_attempts;
}

static void attempt(const struct feed *f, struct session *x, const struct act *act)
{
	struct attempts *a = recent_get(f->detect->zerologons, f, RECENT_PAIR);
	if (!count(f, a, act))
		return;
	if (!a->finding) {
		a->finding = sessions_make_loose();
		if (!a->finding)
			return;
		feed_begin_row(f, a->finding);
		a->finding->row.key = x->row.key;
	}
	if (!x->is_zerologon)
		take_over(f, a, x);
	x->is_zerologon = true;
	copy_act(f, a, act);
	judge(f, a);
	acts_tell_all(f->detect, a->finding);
}

void zerologon_call(const struct feed *f, struct session *x, const struct act *act)
{
	if (begins_with(act->name, attempt_prefix)) {
		attempt(f, x, act);
	} else if (x->is_zerologon && begins_with(act->name, interface_prefix)) {
		struct attempts *a = recent_find(f->detect->zerologons, f, RECENT_PAIR);
		if (a && a->finding)
			copy_act(f, a, act);
	}
}
