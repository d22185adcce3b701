#include "sensor/smb/tree_connect.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/tree.h"

#include <string.h>

#define SHAREFLAG_ENCRYPT_DATA ((uint32_t)0x00008000)	/* [MS-SMB2] 2.2.10 */

/* What either dialect's answer says. */
struct connected {
	enum share_type type;
	bool is_shared;		/* SMB1 */
	bool has_flags;		/* SMB2 */
	uint32_t share_flags;
	bool has_access;
	uint32_t maximal_access;
	char *service;		/* SMB1, in the arena */
	char *native_file_system;
};

/* The text of a request waits in UTF-8 with its NUL. */
static struct view text_view(const char *text)
{
	return view_of(text, text != NULL ? strlen(text) + 1 : 0);
}

/* The event, and the tree when the server granted it: then ${k} is set. */
static void finish(struct conn *c, struct pending *p, const struct answer *a, const struct connected *k)
{
	static const char *const types[] = { NULL, "disk", "pipe", "print" };
	Ev__SmbTreeConnect body = EV__SMB_TREE_CONNECT__INIT;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;
	struct tree t = { .session_id = p != NULL ? p->session_id : a->session_id };

	body.path = pending_text(p);
	t.path = text_lend(name_of_tree(c->env->arena, body.path));
	body.share = text_lend(name_of_share(t.path));
	FACT_SET(&body, session_id, t.session_id);
	if (k != NULL) {
		FACT_SET(&body, tree_id, a->tree_id);
		if (types[k->type] != NULL)
			body.share_type = text_lend(types[k->type]);
		body.service = k->service;
		body.native_file_system = k->native_file_system;
		if (k->has_flags)
			FACT_SET(&body, encrypt_data, (k->share_flags & SHAREFLAG_ENCRYPT_DATA) != 0);
		if (k->has_access)
			FACT_SET(&body, maximal_access, k->maximal_access);
		t.id = a->tree_id;
		t.type = (uint8_t)k->type;
		t.is_shared = k->is_shared;
		tree_add(c, &t);
	}
	e.body_case = EV__EVENT__BODY_SMB_TREE_CONNECT;
	e.smb_tree_connect = &body;
	fact_emit(c, &x, &e);
}

/* ---- SMB2 ---- */

/* [MS-SMB2] 2.2.9 */
bool tree_connect_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, tree_connect_smb2_finish);
	struct cursor body = smb2_body(r->unit);
	uint16_t offset, length;
	struct view path;

	cur_skip(&body, 2);	/* StructureSize */
	cur_skip(&body, 2);	/* Flags */
	offset = cur_u16le(&body);
	length = cur_u16le(&body);
	path = cur_at(&body, offset, length);
	if (!cur_ok(&body))
		return false;
	pending_add(c, &p, text_view(name_text(c->env->arena, path, true)));
	return true;
}

/* [MS-SMB2] 2.2.10 */
static bool smb2_answer_parse(struct view unit, struct connected *out)
{
	static const enum share_type types[] = { SHARE_UNKNOWN, SHARE_DISK, SHARE_PIPE, SHARE_PRINT };
	struct cursor body = smb2_body(unit);
	struct connected k = { .has_flags = true, .has_access = true };
	uint8_t type;

	cur_skip(&body, 2);	/* StructureSize */
	type = cur_u8(&body);
	cur_skip(&body, 1);	/* Reserved */
	k.share_flags = cur_u32le(&body);
	cur_skip(&body, 4);	/* Capabilities */
	k.maximal_access = cur_u32le(&body);
	if (!cur_ok(&body))
		return false;
	k.type = type < sizeof(types) / sizeof(*types) ? types[type] : SHARE_UNKNOWN;
	*out = k;
	return true;
}

enum finish tree_connect_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct connected k;

	if (a == NULL || a->status != STATUS_SUCCESS) {
		if (p != NULL)
			finish(c, p, a, NULL);
		return FINISH_DONE;
	}
	if (!smb2_answer_parse(a->unit, &k))
		return FINISH_MALFORMED;
	finish(c, p, a, &k);
	return FINISH_DONE;
}

/* ---- SMB1 ---- */

/* [MS-CIFS] 2.2.4.55.1 */
bool tree_connect_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, tree_connect_smb1_finish);
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	char *path;

	cur_skip(&words, 2);			/* Flags */
	cur_skip(&bytes, cur_u16le(&words));	/* Password */
	path = smb1_path(c, b, &bytes);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	pending_add(c, &p, text_view(path));
	return true;
}

static enum share_type type_of_service(const char *service)
{
	if (service == NULL)
		return SHARE_UNKNOWN;
	if (strcmp(service, "A:") == 0)
		return SHARE_DISK;
	if (strcmp(service, "IPC") == 0)
		return SHARE_PIPE;
	return strcmp(service, "LPT1:") == 0 ? SHARE_PRINT : SHARE_UNKNOWN;
}

/* [MS-CIFS] 2.2.4.55.2, [MS-SMB] 2.2.4.7.2: 7 words carry the access rights. */
static bool smb1_answer_parse(struct conn *c, const struct smb1_block *b, struct connected *out)
{
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	struct connected k = { .is_shared = true, .has_access = b->words.n >= 2 * 7 };

	if (b->words.n > 2 * 2)
		cur_skip(&words, 2);	/* OptionalSupport */
	if (k.has_access)
		k.maximal_access = cur_u32le(&words);
	k.service = smb1_ascii(c, &bytes);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	k.type = type_of_service(k.service);
	if (cur_left(&bytes) > 0)
		k.native_file_system = smb1_string(c, b, &bytes);
	if (k.native_file_system != NULL && k.native_file_system[0] == '\0')
		k.native_file_system = NULL;
	*out = k;
	return true;
}

enum finish tree_connect_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct connected k;

	if (a == NULL || a->block == NULL || a->status != STATUS_SUCCESS) {
		if (p != NULL)
			finish(c, p, a, NULL);
		return FINISH_DONE;
	}
	if (!smb1_answer_parse(c, a->block, &k))
		return FINISH_MALFORMED;
	if (p != NULL)
		p->session_id = a->session_id;	/* the UID of a session setup in the same chain is known only now */
	finish(c, p, a, &k);
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.4.50.1: path, password and service, each behind a format byte. */
bool tree_connect_core_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, tree_connect_core_finish);
	struct cursor bytes = smb1_bytes(b);
	char *path;

	cur_skip(&bytes, 1);	/* BufferFormat1 */
	path = smb1_path(c, b, &bytes);
	if (!cur_ok(&bytes))
		return false;
	pending_add(c, &p, text_view(path));
	return true;
}

/* [MS-CIFS] 2.2.4.50.2: the TID stands in the words; what it is of is not said. */
enum finish tree_connect_core_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct connected k = { .is_shared = true };
	struct answer granted;
	struct cursor words;

	if (p == NULL)
		return FINISH_DONE;
	if (a == NULL || a->block == NULL || a->status != STATUS_SUCCESS) {
		finish(c, p, a, NULL);
		return FINISH_DONE;
	}
	words = smb1_words(a->block);
	cur_skip(&words, 2);	/* MaxBufferSize */
	granted = *a;
	granted.tree_id = cur_u16le(&words);
	if (!cur_ok(&words))
		return FINISH_MALFORMED;
	finish(c, p, &granted, &k);
	return FINISH_DONE;
}

/* ---- disconnect: no event, but the end of what was open on the tree ---- */

bool tree_connect_end_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, tree_connect_end_finish);

	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

bool tree_connect_smb1_end(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, tree_connect_end_finish);

	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

enum finish tree_connect_end_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (a != NULL && a->status == STATUS_SUCCESS && p != NULL)
		tree_end(c, p->session_id, p->tree_id, a->time_ns);
	return FINISH_DONE;
}
