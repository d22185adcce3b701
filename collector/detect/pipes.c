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

/* PsExec's pipes are called SERVICE-CLIENT-PID-stdin. True if ${service} is the first part of ${shaped}. */
static bool is_service_of(const char *service, const char *shaped)
{
	size_t n = strlen(service);
	return n > 0 && strncasecmp(service, shaped, n) == 0 && shaped[n] == '-';
}

/* A pipe called SERVICE was opened before: it was the control pipe. */
static void claim_held(const struct feed *f, struct session *x, const char *shaped)
{
	for (size_t i = 0; i < SESSION_PIPES; i++)
		if (x->pipes[i].name && is_service_of(x->pipes[i].name, shaped))
			add_held(f, x, &x->pipes[i]);
}

/* What stands between service and process id is the client's own name, which a Kerberos logon does not show. */
static void take_workstation(const struct feed *f, struct session *x, const char *shaped)
{
	for (size_t i = 0; i < x->n_steps && !x->workstation; i++) {
		const char *service = json_string_value(json_object_get(x->steps[i].row.detail, "name"));
		if (strcmp(x->steps[i].name, "pipe.service") != 0 || !service || !is_service_of(service, shaped))
			continue;
		const char *host = shaped + strlen(service) + 1, *end = host + strlen(host);
		for (int dashes = 0; end > host && dashes < 2;)
			dashes += *--end == '-';
		if (end == host)
			return;
		x->workstation = strndup(host, (size_t)(end - host));
		x->row.workstation = x->workstation;
		acts_tell_row(f->detect, x);
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
	if (rule) {
		claim_held(f, x, name);
		take_workstation(f, x, name);
	} else if (is_service(x, name)) {
		rule = catalogue_step(f->detect->catalogue, "pipe.service", NULL);
	}
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
