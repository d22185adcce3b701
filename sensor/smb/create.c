#include "sensor/smb/create.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/tree.h"

#include <string.h>

enum {
	FILE_DELETE_ON_CLOSE = 0x00001000,	/* CreateOptions */
	FILE_ATTRIBUTE_DIRECTORY = 0x00000010,
};

static const char *const dispositions[N_DISPOSITIONS] = {
	[FILE_SUPERSEDE] = "supersede",	[FILE_OPEN] = "open",		[FILE_CREATE] = "create",
	[FILE_OPEN_IF] = "open_if",	[FILE_OVERWRITE] = "overwrite",	[FILE_OVERWRITE_IF] = "overwrite_if",
};

static const char *const actions[] = { "superseded", "opened", "created", "overwritten" };

/* Commands that open, as events name them. */
struct named {
	uint8_t command;
	const char *name;
};

static const struct named commands[] = {
	{ 0x02, "OPEN" },	{ 0x03, "CREATE" },	    { 0x05, "SMB2 CREATE" },	    { 0x0F, "CREATE_NEW" },
	{ 0x2D, "OPEN_ANDX" },	{ 0x32, "TRANS2_OPEN2" },   { 0xA0, "NT_TRANSACT_CREATE" }, { 0xA2, "NT_CREATE_ANDX" },
};

/* ---- what all have in common ---- */

/* Below the share, without the spellings of the wire. */
static const char *plain_path(struct conn *c, const struct pending *p, const struct create_asked *asked)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);

	if (asked->path == NULL)
		return NULL;
	if (t != NULL && t->type == SHARE_PIPE)
		return name_of_pipe(asked->path);
	return name_below_share(asked->path, t != NULL ? t->path : NULL, asked->has_dfs_prefix);
}

/* With its NUL, to be kept with the request. */
static struct view sent_path(const struct create_asked *asked)
{
	return view_of(asked->path, asked->path != NULL ? strlen(asked->path) + 1 : 0);
}

static bool is_deleted_on_close(uint32_t options)
{
	return options != CREATE_OPTIONS_NONE && (options & FILE_DELETE_ON_CLOSE);
}

void create_request(struct conn *c, struct message *m, struct pending *p, const struct create_asked *asked)
{
	struct open *o = open_new(c, p->session_id, p->tree_id, plain_path(c, p, asked), m->time_ns);

	p->access = asked->desired_access;
	p->options = asked->options;
	p->what = asked->disposition < N_DISPOSITIONS ? (uint8_t)asked->disposition : N_DISPOSITIONS;
	p->open = o;
	open_release(c, m->open);
	m->open = open_hold(o);
	if (o != NULL)
		o->is_deleted_on_close = is_deleted_on_close(asked->options);
	pending_add(c, p, asked->has_dfs_prefix ? sent_path(asked) : view_of(NULL, 0));
}

/* The answer names the open and says what it is. */
static void take_answer(struct conn *c, struct open *o, const struct create_answered *k)
{
	if (o->kind == OPEN_UNKNOWN && k->is_pipe_known)
		o->kind = k->is_pipe ? OPEN_PIPE : OPEN_FILE;
	o->is_directory = k->has_attributes && (k->attributes & FILE_ATTRIBUTE_DIRECTORY);
	if (k->has_size && o->kind != OPEN_PIPE)
		open_found(c, o, k->size);
	if (!o->has_id)
		open_name(c, o, k->file_id);
}

static void say_request(const struct pending *p, Ev__SmbCreate *body)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (commands[i].command == p->command)
			body->command = text_lend(commands[i].name);
	if (p->what < N_DISPOSITIONS)
		body->disposition = text_lend(dispositions[p->what]);
	FACT_SET(body, desired_access, p->access);
	body->sent_path = pending_text(p);
	FACT_SET(body, dfs, body->sent_path != NULL);
	if (p->options == CREATE_OPTIONS_NONE)
		return;
	FACT_SET(body, options, p->options);
	FACT_SET(body, delete_on_close, is_deleted_on_close(p->options));
}

static bool is_pipe(const struct open *o)
{
	return o->kind == OPEN_PIPE || o->kind == OPEN_RPC || o->kind == OPEN_RAW_PIPE;
}

static void say_answer(const struct open *o, const struct create_answered *k, Ev__SmbCreate *body)
{
	if (k->action < sizeof(actions) / sizeof(*actions))
		body->action = text_lend(actions[k->action]);
	if (k->has_attributes)
		FACT_SET(body, is_directory, o->is_directory);
	if (k->has_size && !is_pipe(o))
		FACT_SET(body, size, k->size);
}

void create_finish(struct conn *c, struct pending *p, const struct answer *a, const struct create_answered *k)
{
	Ev__SmbCreate body = EV__SMB_CREATE__INIT;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;
	struct open *o = p != NULL	     ? open_hold(p->open)
			 : k != NULL ? open_get(c, a->session_id, a->tree_id, k->file_id, a->time_ns)
				     : NULL;

	if (o == NULL)
		return;
	if (k != NULL)
		take_answer(c, o, k);
	OPEN_FACT(&body, o);
	body.share = o->share;
	body.path = o->path;
	body.stream = name_of_stream(c->env->arena, o->path);
	if (o->kind != OPEN_UNKNOWN)
		FACT_SET(&body, is_pipe, is_pipe(o));
	if (p != NULL)
		say_request(p, &body);
	if (k != NULL)
		say_answer(o, k, &body);
	e.body_case = EV__EVENT__BODY_SMB_CREATE;
	e.smb_create = &body;
	fact_emit(c, &x, &e);
	if (k == NULL)
		open_end(c, o, a != NULL ? "close" : "flow end", a != NULL ? a->time_ns : p->time_ns);
	open_release(c, o);
}

/* ---- SMB2 ---- */

/* [MS-SMB2] 2.2.13 */
static bool smb2_asked_parse(struct conn *c, const struct smb2_request *r, struct create_asked *out)
{
	struct cursor body = smb2_body(r->unit);
	struct create_asked s = { .has_dfs_prefix = (r->h.flags & SMB2_FLAGS_DFS_OPERATIONS) != 0 };
	uint16_t offset, length;
	struct view name;

	cur_skip(&body, 2);	/* StructureSize */
	cur_skip(&body, 2);	/* SecurityFlags, RequestedOplockLevel */
	cur_skip(&body, 4);	/* ImpersonationLevel */
	cur_skip(&body, 16);	/* SmbCreateFlags, Reserved */
	s.desired_access = cur_u32le(&body);
	cur_skip(&body, 8);	/* FileAttributes, ShareAccess */
	s.disposition = cur_u32le(&body);
	s.options = cur_u32le(&body);
	offset = cur_u16le(&body);
	length = cur_u16le(&body);
	cur_skip(&body, 8);	/* CreateContextsOffset, CreateContextsLength */
	name = cur_at(&body, length > 0 ? offset : 0, length);
	if (!cur_ok(&body))
		return false;
	s.path = text_of_utf16le(c->env->arena, name);
	*out = s;
	return true;
}

bool create_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, create_smb2_finish);
	struct create_asked asked;

	if (!smb2_asked_parse(c, r, &asked))
		return false;
	create_request(c, r->message, &p, &asked);
	return true;
}

/*
 * [MS-SMB2] 2.2.14. The answer does not say whether a pipe was opened, but the
 * times of one are all zero, which no file's are.
 */
static bool smb2_answered_parse(struct view unit, struct create_answered *out)
{
	struct cursor body = smb2_body(unit);
	struct create_answered k = { .has_size = true, .has_attributes = true };
	uint64_t times = 0;

	cur_skip(&body, 4);	/* StructureSize, OplockLevel, Flags */
	k.action = cur_u32le(&body);
	for (int i = 0; i < 4; i++)
		times |= cur_u64le(&body);	/* CreationTime, LastAccessTime, LastWriteTime, ChangeTime */
	cur_skip(&body, 8);	/* AllocationSize */
	k.size = cur_u64le(&body);
	k.attributes = cur_u32le(&body);
	cur_skip(&body, 4);	/* Reserved2 */
	k.file_id = smb2_file_id(&body);
	cur_skip(&body, 8);	/* CreateContextsOffset, CreateContextsLength */
	if (!cur_ok(&body))
		return false;
	k.is_pipe_known = k.is_pipe = times == 0;
	*out = k;
	return true;
}

enum finish create_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k;
	bool is_granted = a != NULL && a->status == STATUS_SUCCESS;

	if (is_granted && !smb2_answered_parse(a->unit, &k))
		return FINISH_MALFORMED;
	create_finish(c, p, a, is_granted ? &k : NULL);
	return FINISH_DONE;
}
