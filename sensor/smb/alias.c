#include "sensor/smb/alias.h"

#include "sensor/core/cursor.h"
#include "sensor/smb/fact.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"

#include <string.h>

#define REPARSE_TAG_MOUNT_POINT ((uint32_t)0xA0000003)	/* [MS-FSCC] 2.1.2.1 */
#define REPARSE_TAG_SYMLINK ((uint32_t)0xA000000C)

static const char *const forms[] = {
	[ALIAS_HARD] = "hard", [ALIAS_SYMBOLIC] = "symbolic", [ALIAS_MOUNT_POINT] = "mount point", [ALIAS_OTHER] = "other",
};

static void report(struct conn *c, struct pending *p, const struct answer *a, Ev__SmbLink *body, enum alias_form form)
{
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	FACT_SET(body, session_id, p->session_id);
	FACT_SET(body, tree_id, p->tree_id);
	if (p->open != NULL) {
		OPEN_FACT(body, p->open);
		body->share = p->open->share;
	}
	body->form = text_lend(forms[form]);
	e.body_case = EV__EVENT__BODY_SMB_LINK;
	e.smb_link = body;
	fact_emit(c, &x, &e);
}

void alias_hard_report(struct conn *c, struct pending *p, const struct answer *a)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);
	Ev__SmbLink body = EV__SMB_LINK__INIT;
	char *text = pending_text(p);

	if (p->open != NULL) {
		body.path = p->open->path;
		body.new_path = text;
	} else if (text != NULL) {
		body.share = t != NULL ? t->path : NULL;
		body.path = text;
		body.new_path = text + strlen(text) + 1;
	}
	report(c, p, a, &body, ALIAS_HARD);
}

void alias_soft_report(struct conn *c, struct pending *p, const struct answer *a, enum alias_form form)
{
	Ev__SmbLink body = EV__SMB_LINK__INIT;

	body.path = pending_text(p);
	body.new_path = p->open != NULL ? p->open->path : NULL;
	report(c, p, a, &body, form);
}

static enum alias_form form_of(uint32_t tag)
{
	if (tag == REPARSE_TAG_SYMLINK)
		return ALIAS_SYMBOLIC;
	return tag == REPARSE_TAG_MOUNT_POINT ? ALIAS_MOUNT_POINT : ALIAS_OTHER;
}

/* [MS-FSCC] 2.1.2.4, 2.1.2.5: of the two names the one that is followed. Both lie behind the fixed part, which for a symbolic
 * link ends with Flags. */
bool alias_reparse_parse(struct arena *arena, struct view data, const char **target, enum alias_form *form)
{
	struct cursor c = cur_of(data);
	enum alias_form kind = form_of(cur_u32le(&c));
	struct cursor names;
	uint16_t offset, n;
	struct view name;

	cur_skip(&c, 4);	/* ReparseDataLength, Reserved */
	if (kind == ALIAS_OTHER) {
		*target = NULL;
		*form = kind;
		return cur_ok(&c);
	}
	offset = cur_u16le(&c);	/* SubstituteNameOffset, SubstituteNameLength */
	n = cur_u16le(&c);
	cur_skip(&c, 4);	/* PrintNameOffset, PrintNameLength */
	cur_skip(&c, kind == ALIAS_SYMBOLIC ? 4 : 0);
	names = cur_of(cur_rest(&c));
	name = cur_at(&names, n > 0 ? offset : 0, n);
	if (!cur_ok(&c) || !cur_ok(&names))
		return false;
	*target = text_of_utf16le(arena, name);
	*form = kind;
	return true;
}
