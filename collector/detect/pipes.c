#include "collector/detect/pipes.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void add(const struct feed *f, struct session *x, const struct rule *rule, const char *name, bool once)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "name", name);
	struct act act = acts_of(f, rule->step, detail, true);
	act.rule = rule;
	act.once = once;
	acts_add(f->detect, x, &act);
}

/* The control pipe, which was opened before anyone could know whose it is. */
static void add_held(const struct feed *f, struct session *x, struct held_pipe *pipe)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "name", pipe->name);
	struct act act = acts_of(f, "pipe.service", detail, true);
	act.event = pipe->event;
	act.time_ns = pipe->time_ns;
	acts_add(f->detect, x, &act);
	free(pipe->name);
	pipe->name = NULL;
}

static void hold(const struct feed *f, struct session *x, const char *name)
{
	struct held_pipe *pipe = &x->pipes[x->n_pipes++ % SESSION_PIPES];
	free(pipe->name);
	*pipe = (struct held_pipe){ strdup(name), f->key, f->event->time };
}

/* PsExec's pipes are called SERVICE-CLIENT-PID-stdin: a pipe called SERVICE was its control pipe. */
static void claim_held(const struct feed *f, struct session *x, const char *shaped)
{
	for (size_t i = 0; i < SESSION_PIPES; i++) {
		struct held_pipe *pipe = &x->pipes[i];
		size_t n = pipe->name ? strlen(pipe->name) : 0;
		if (n && strncasecmp(pipe->name, shaped, n) == 0 && shaped[n] == '-')
			add_held(f, x, pipe);
	}
}

static bool is_service(const struct session *x, const char *name)
{
	return acts_find(x, "svcctl.create_service", "service", name) || acts_find(x, "svcctl.start_service", "service", name);
}

static const char *without_prefix(const char *name)
{
	static const char prefix[] = "pipe\\";
	name += strspn(name, "\\");
	return strncasecmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
}

void pipes_opened(const struct feed *f, struct session *x, const char *name)
{
	name = without_prefix(name);
	const struct rule *rule = catalogue_pipe(f->detect->catalogue, name);
	if (rule)
		claim_held(f, x, name);
	else if (is_service(x, name))
		rule = catalogue_step(f->detect->catalogue, "pipe.service", NULL);
	if (rule)
		add(f, x, rule, name, false);
	else
		hold(f, x, name);
}

void pipes_closed(const struct feed *f)
{
	const Ev__SmbPipe *body = f->event->smb_pipe;
	struct session *x = feed_session(f, body->has_session_id ? body->session_id : 0, false);
	if (!x || !body->name)
		return;
	const char *name = without_prefix(body->name);
	const struct rule *rule = catalogue_pipe(f->detect->catalogue, name);
	if (!rule)
		rule = catalogue_pipe_traffic(f->detect->catalogue, body->bytes_to_server);
	if (rule)
		add(f, x, rule, name, true);
}
