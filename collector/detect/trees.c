#include "collector/detect/trees.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"
#include "collector/detect/sealed.h"

#include <stdio.h>
#include <string.h>

static const char admin_step[] = "smb.tree.admin";

/* An act that the row of a share names; ${suffix} is "" or ".refused". */
static void add(const struct feed *f, struct session *x, const struct rule *rule, const char *suffix, json_t *detail)
{
	char name[64];
	snprintf(name, sizeof name, "%s%s", rule->step, suffix);
	struct act act = acts_of(f, name, detail, feed_succeeded(f));
	act.rule = rule;
	acts_add(f->detect, x, &act);
}

void trees_connect(const struct feed *f)
{
	const Ev__SmbTreeConnect *body = f->event->smb_tree_connect;
	struct session *x = feed_session(f, body->has_session_id ? body->session_id : 0, false);
	if (!x)
		return;
	const char *share = body->share ? body->share : body->path ? detail_file_of(body->path) : NULL;
	json_t *detail = NULL;
	detail_put_text(&detail, "share", share);
	detail_put_text(&detail, "path", body->path);
	if (feed_refused(f))
		detail_put_status(&detail, "status", f->event->status);
	add(f, x, catalogue_share(f->detect->catalogue, share), feed_refused(f) ? ".refused" : "", detail);
	if (body->has_encrypt_data && body->encrypt_data && feed_succeeded(f))
		sealed_declared(f, x);
}

bool trees_is_admin(const struct feed *f, const char *path)
{
	return path && catalogue_share(f->detect->catalogue, detail_file_of(path))->admin;
}

void trees_imply(const struct feed *f, struct session *x, const char *path)
{
	const char *share = detail_file_of(path);
	const struct held_step *known = acts_find(x, admin_step, "share", share);
	if (known && known->row.admin)
		return;
	json_t *detail = NULL;
	detail_put_text(&detail, "share", share);
	detail_put_text(&detail, "path", path);
	detail_put_true(&detail, "inferred");
	struct act act = acts_of(f, admin_step, detail, true);
	act.rule = catalogue_share(f->detect->catalogue, share);
	acts_add(f->detect, x, &act);
}
