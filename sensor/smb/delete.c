#include "sensor/smb/delete.h"

#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"

#include <string.h>

static const char *const names[] = {
	[DELETE_BY_DISPOSITION] = "disposition",
	[DELETE_ON_CLOSE] = "delete_on_close",
	[DELETE_ON_DISCONNECT] = "disconnect",
	[DELETE_BY_COMMAND] = "command",
};

static void emit(struct conn *c, const struct exchange *x, Ev__SmbDelete *body, enum deletion by)
{
	Ev__Event e = EV__EVENT__INIT;

	body->by = text_lend(names[by]);
	e.body_case = EV__EVENT__BODY_SMB_DELETE;
	e.smb_delete = body;
	fact_emit(c, x, &e);
}

void delete_report(struct conn *c, struct pending *p, const struct answer *a, enum deletion by)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);
	Ev__SmbDelete body = EV__SMB_DELETE__INIT;
	struct exchange x = fact_exchange(p, a);

	FACT_SET(&body, session_id, p->session_id);
	FACT_SET(&body, tree_id, p->tree_id);
	body.share = t != NULL ? t->path : NULL;
	body.path = pending_text(p);
	if (p->open != NULL) {
		OPEN_FACT(&body, p->open);
		body.share = p->open->share;
		body.path = p->open->path;
		p->open->is_deleted = p->open->is_deleted || (a != NULL && a->status == STATUS_SUCCESS);
	}
	emit(c, &x, &body, by);
}

void delete_taken_back(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbDelete body = EV__SMB_DELETE__INIT;
	struct exchange x = fact_exchange(p, a);
	bool is_on_close = (p->count & DISPOSITION_ON_CLOSE) != 0;
	struct open *o = p->open;

	if (o == NULL || !(o->is_deleted || (is_on_close && o->is_deleted_on_close)))
		return;
	if (a != NULL && a->status == STATUS_SUCCESS) {
		o->is_deleted = false;
		o->is_deleted_on_close = o->is_deleted_on_close && !is_on_close;
	}
	OPEN_FACT(&body, o);
	body.share = o->share;
	body.path = o->path;
	FACT_SET(&body, taken_back, true);
	emit(c, &x, &body, DELETE_BY_DISPOSITION);
}

void delete_unclosed(struct conn *c, const struct open *o, int is_answered, int64_t time_ns)
{
	Ev__SmbDelete body = EV__SMB_DELETE__INIT;
	struct exchange x = { .time_ns = time_ns, .is_answered = is_answered, .response_ns = time_ns, .status = STATUS_SUCCESS };

	if (!o->is_deleted_on_close || o->is_deleted)
		return;
	OPEN_FACT(&body, o);
	body.share = o->share;
	body.path = o->path;
	emit(c, &x, &body, DELETE_ON_DISCONNECT);
}

/* [MS-CIFS] 2.2.4.7.1, 2.2.4.2.1: behind a format byte a name, which for files may hold wildcards. */
bool delete_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, delete_smb1_finish);
	const struct tree *t = tree_find(c, p.session_id, p.tree_id);
	struct cursor bytes = smb1_bytes(b);
	const char *path;

	cur_skip(&bytes, 1);	/* BufferFormat */
	path = smb1_path(c, b, &bytes);
	if (!cur_ok(&bytes) || path == NULL)
		return false;
	path = name_below_share(c->env->arena, path, t != NULL ? t->path : NULL, (b->h.flags2 & SMB_FLAGS2_DFS) != 0);
	pending_add(c, &p, view_of(path, strlen(path) + 1));
	return true;
}

enum finish delete_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p != NULL)
		delete_report(c, p, a, DELETE_BY_COMMAND);
	return FINISH_DONE;
}
