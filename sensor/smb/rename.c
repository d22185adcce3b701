#include "sensor/smb/rename.h"

#include "sensor/smb/alias.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"

#include <string.h>

enum { SMB_NT_RENAME_SET_LINK_INFO = 0x0103 };	/* [MS-CIFS] 2.2.4.66.1 */

void rename_report(struct conn *c, struct pending *p, const struct answer *a)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);
	char *text = pending_text(p);
	Ev__SmbRename body = EV__SMB_RENAME__INIT;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	FACT_SET(&body, session_id, p->session_id);
	FACT_SET(&body, tree_id, p->tree_id);
	if (p->open != NULL) {
		OPEN_FACT(&body, p->open);
		body.share = p->open->share;
		body.path = p->open->path;
		body.new_path = text;
	} else if (text != NULL) {
		body.share = t != NULL ? t->path : NULL;
		body.path = text;
		body.new_path = text + strlen(text) + 1;
	}
	e.body_case = EV__EVENT__BODY_SMB_RENAME;
	e.smb_rename = &body;
	fact_emit(c, &x, &e);
	if (p->open != NULL && a != NULL && a->status == STATUS_SUCCESS)
		open_rename(c, p->open, text);
}

/* ${first} and ${second} with their NULs one behind the other, in the arena. */
static struct view both(struct conn *c, const char *first, const char *second)
{
	size_t n_first = strlen(first) + 1, n_second = strlen(second) + 1;
	char *text = arena_get(c->env->arena, n_first + n_second);

	if (text == NULL)
		return view_of(NULL, 0);
	view_copy(text, n_first, view_of(first, n_first));
	view_copy(text + n_first, n_second, view_of(second, n_second));
	return view_of(text, n_first + n_second);
}

bool rename_take_names(struct conn *c, const struct smb1_block *b, struct view *keep)
{
	const struct tree *t = tree_find(c, b->h.uid, b->h.tid);
	const char *share = t != NULL ? t->path : NULL;
	bool has_dfs_prefix = (b->h.flags2 & SMB_FLAGS2_DFS) != 0;
	struct cursor bytes = smb1_bytes(b);
	const char *path, *new_path;

	cur_skip(&bytes, 1);	/* BufferFormat1 */
	path = smb1_path(c, b, &bytes);
	cur_skip(&bytes, 1);	/* BufferFormat2 */
	new_path = smb1_path(c, b, &bytes);
	if (!cur_ok(&bytes) || path == NULL || new_path == NULL)
		return false;
	path = name_below_share(c->env->arena, path, share, has_dfs_prefix);
	new_path = name_below_share(c->env->arena, new_path, share, has_dfs_prefix);
	*keep = both(c, path, new_path);
	return true;
}

/* [MS-CIFS] 2.2.4.8.1 */
bool rename_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, rename_smb1_finish);
	struct view names;

	if (!rename_take_names(c, b, &names))
		return false;
	pending_add(c, &p, names);
	return true;
}

enum finish rename_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p != NULL)
		rename_report(c, p, a);
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.4.66.1 */
bool rename_smb1_nt_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, rename_smb1_nt_finish);
	struct cursor words = smb1_words(b);
	struct view names;

	cur_skip(&words, 2);	/* SearchAttributes */
	p.what = cur_u16le(&words);
	if (!cur_ok(&words) || !rename_take_names(c, b, &names))
		return false;
	pending_add(c, &p, names);
	return true;
}

enum finish rename_smb1_nt_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p != NULL && p->what == SMB_NT_RENAME_SET_LINK_INFO)
		alias_hard_report(c, p, a);
	else if (p != NULL)
		rename_report(c, p, a);
	return FINISH_DONE;
}
