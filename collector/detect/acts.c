#include "collector/detect/acts.h"

#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdlib.h>
#include <string.h>

struct act acts_of(const struct feed *f, const char *name, json_t *detail, bool succeeded)
{
	return (struct act){ .name = name,
			     .detail = detail,
			     .rule = catalogue_step(f->detect->catalogue, name, detail),
			     .succeeded = succeeded,
			     .event = f->key,
			     .time_ns = f->event->time,
			     .last_ns = f->last_ns };
}

/* ---- telling ---- */

void acts_tell_row(struct detect *d, struct session *x)
{
	if (x->is_told)
		d->sink.access(d->sink.ctx, &x->row);
}

static void tell_step(struct detect *d, struct session *x, const struct held_step *step)
{
	if (!x->is_told)
		return;
	d->sink.access(d->sink.ctx, &x->row);
	d->sink.step(d->sink.ctx, &x->row, &step->row);
}

void acts_tell_all(struct detect *d, struct session *x)
{
	if (x->is_told)
		return;
	x->is_told = true;
	if (x->connection)
		sessions_keep(&d->sessions, x->connection);
	d->sink.access(d->sink.ctx, &x->row);
	for (size_t i = 0; i < x->n_steps; i++)
		d->sink.step(d->sink.ctx, &x->row, &x->steps[i].row);
}

/* ---- holding ---- */

struct held_step *acts_find(const struct session *x, const char *name, const char *key, const char *value)
{
	char buffer[DETAIL_TEXT_BYTES];
	for (size_t i = 0; i < x->n_steps; i++) {
		const char *found = key ? detail_text(x->steps[i].row.detail, key, buffer) : NULL;
		if (strcmp(x->steps[i].name, name) == 0 && (!key || (found && glob_equal(found, value))))
			return &x->steps[i];
	}
	return NULL;
}

static struct held_step *find_equal(const struct session *x, const struct act *act)
{
	for (size_t i = 0; i < x->n_steps; i++) {
		const json_t *held = x->steps[i].row.detail;
		if (strcmp(x->steps[i].name, act->name) == 0 && (held == act->detail || json_equal(held, act->detail)))
			return &x->steps[i];
	}
	return NULL;
}

/* Ordinary acts may take three quarters of the room, so that a flood of them cannot hide the admin ones. */
static bool has_room(const struct detect *d, const struct session *x, bool is_admin)
{
	size_t max = d->limits.steps_per_session;
	return x->n_steps < (is_admin ? max : max - max / 4);
}

static struct held_step *append(struct session *x, const char *name)
{
	if (x->n_steps == x->cap_steps) {
		size_t cap = x->cap_steps ? 2 * x->cap_steps : 4;
		struct held_step *more = realloc(x->steps, cap * sizeof *more);
		if (!more)
			return NULL;
		x->steps = more;
		x->cap_steps = cap;
	}
	char *copy = strdup(name);
	if (!copy)
		return NULL;
	struct held_step *step = &x->steps[x->n_steps];
	*step = (struct held_step){ .name = copy };
	step->row = (struct step){ .ordinal = (uint32_t)x->n_steps++, .name = copy };
	return step;
}

static struct held_step *hold_new(struct session *x, struct act *act, bool is_admin)
{
	struct held_step *step = append(x, act->name);
	if (!step)
		return NULL;
	step->row.time_ns = act->time_ns;
	step->row.last_ns = act->last_ns;
	step->row.count = 1;
	step->row.admin = is_admin;
	step->row.technique = act->rule ? act->rule->technique : NULL;
	step->row.detail = act->detail;
	step->row.event = act->event;
	act->detail = NULL;
	return step;
}

static void hold_again(struct held_step *step, const struct act *act, bool is_admin)
{
	if (!act->once)
		step->row.count++;
	if (act->last_ns > step->row.last_ns)
		step->row.last_ns = act->last_ns;
	step->row.admin |= is_admin;
}

/* No room: the first of the same name stands for all, and says so. */
static struct held_step *hold_under_name(struct detect *d, struct session *x, const struct act *act, bool is_admin)
{
	struct held_step *step = acts_find(x, act->name, NULL, NULL);
	d->lost_steps++;
	if (!step)
		return NULL;
	hold_again(step, act, is_admin);
	detail_put_true(&step->row.detail, "merged");
	return step;
}

/* NTLM by an administrator is a step of its own, once, when it is known that it is one. */
static void note_ntlm(struct detect *d, struct session *x, const struct act *cause)
{
	if (!x->row.auth || strcmp(x->row.auth, "ntlm") != 0 || acts_find(x, "auth.ntlm_privileged", NULL, NULL))
		return;
	json_t *detail = NULL;
	detail_put_text(&detail, "account", x->account);
	detail_put_text(&detail, "target_name", x->ntlm_target);
	struct act act = { .name = "auth.ntlm_privileged", .detail = detail, .event = cause->event,
			   .time_ns = cause->time_ns, .last_ns = cause->time_ns };
	act.rule = catalogue_step(d->catalogue, act.name, detail);
	if (has_room(d, x, true))
		hold_new(x, &act, false);
	json_decref(act.detail);
}

struct held_step *acts_add(struct detect *d, struct session *x, struct act *act)
{
	bool is_admin = act->succeeded && act->rule && act->rule->admin;
	struct held_step *step = find_equal(x, act);
	if (step)
		hold_again(step, act, is_admin);
	else if (has_room(d, x, is_admin))
		step = hold_new(x, act, is_admin);
	else
		step = hold_under_name(d, x, act, is_admin);
	json_decref(act->detail);
	act->detail = NULL;
	if (act->last_ns > x->row.end_ns)
		x->row.end_ns = act->last_ns;
	size_t index = step ? (size_t)(step - x->steps) : 0;
	if (is_admin && !x->row.is_access) {
		x->row.is_access = true;
		note_ntlm(d, x, act);
		acts_tell_all(d, x);
	}
	if (!step) {
		acts_tell_row(d, x);
		return NULL;
	}
	tell_step(d, x, &x->steps[index]);
	return &x->steps[index];
}

void acts_change(struct detect *d, struct session *x, struct held_step *step, const struct act *to)
{
	char *name = strcmp(step->name, to->name) == 0 ? step->name : strdup(to->name);
	if (!name) {
		json_decref(to->detail);
		return;
	}
	if (name != step->name)
		free(step->name);
	json_decref(step->row.detail);
	step->name = name;
	step->row.name = name;
	step->row.detail = to->detail;
	step->row.technique = to->rule ? to->rule->technique : NULL;
	step->row.admin = to->succeeded && to->rule && to->rule->admin;
	step->row.count = 1;
	if (to->last_ns > step->row.last_ns)
		step->row.last_ns = to->last_ns;
	if (to->last_ns > x->row.end_ns)
		x->row.end_ns = to->last_ns;
	tell_step(d, x, step);
}
