#include "sensor/smb/create.h"

#include "sensor/core/ends.h"
#include "sensor/core/filetime.h"
#include "sensor/smb/durable.h"
#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/share.h"
#include "sensor/smb/tree.h"

#include <string.h>

enum {
	FILE_DELETE_ON_CLOSE = 0x00001000,	/* CreateOptions */
	FILE_OPEN_BY_FILE_ID = 0x00002000,
	WAY_SHIFT = 8,				/* of enum create_way in pending.what, above the disposition */
	FILE_ATTRIBUTE_DIRECTORY = 0x00000010,
};

static const char *const dispositions[N_DISPOSITIONS] = {
	[FILE_SUPERSEDE] = "supersede",	[FILE_OPEN] = "open",		[FILE_CREATE] = "create",
	[FILE_OPEN_IF] = "open_if",	[FILE_OVERWRITE] = "overwrite",	[FILE_OVERWRITE_IF] = "overwrite_if",
};

static const char *const actions[] = { "superseded", "opened", "created", "overwritten" };

/* Ways to open that are not called after a command of SMB1 (smb1_name), as events name them. */
struct named {
	uint8_t command;
	uint8_t way;
	const char *name;
};

/* clang-format off */
static const struct named others[] = {
	{ 0x05, CREATE_BY_COMMAND,          "SMB2 CREATE" },
	{ 0x32, CREATE_BY_COMMAND,          "TRANS2_OPEN2" },
	{ 0x32, CREATE_DIRECTORY_BY_TRANS2, "TRANS2_CREATE_DIRECTORY" },
	{ 0x32, CREATE_BY_POSIX,            "POSIX_PATH_OPEN" },
	{ 0xA0, CREATE_BY_COMMAND,          "NT_TRANSACT_CREATE" },
};
/* clang-format on */

/* ---- what all have in common ---- */

/* Below the share, without the spellings of the wire. */
static const char *plain_path(struct conn *c, const struct pending *p, const struct create_asked *asked)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);

	if (asked->path == NULL)
		return NULL;
	if (t != NULL && t->type == SHARE_PIPE)
		return name_of_pipe(asked->path);
	return name_below_share(c->env->arena, asked->path, t != NULL ? t->path : NULL, asked->has_dfs_prefix);
}

/* True if the path as sent is more than ${plain} behind something that goes without saying. */
static bool says_more(const struct create_asked *asked, const char *plain)
{
	if (asked->path == NULL || plain == NULL)
		return false;
	return asked->has_dfs_prefix ||
	       (strcmp(asked->path + strspn(asked->path, "\\"), plain) != 0 && strcmp(name_of_pipe(asked->path), plain) != 0);
}

/* What is kept with the request: the path as sent with its NUL, where it says more than the plain one, and the contexts. */
static struct view worth_keeping(struct conn *c, const struct create_asked *asked, const char *plain)
{
	const char *sent = says_more(asked, plain) ? asked->path : "";
	size_t n = strlen(sent) + 1;
	char *kept = n > 1 || asked->contexts.n > 0 ? arena_get(c->env->arena, n + asked->contexts.n) : NULL;

	if (kept == NULL)
		return view_of(NULL, 0);
	view_copy(kept, n, view_of(sent, n));
	view_copy(kept + n, asked->contexts.n, asked->contexts);
	return view_of(kept, n + asked->contexts.n);
}

/* The contexts of what was kept; none if ${p} is NULL. */
static struct create_contexts kept_contexts(const struct pending *p)
{
	struct cursor kept = cur_of(pending_kept(p));
	struct create_contexts found = { 0 };

	while (cur_left(&kept) > 0 && cur_u8(&kept) != '\0')
		;
	if (cur_left(&kept) > 0)
		create_context_asked(cur_rest(&kept), &found);
	return found;
}

void create_take_name(struct conn *c, struct view name, bool is_unicode, struct create_asked *asked)
{
	struct cursor id = cur_of(name);

	if (asked->options != CREATE_OPTIONS_NONE && (asked->options & FILE_OPEN_BY_FILE_ID) != 0)
		asked->id = cur_u64le(&id);
	else
		asked->path = name_text(c->env->arena, name, is_unicode);
}

static bool is_deleted_on_close(uint32_t options)
{
	return options != CREATE_OPTIONS_NONE && (options & FILE_DELETE_ON_CLOSE);
}

void create_request(struct conn *c, struct message *m, struct pending *p, const struct create_asked *asked)
{
	const char *plain = plain_path(c, p, asked);
	struct open *o = open_new(c, p->session_id, p->tree_id, plain, m->time_ns);

	p->has_dfs_prefix = asked->has_dfs_prefix;
	p->access = asked->desired_access;
	p->options = asked->options;
	p->what = asked->disposition < N_DISPOSITIONS ? (uint16_t)asked->disposition : N_DISPOSITIONS;
	p->what |= (uint16_t)(asked->way << WAY_SHIFT);
	p->offset = asked->id;
	p->open = o;
	open_release(c, m->open);
	m->open = open_hold(o);
	if (o != NULL)
		o->is_deleted_on_close = is_deleted_on_close(asked->options);
	pending_add(c, p, worth_keeping(c, asked, plain));
}

/* [MS-SMB2] 3.3.5.9.7, 3.3.5.9.12: a durable open goes on as it was, whatever else the request says. */
static void take_over(struct conn *c, struct open *o, const struct create_contexts *asked)
{
	struct view server = ends_address(c->ends, !conn_client(c));
	struct durable_open before;

	if (!asked->is_reconnect)
		return;
	o->is_deleted_on_close = false;
	if (!durables_find(c->env->durables, server, asked->persistent_id, &before))
		return;
	if (before.path != NULL)
		open_rename(c, o, before.path);
	if (o->share == NULL)
		o->share = share_keep(c->env, before.share);
	durables_drop(c->env->durables, server, asked->persistent_id);
}

/* The answer names the open and says what it is. */
static void take_answer(struct conn *c, struct open *o, const struct create_contexts *asked, const struct create_answered *k)
{
	if (o->kind == OPEN_UNKNOWN && k->is_pipe_known)
		o->kind = k->is_pipe ? OPEN_PIPE : OPEN_FILE;
	o->is_directory = k->has_attributes && (k->attributes & FILE_ATTRIBUTE_DIRECTORY);
	if (k->has_size && o->kind != OPEN_PIPE)
		open_found(c, o, k->size);
	take_over(c, o, asked);
	o->persistent_id = k->persistent_id;
	o->is_durable = k->contexts.durable != DURABLE_NONE || asked->is_reconnect;
	if (!o->has_id && !k->has_no_id)
		open_name(c, o, k->file_id);
}

static const char *name_of_way(const struct pending *p)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (others[i].command == p->command && others[i].way == p->what >> WAY_SHIFT)
			return others[i].name;
	return smb1_name(p->command);
}

static void say_request(const struct pending *p, Ev__SmbCreate *body)
{
	uint8_t disposition = (uint8_t)p->what;
	const char *name = name_of_way(p);
	char *sent = pending_text(p);

	if (name != NULL)
		body->command = text_lend(name);
	if (disposition < N_DISPOSITIONS)
		body->disposition = text_lend(dispositions[disposition]);
	FACT_SET(body, desired_access, p->access);
	body->sent_path = sent != NULL && sent[0] != '\0' ? sent : NULL;
	FACT_SET(body, dfs, p->has_dfs_prefix && body->sent_path != NULL);
	if (p->options == CREATE_OPTIONS_NONE)
		return;
	FACT_SET(body, options, p->options);
	FACT_SET(body, delete_on_close, is_deleted_on_close(p->options));
	if (p->options & FILE_OPEN_BY_FILE_ID)
		FACT_SET(body, by_id, p->offset);
}

static void say_bytes(struct view bytes, protobuf_c_boolean *has, ProtobufCBinaryData *out)
{
	*has = bytes.n > 0;
	*out = (ProtobufCBinaryData){ .len = bytes.n, .data = (uint8_t *)(uintptr_t)bytes.bytes };
}

static void say_contexts(const struct create_contexts *asked, const struct create_answered *k, Ev__SmbCreate *body)
{
	static const char *const names[] = { NULL, "v1", "v2", "persistent" };

	if (asked->durable != DURABLE_NONE) {
		body->durable = text_lend(names[asked->durable]);
		FACT_SET(body, reconnect, asked->is_reconnect);
	}
	if (asked->durable != DURABLE_NONE && k != NULL)
		FACT_SET(body, durable_granted, k->contexts.durable != DURABLE_NONE || asked->is_reconnect);
	if (asked->is_reconnect)
		FACT_SET(body, previous_file_id, asked->volatile_id);
	say_bytes(asked->create_guid, &body->has_create_guid, &body->create_guid);
	say_bytes(asked->app_instance_id, &body->has_app_instance_id, &body->app_instance_id);
	say_bytes(asked->lease_key, &body->has_lease_key, &body->lease_key);
	if (asked->snapshot != 0)
		body->has_snapshot = filetime_ns(asked->snapshot, &body->snapshot);
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
	if (is_pipe(o))
		return;
	if (k->has_size)
		FACT_SET(body, size, k->size);
	body->has_creation_time = filetime_ns(k->times[0], &body->creation_time);
	body->has_last_access_time = filetime_ns(k->times[1], &body->last_access_time);
	body->has_last_write_time = filetime_ns(k->times[2], &body->last_write_time);
	body->has_change_time = filetime_ns(k->times[3], &body->change_time);
}

void create_finish(struct conn *c, struct pending *p, const struct answer *a, const struct create_answered *k)
{
	Ev__SmbCreate body = EV__SMB_CREATE__INIT;
	struct exchange x = fact_exchange(p, a);
	struct create_contexts asked = kept_contexts(p);
	Ev__Event e = EV__EVENT__INIT;
	struct open *o = p != NULL	     ? open_hold(p->open)
			 : k != NULL ? open_get(c, a->session_id, a->tree_id, k->file_id, a->time_ns)
				     : NULL;

	if (o == NULL)
		return;
	if (k != NULL)
		take_answer(c, o, &asked, k);
	OPEN_FACT(&body, o);
	body.share = o->share;
	body.path = o->path;
	body.stream = name_of_stream(c->env->arena, o->path);
	if (o->kind != OPEN_UNKNOWN)
		FACT_SET(&body, is_pipe, is_pipe(o));
	if (p != NULL)
		say_request(p, &body);
	say_contexts(&asked, k, &body);
	if (k != NULL)
		say_answer(o, k, &body);
	e.body_case = EV__EVENT__BODY_SMB_CREATE;
	e.smb_create = &body;
	fact_emit(c, &x, &e);
	if (k == NULL && a != NULL)
		open_refused(c, o, a);
	else if (k == NULL || k->has_no_id)
		open_end(c, o, a != NULL ? "close" : "flow end", a != NULL ? a->time_ns : p->time_ns);
	open_release(c, o);
}

/* ---- SMB2 ---- */

/* [MS-SMB2] 2.2.13 */
static bool smb2_asked_parse(struct conn *c, const struct smb2_request *r, struct create_asked *out)
{
	struct cursor body = smb2_body(r->unit);
	struct create_asked s = { .has_dfs_prefix = (r->h.flags & SMB2_FLAGS_DFS_OPERATIONS) != 0 };
	struct create_contexts contexts = { 0 };
	uint32_t contexts_at, contexts_n;
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
	contexts_at = cur_u32le(&body);
	contexts_n = cur_u32le(&body);
	name = cur_at(&body, length > 0 ? offset : 0, length);
	s.contexts = cur_at(&body, contexts_n > 0 ? contexts_at : 0, contexts_n);
	if (!cur_ok(&body))
		return false;
	if (s.contexts.n > 0 && !create_context_asked(s.contexts, &contexts))
		conn_malformed(c, COUNT_SMB2_MALFORMED);
	if (s.contexts.n > 0 && !create_context_tells(&contexts))
		s.contexts = view_of(NULL, 0);
	create_take_name(c, name, true, &s);
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
 * times of one are all zero, which no file's are. Contexts that cannot be read
 * take nothing from the rest.
 */
static bool smb2_answered_parse(struct view unit, struct create_answered *out)
{
	struct cursor body = smb2_body(unit);
	struct create_answered k = { .has_size = true, .has_attributes = true };
	uint32_t contexts_at, contexts_n;
	uint64_t times = 0;

	cur_skip(&body, 4);	/* StructureSize, OplockLevel, Flags */
	k.action = cur_u32le(&body);
	for (int i = 0; i < CREATE_TIMES; i++)
		times |= k.times[i] = cur_u64le(&body);
	cur_skip(&body, 8);	/* AllocationSize */
	k.size = cur_u64le(&body);
	k.attributes = cur_u32le(&body);
	cur_skip(&body, 4);	/* Reserved2 */
	k.persistent_id = cur_u64le(&body);
	k.file_id = cur_u64le(&body);
	contexts_at = cur_u32le(&body);
	contexts_n = cur_u32le(&body);
	if (!cur_ok(&body))
		return false;
	create_context_answered(cur_at(&body, contexts_n > 0 ? contexts_at : 0, contexts_n), &k.contexts);
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
