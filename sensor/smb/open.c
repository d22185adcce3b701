#include "sensor/smb/open.h"

#include "sensor/core/ends.h"
#include "sensor/smb/delete.h"
#include "sensor/smb/durable.h"
#include "sensor/smb/hold.h"
#include "sensor/smb/name.h"
#include "sensor/smb/share.h"
#include "sensor/smb/tree.h"

/* Rows of group.opens: the id beside the pointer, so that looking one up touches only the table. */
struct open_row {
	uint64_t file_id;
	struct open *open;	/* the table's reference */
};

static struct open_row *row(const struct conn *c, size_t i)
{
	return table_row(&c->group->opens, sizeof(struct open_row), i);
}

static size_t n_opens(const struct conn *c)
{
	return table_n(&c->group->opens);
}

/* ---- life ---- */

static uint8_t kind_of_share(const struct tree *t)
{
	static const uint8_t kinds[] = {
		[SHARE_UNKNOWN] = OPEN_UNKNOWN, [SHARE_DISK] = OPEN_FILE, [SHARE_PIPE] = OPEN_PIPE, [SHARE_PRINT] = OPEN_FILE,
	};

	return t != NULL ? kinds[t->type] : OPEN_UNKNOWN;
}

struct open *open_new(struct conn *c, uint64_t session_id, uint32_t tree_id, const char *path, int64_t time_ns)
{
	const struct tree *t = tree_find(c, session_id, tree_id);
	struct open *o = pool_get(c->env->pool, sizeof(*o));

	if (o == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	o->references = 1;
	o->session_id = session_id;
	o->tree_id = tree_id;
	o->time_ns = time_ns;
	o->kind = kind_of_share(t);
	o->share = t != NULL ? share_hold(t->path) : NULL;
	o->path = name_keep(c->env, path);
	tree_opened(c, session_id, tree_id);
	return o;
}

struct open *open_hold(struct open *o)
{
	if (o != NULL)
		o->references++;
	return o;
}

static void end_data(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns);

/* One that never got its id, because its answer or the memory for it never came, ends here. */
void open_release(struct conn *c, struct open *o)
{
	struct pool *pool = c->env->pool;

	if (o == NULL || --o->references > 0)
		return;
	end_data(c, o, "evicted", o->time_ns);
	tree_closed(c, o->session_id, o->tree_id);
	share_release(pool, o->share);
	name_release(pool, o->path);
	name_release(pool, o->first_path);
	pool_put(pool, o->resume_key, OPEN_KEY_BYTES);
	conn_release_ends(c->env, o->named);
	pool_put(pool, o, sizeof(*o));
}

static void drop_row(struct conn *c, size_t i)
{
	table_drop(&c->group->opens, c->env->pool, sizeof(struct open_row), i);
	if (i < c->group->n_dear_opens)
		c->group->n_dear_opens--;
}

static void end_row(struct conn *c, size_t i, const char *ended_by, int64_t time_ns)
{
	struct open *o = row(c, i)->open;

	drop_row(c, i);
	open_end(c, o, ended_by, time_ns);
	open_release(c, o);
}

/* What an incident could need: executables are copied through the one, commands given through the other. */
static bool is_dear(const struct open *o)
{
	return (o->kind != OPEN_FILE && o->kind != OPEN_DEAF) || share_is_admin(o->share);
}

/* Room for one open more. */
static void make_room(struct conn *c, int64_t time_ns)
{
	size_t i = c->group->n_dear_opens;

	if (n_opens(c) < LIMIT_OPENS)
		return;
	count(c->env->counts, COUNT_SMB_TABLE_FULL);
	while (i < n_opens(c) && is_dear(row(c, i)->open))
		i++;
	c->group->n_dear_opens = (uint16_t)i;
	end_row(c, i < n_opens(c) ? i : 0, "evicted", time_ns);
}

/* Put ${o} into the table, which takes a reference; counted when memory is short. */
static void append(struct conn *c, struct open *o)
{
	struct open_row *added;

	make_room(c, o->time_ns);
	added = table_add(&c->group->opens, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return;
	}
	added->file_id = o->file_id;
	added->open = open_hold(o);
}

/* SMB1 numbers the opens of a connection, SMB2 those of a session. */
static bool has_id(const struct conn *c, size_t i, uint64_t session_id, uint64_t file_id)
{
	const struct open_row *r = row(c, i);

	return r->file_id == file_id && (c->dialect == DIALECT_SMB1 || r->open->session_id == session_id);
}

void open_name(struct conn *c, struct open *o, uint64_t file_id)
{
	for (size_t i = n_opens(c); i-- > 0;)
		if (has_id(c, i, o->session_id, file_id))
			end_row(c, i, "close", o->time_ns);
	o->file_id = file_id;
	o->has_id = true;
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->named(o->to.transfer, file_id);
	if (o->kind == OPEN_RPC && o->to.assoc != NULL)
		c->env->pipes->named(o->to.assoc, file_id);
	append(c, o);
}

void open_adopt(struct conn *c, struct group *from)
{
	while (table_n(&from->opens) > 0) {
		const struct open_row *first = table_row(&from->opens, sizeof(*first), 0);
		struct open *o = first->open;

		table_drop(&from->opens, c->env->pool, sizeof(*first), 0);
		append(c, o);
		open_release(c, o);
	}
}

struct open *open_find(const struct conn *c, uint64_t session_id, uint64_t file_id)
{
	for (size_t i = n_opens(c); i-- > 0;)
		if (has_id(c, i, session_id, file_id))
			return open_hold(row(c, i)->open);
	return NULL;
}

bool open_has_dear_pipe(const struct conn *c)
{
	for (size_t i = 0; i < n_opens(c); i++) {
		const struct open *o = row(c, i)->open;

		if (o->kind == OPEN_RAW_PIPE || (o->kind == OPEN_RPC && o->to.assoc != NULL && c->env->pipes->is_dear(o->to.assoc)))
			return true;
	}
	return false;
}

struct open *open_get(struct conn *c, uint64_t session_id, uint32_t tree_id, uint64_t file_id, int64_t time_ns)
{
	struct open *o = open_find(c, session_id, file_id);

	if (o != NULL)
		return o;
	o = open_new(c, session_id, tree_id, NULL, time_ns);
	if (o != NULL)
		open_name(c, o, file_id);
	return o;
}

void open_rename(struct conn *c, struct open *o, const char *new_path)
{
	char *kept = name_keep(c->env, new_path);

	if (kept == NULL)
		return;
	if (o->first_path == NULL)
		o->first_path = o->path;
	else
		name_release(c->env->pool, o->path);
	o->path = kept;
}

void open_found(struct conn *c, struct open *o, uint64_t size)
{
	o->size = size;
	o->has_size = true;
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->found(o->to.transfer, size);
}

void open_size(struct conn *c, struct open *o, uint64_t size)
{
	o->size = size;
	o->has_size = true;
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->size(o->to.transfer, size);
}

void open_keep_key(struct conn *c, struct open *o, struct view key)
{
	if (o->resume_key == NULL)
		o->resume_key = pool_get(c->env->pool, OPEN_KEY_BYTES);
	if (o->resume_key == NULL)
		count(c->env->counts, COUNT_POOL_FULL);
	else
		view_copy(o->resume_key, OPEN_KEY_BYTES, key);
}

const struct open *open_find_key(const struct conn *c, struct view key)
{
	for (size_t i = n_opens(c); i-- > 0;) {
		const struct open *o = row(c, i)->open;

		if (o->resume_key != NULL && view_equals(view_of(o->resume_key, OPEN_KEY_BYTES), key))
			return o;
	}
	return NULL;
}

void open_zeroed(struct conn *c, struct open *o, uint64_t begin, uint64_t end)
{
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->zeroed(o->to.transfer, begin, end);
}

void open_overwritten(struct conn *c, struct open *o, uint64_t offset, uint64_t n, int64_t time_ns)
{
	if (offset > UINT64_MAX - n)
		return;
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->lost(o->to.transfer, true, offset, n, time_ns);
	if (o->has_size && offset + n > o->size)
		open_size(c, o, offset + n);
}

/* ---- the three places bytes go to ---- */

/* The ends of the connection on which data of ${o} moved first; NULL when memory is short. */
static const struct parties *parties_of(struct conn *c, struct open *o)
{
	if (o->named == NULL)
		o->named = conn_name_ends(c);
	return o->named != NULL ? &o->named->parties : NULL;
}

/* Where these bytes lie in the file nobody can tell: appended to one whose end was not seen. */
static void adrift(struct conn *c, struct open *o, const struct piece *p)
{
	count(c->env->counts, COUNT_SMB_APPEND_ADRIFT);
	c->env->files->lost(o->to.transfer, p->is_write, o->size <= UINT64_MAX - p->bytes.n ? o->size : 0, p->bytes.n, p->time_ns);
}

static void file_data(struct conn *c, struct open *o, const struct piece *p)
{
	if (o->to.transfer == NULL) {
		struct file_place place = {
			.parties = parties_of(c, o), .session_id = o->session_id, .tree_id = o->tree_id, .file_id = o->file_id,
			.share = o->share, .path = o->path, .has_size = o->has_size, .size = o->size,
			.wants_hash = name_wants_hash(o->share, o->path),
		};

		if (place.parties != NULL)
			o->to.transfer = c->env->files->open(c->env, &place, p->time_ns);
	}
	if (o->to.transfer == NULL)
		o->kind = OPEN_DEAF;
	else if (p->offset <= UINT64_MAX - p->bytes.n)
		c->env->files->data(o->to.transfer, p->is_write, p->offset, p->bytes, p->time_ns);
	else
		adrift(c, o, p);
}

static void rpc_data(struct conn *c, struct open *o, const struct piece *p)
{
	if (o->to.assoc == NULL) {
		char *pipe = name_lower(c->env->arena, o->path != NULL ? o->path : "");
		struct pipe_place place = {
			.parties = parties_of(c, o), .pipe = pipe, .session_id = o->session_id, .tree_id = o->tree_id,
			.file_id = o->file_id, .has_ids = true,
		};

		if (place.parties != NULL && pipe != NULL)
			o->to.assoc = c->env->pipes->open(c->env, &place);
	}
	if (o->to.assoc == NULL)
		o->kind = OPEN_DEAF;
	else
		c->env->pipes->feed(o->to.assoc, p->is_write, p->bytes, p->time_ns);
}

static void raw_bytes(struct conn *c, struct open *o, const struct piece *p, uint64_t n)
{
	if (o->to.raw == NULL)
		o->to.raw = pool_get(c->env->pool, sizeof(*o->to.raw));
	if (o->to.raw == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		o->kind = OPEN_DEAF;
		return;
	}
	if (p->is_write)
		o->to.raw->bytes_to_server += n;
	else
		o->to.raw->bytes_to_client += n;
	o->to.raw->last_ns = p->time_ns;
}

static void raw_data(struct conn *c, struct open *o, const struct piece *p)
{
	raw_bytes(c, o, p, p->bytes.n);
}

static void no_data(struct conn *c, struct open *o, const struct piece *p)
{
	(void)c;
	(void)o;
	(void)p;
}

static void file_lost(struct conn *c, struct open *o, const struct piece *p, uint64_t n)
{
	if (o->to.transfer == NULL)
		file_data(c, o, p);
	if (o->kind == OPEN_FILE && p->offset <= UINT64_MAX - n)
		c->env->files->lost(o->to.transfer, p->is_write, p->offset, n, p->time_ns);
}

static void rpc_lost(struct conn *c, struct open *o, const struct piece *p, uint64_t n)
{
	if (o->to.assoc == NULL)
		rpc_data(c, o, p);
	if (o->kind == OPEN_RPC)
		c->env->pipes->gap(o->to.assoc, p->is_write, n, p->time_ns);
}

static void no_lost(struct conn *c, struct open *o, const struct piece *p, uint64_t n)
{
	(void)c;
	(void)o;
	(void)p;
	(void)n;
}

static void end_file(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	if (o->to.transfer != NULL)
		c->env->files->close(o->to.transfer, o->share, o->path, ended_by, time_ns);
}

static void end_rpc(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	(void)ended_by;
	(void)time_ns;
	if (o->to.assoc != NULL)
		c->env->pipes->close(o->to.assoc);
}

static void end_raw(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	Ev__SmbPipe body = EV__SMB_PIPE__INIT;
	Ev__Event e = EV__EVENT__INIT;
	struct exchange x = { .time_ns = o->time_ns };

	(void)ended_by;
	(void)time_ns;
	if (o->to.raw == NULL)
		return;
	OPEN_FACT(&body, o);
	body.name = o->path;
	body.bytes_to_server = o->to.raw->bytes_to_server;
	body.bytes_to_client = o->to.raw->bytes_to_client;
	FACT_SET(&body, last_time, o->to.raw->last_ns);
	e.body_case = EV__EVENT__BODY_SMB_PIPE;
	e.smb_pipe = &body;
	fact_emit(c, &x, &e);
	pool_put(c->env->pool, o->to.raw, sizeof(*o->to.raw));
}

static void end_nothing(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	(void)c;
	(void)o;
	(void)ended_by;
	(void)time_ns;
}

/* What each kind does with its data, with their loss, and at its end. */
struct kind {
	void (*data)(struct conn *c, struct open *o, const struct piece *p);
	void (*lost)(struct conn *c, struct open *o, const struct piece *p, uint64_t n);
	void (*end)(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns);
};

/* clang-format off */
static const struct kind kinds[N_OPEN_KINDS] = {
	[OPEN_UNKNOWN]  = { no_data,   no_lost,   end_nothing },	/* data decide the kind first: see decide */
	[OPEN_FILE]     = { file_data, file_lost, end_file    },
	[OPEN_PIPE]     = { no_data,   no_lost,   end_nothing },
	[OPEN_RPC]      = { rpc_data,  rpc_lost,  end_rpc     },
	[OPEN_RAW_PIPE] = { raw_data,  raw_bytes, end_raw     },
	[OPEN_DEAF]     = { no_data,   no_lost,   end_nothing },
};
/* clang-format on */

/* ---- the first bytes tell ---- */

static bool is_undecided(const struct open *o)
{
	return o->kind == OPEN_UNKNOWN || o->kind == OPEN_PIPE;
}

/* Now that ${first} is known: what the open is. What was held back goes on. */
static void decide(struct conn *c, struct open *o, struct view first, int64_t time_ns)
{
	struct piece held = {
		.is_write = o->is_first_write, .offset = o->first_offset, .bytes = view_of(o->first, o->n_first), .time_ns = time_ns,
	};

	if (c->env->pipes->looks_like(first))
		o->kind = OPEN_RPC;
	else
		o->kind = o->kind == OPEN_PIPE ? OPEN_RAW_PIPE : OPEN_FILE;
	c->group->n_dear_opens = 0;	/* it may be dear no more */
	o->n_first = 0;
	if (held.bytes.n > 0)
		kinds[o->kind].data(c, o, &held);
}

/* Hold ${p} back, or decide by it and what was held back before. False if it is held back. */
static bool settle_kind(struct conn *c, struct open *o, const struct piece *p)
{
	uint8_t first[OPEN_FIRST_BYTES];
	size_t n;

	if (o->n_first > 0 && o->is_first_write != p->is_write) {
		decide(c, o, view_of(o->first, o->n_first), p->time_ns);
		return true;
	}
	n = view_copy(first, sizeof(first), view_of(o->first, o->n_first));
	n += view_copy(first + n, sizeof(first) - n, p->bytes);
	if (n == sizeof(first) || p->is_last) {
		decide(c, o, view_of(first, n), p->time_ns);
		return true;
	}
	if (o->n_first == 0)
		o->first_offset = p->offset;
	o->is_first_write = p->is_write;
	o->n_first = (uint8_t)view_copy(o->first, sizeof(o->first), view_of(first, n));
	return false;
}

void open_pass(struct conn *c, struct open *o, const struct piece *p)
{
	if (is_undecided(o) && !settle_kind(c, o, p))
		return;
	kinds[o->kind].data(c, o, p);
}

void open_data(struct conn *c, struct open *o, const struct piece *p)
{
	if (o != NULL && (o->held == NULL || !hold_piece(c, o, p)))
		open_pass(c, o, p);
}

void open_lost(struct conn *c, struct open *o, const struct stretch *s, int64_t time_ns)
{
	struct piece nothing = { .is_write = s->is_write, .offset = s->offset, .bytes = view_of(NULL, 0), .time_ns = time_ns };

	if (o == NULL)
		return;
	hold_end(c, o);
	if (is_undecided(o) && o->n_first > 0)
		decide(c, o, view_of(o->first, o->n_first), time_ns);
	kinds[o->kind].lost(c, o, &nothing, s->n);
}

void open_answered(struct conn *c, struct open *o, const struct stretch *s, const struct answer *a)
{
	if (o != NULL && o->kind == OPEN_FILE && o->to.transfer != NULL && s->offset <= UINT64_MAX - s->n)
		c->env->files->answered(o->to.transfer, s->is_write, s->offset, s->n, a->status, a->time_ns);
}

/* ---- the end ---- */

void open_refused(struct conn *c, struct open *o, const struct answer *a)
{
	hold_drop(c, o);
	o->n_first = 0;
	if (o->kind == OPEN_FILE && o->to.transfer != NULL)
		c->env->files->refused(o->to.transfer);
	open_end(c, o, "close", a->time_ns);
}

static void end_data(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	hold_end(c, o);
	if (is_undecided(o) && o->n_first > 0)
		decide(c, o, view_of(o->first, o->n_first), time_ns);
	kinds[o->kind].end(c, o, ended_by, time_ns);
	o->kind = OPEN_DEAF;
}

void open_end(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns)
{
	end_data(c, o, ended_by, time_ns);
	for (size_t i = n_opens(c); i-- > 0;)
		if (row(c, i)->open == o) {
			drop_row(c, i);
			open_release(c, o);
			return;
		}
}

/* It outlives its connection: its names are remembered for whoever claims it. */
static void keep_durable(struct conn *c, const struct open *o)
{
	struct durable_open kept = {
		.server = ends_address(c->ends, !conn_client(c)), .persistent_id = o->persistent_id, .share = o->share, .path = o->path,
	};

	if (o->is_durable && !durables_keep(c->env->durables, &kept))
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
}

/* The server has closed it with what it was opened through. */
static void end_unclosed(struct conn *c, size_t i, int64_t time_ns)
{
	delete_unclosed(c, row(c, i)->open, 1, time_ns);
	end_row(c, i, "close", time_ns);
}

void open_end_tree(struct conn *c, uint64_t session_id, uint32_t tree_id, int64_t time_ns)
{
	for (size_t i = n_opens(c); i-- > 0;)
		if (row(c, i)->open->session_id == session_id && row(c, i)->open->tree_id == tree_id)
			end_unclosed(c, i, time_ns);
}

void open_end_session(struct conn *c, uint64_t session_id, int64_t time_ns)
{
	for (size_t i = n_opens(c); i-- > 0;)
		if (row(c, i)->open->session_id == session_id)
			end_unclosed(c, i, time_ns);
}

void open_leave_session(struct conn *c, uint64_t session_id, int64_t time_ns)
{
	for (size_t i = n_opens(c); i-- > 0;)
		if (row(c, i)->open->session_id == session_id && row(c, i)->open->is_durable) {
			keep_durable(c, row(c, i)->open);
			end_row(c, i, "flow end", time_ns);
		}
}

void open_disconnected(struct conn *c, int64_t time_ns)
{
	for (size_t i = 0; i < n_opens(c); i++)
		if (!row(c, i)->open->is_durable)
			delete_unclosed(c, row(c, i)->open, 0, time_ns);
}

void open_fini(struct conn *c, int64_t time_ns)
{
	while (n_opens(c) > 0) {
		keep_durable(c, row(c, 0)->open);
		end_row(c, 0, "flow end", time_ns);
	}
}
