#include "sensor/file/transfer.h"

#include "sensor/core/cursor.h"
#include "sensor/file/digest.h"
#include "sensor/file/pe.h"
#include "sensor/file/ranges.h"

static const uint32_t STATUS_END_OF_FILE = 0xC0000011;	/* [MS-ERREF] 2.3.1 */

enum way_of_data { READ, WRITE, N_WAYS };

/* One direction. */
struct flow_of_data {
	int64_t first_ns;
	int64_t last_ns;
	uint64_t lost_end;	/* the first byte behind what travelled but was not captured */
	uint32_t requests;
	uint32_t refused;
	bool is_rewritten;	/* some place was written twice: a refusal no longer says which of the two it means */
	struct ranges seen;
	struct digest digest;
	uint8_t *head;		/* of the pool: the file's first bytes while its kind is open */
	uint32_t head_bytes;	/* of them, those there from byte 0 on */
	enum pe_kind kind;
};

struct transfer {
	struct env *env;
	const struct parties *parties;
	uint64_t session_id;
	uint64_t file_id;
	uint32_t tree_id;
	bool has_size;
	bool wants_hash;
	uint64_t size;			/* the file's end as last stated */
	struct flow_of_data *flows[N_WAYS];	/* of the pool, from the first byte or answer on */
};

/* ---- life ---- */

static struct transfer *open_transfer(struct env *env, const struct file_place *place, int64_t time_ns)
{
	struct transfer *t = pool_get(env->pool, sizeof(*t));

	(void)time_ns;
	if (t == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	t->env = env;
	t->parties = place->parties;
	t->session_id = place->session_id;
	t->tree_id = place->tree_id;
	t->file_id = place->file_id;
	t->has_size = place->has_size;
	t->size = place->size;
	t->wants_hash = place->wants_hash;
	return t;
}

/* The direction ${is_write}, begun if needed; NULL, counted, when memory is short. */
static struct flow_of_data *flow_of(struct transfer *t, bool is_write, int64_t time_ns)
{
	struct flow_of_data **flow = &t->flows[is_write ? WRITE : READ];

	if (*flow == NULL) {
		*flow = pool_get(t->env->pool, sizeof(**flow));
		if (*flow == NULL) {
			count(t->env->counts, COUNT_POOL_FULL);
			return NULL;
		}
		(*flow)->first_ns = time_ns;
	}
	(*flow)->last_ns = time_ns;
	return *flow;
}

/* ---- what kind of file it is ---- */

static void drop_head(struct transfer *t, struct flow_of_data *f)
{
	pool_put(t->env->pool, f->head, PE_HEAD_BYTES);
	f->head = NULL;
}

/* Decide once no further byte can matter, or because ${is_over}. */
static void decide_kind(struct transfer *t, struct flow_of_data *f, bool is_over)
{
	struct view head = view_of(f->head, f->head_bytes);

	if (f->head == NULL || (!is_over && f->head_bytes < PE_HEAD_BYTES && pe_may_be(head)))
		return;
	f->kind = pe_kind(head);
	drop_head(t, f);
}

/* Keep those of ${bytes} that continue the file's first PE_HEAD_BYTES. */
static void feed_head(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	struct cursor c = cur_of(bytes);

	if (f->kind != PE_UNKNOWN || offset > f->head_bytes || f->head_bytes - offset >= bytes.n)
		return;
	if (f->head == NULL)
		f->head = pool_get(t->env->pool, PE_HEAD_BYTES);
	if (f->head == NULL) {
		count(t->env->counts, COUNT_POOL_FULL);
		return;
	}
	cur_skip(&c, f->head_bytes - offset);
	f->head_bytes += (uint32_t)view_copy(f->head + f->head_bytes, PE_HEAD_BYTES - f->head_bytes, cur_rest(&c));
	decide_kind(t, f, false);
}

/* ---- data ---- */

/* Hash what policy asks for, and what begins like an executable whatever it is
 * called. One byte may begin like one and the next show that it is none: such
 * a digest is not reported, so that the cut of the stream makes no difference. */
static void feed_digest(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	bool is_begun = f->digest.sha256 != NULL || f->digest.is_spoiled;

	if (!is_begun && (t->wants_hash || (offset == 0 && pe_may_be(bytes))))
		digest_begin(&f->digest);
	digest_feed(&f->digest, t->env->pool, offset, bytes);
}

/* What stands at ${offset} already is written again. No digest can follow that; the kind can: a header filled in last
 * makes an executable of what began as nothing. One that was an executable once stays one. */
static void overwrite(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	digest_spoil(&f->digest, t->env->pool);
	f->is_rewritten = true;
	if (offset != 0 || f->kind != PE_OTHER || !pe_may_be(bytes))
		return;
	f->head_bytes = 0;
	f->kind = PE_UNKNOWN;
}

static void data(struct transfer *t, bool is_write, uint64_t offset, struct view bytes, int64_t time_ns)
{
	struct flow_of_data *f = flow_of(t, is_write, time_ns);
	uint64_t end = offset + bytes.n;
	bool was_full;

	if (f == NULL || bytes.n == 0 || end < offset)
		return;
	if (is_write && ranges_overlap(&f->seen, offset, end))
		overwrite(t, f, offset, bytes);
	was_full = f->seen.is_full;
	if (!ranges_add(&f->seen, offset, end) && !was_full)
		count(t->env->counts, COUNT_FILE_RANGES_FULL);
	feed_digest(t, f, offset, bytes);
	feed_head(t, f, offset, bytes);
}

static void lost(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, int64_t time_ns)
{
	struct flow_of_data *f = flow_of(t, is_write, time_ns);
	uint64_t end = offset + n;

	if (f == NULL || end < offset)
		return;
	f->lost_end = end > f->lost_end ? end : f->lost_end;
	if (is_write && ranges_overlap(&f->seen, offset, end))
		digest_spoil(&f->digest, t->env->pool);
}

/* ---- answers ---- */

/* Everything that was written so far was refused: as if nothing had been. */
static void begin_anew(struct transfer *t, struct flow_of_data *f)
{
	digest_spoil(&f->digest, t->env->pool);
	f->digest = (struct digest){ 0 };
	f->seen = (struct ranges){ 0 };
}

static void take_back(struct transfer *t, struct flow_of_data *f, uint64_t begin, uint64_t end)
{
	ranges_remove(&f->seen, begin, end);
	if (begin < f->head_bytes) {
		drop_head(t, f);
		f->head_bytes = 0;
		f->kind = PE_UNKNOWN;
	}
	if (f->seen.n == 0)
		begin_anew(t, f);
	else
		digest_take_back(&f->digest, t->env->pool, begin, end);
}

static bool is_error(uint32_t status)
{
	return status >> 30 == 3;
}

static void answered(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, uint32_t status, int64_t time_ns)
{
	struct flow_of_data *f = flow_of(t, is_write, time_ns);

	if (f == NULL)
		return;
	f->requests++;
	if (!is_write && status == STATUS_END_OF_FILE) {
		if (!t->has_size && ranges_cover(&f->seen, offset))
			t->size = offset;
		t->has_size = t->has_size || ranges_cover(&f->seen, offset);
		return;
	}
	if (!is_error(status))
		return;
	f->refused++;
	if (is_write && !f->is_rewritten && offset + n >= offset)
		take_back(t, f, offset, offset + n);
}

static void set_name(struct transfer *t, uint64_t file_id)
{
	t->file_id = file_id;
}

/* A compound writes before the open is answered: a new file's end of 0 takes nothing back. */
static void set_found(struct transfer *t, uint64_t size)
{
	t->has_size = true;
	t->size = size;
}

/* Bytes behind a new, lower end are as good as never written. */
static void set_size(struct transfer *t, uint64_t size)
{
	struct flow_of_data *f = t->flows[WRITE];

	t->has_size = true;
	t->size = size;
	if (f == NULL)
		return;
	take_back(t, f, size, UINT64_MAX);
	f->lost_end = f->lost_end < size ? f->lost_end : size;
}

/* ---- the report ---- */

static void add_ranges(struct transfer *t, const struct ranges *seen, Ev__SmbTransfer *body)
{
	body->ranges = arena_get(t->env->arena, LIMIT_RANGES * sizeof(*body->ranges));
	for (uint32_t i = 0; body->ranges != NULL && i < seen->n; i++) {
		Ev__ByteRange *range = arena_get(t->env->arena, sizeof(*range));

		if (range == NULL)
			return;
		ev__byte_range__init(range);
		range->offset = seen->row[i].begin;
		range->count = seen->row[i].end - seen->row[i].begin;
		body->ranges[body->n_ranges++] = range;
	}
}

/* How long the file is, by what was stated and what was seen; false when nobody can know. */
static bool file_size(const struct transfer *t, const struct flow_of_data *f, bool is_write, uint64_t *size)
{
	uint64_t end = ranges_end(&f->seen);

	end = f->lost_end > end ? f->lost_end : end;
	*size = t->has_size && t->size > end ? t->size : end;
	return t->has_size || is_write;
}

static void add_digest(struct transfer *t, struct flow_of_data *f, Ev__SmbTransfer *body)
{
	bool is_wanted = t->wants_hash || f->kind >= PE_MZ;
	uint8_t *sha256 = arena_get(t->env->arena, DIGEST_BYTES);

	if (!body->complete || !is_wanted || sha256 == NULL)
		return;
	body->has_sha256 = digest_end(&f->digest, t->env->pool, body->size, sha256);
	body->sha256 = (ProtobufCBinaryData){ .len = DIGEST_BYTES, .data = sha256 };
	if (!body->has_sha256)
		count(t->env->counts, COUNT_FILE_NO_DIGEST);
}

/* What both ends, the open and its names have to do with it. */
static Ev__SmbTransfer *body_of(struct transfer *t, const char *share, const char *path, const char *ended_by)
{
	Ev__SmbTransfer *body = arena_get(t->env->arena, sizeof(*body));

	if (body == NULL)
		return NULL;
	ev__smb_transfer__init(body);
	body->has_session_id = body->has_tree_id = true;
	body->has_file_id = t->file_id != 0;
	body->session_id = t->session_id;
	body->tree_id = t->tree_id;
	body->file_id = t->file_id;
	body->share = share != NULL ? text_copy(t->env->arena, share) : NULL;
	body->path = path != NULL ? text_copy(t->env->arena, path) : NULL;
	body->ended_by = text_copy(t->env->arena, ended_by);
	return body;
}

/* And what one direction of it was. */
static void fill_in(struct transfer *t, struct flow_of_data *f, bool is_write, Ev__SmbTransfer *body)
{
	const char *kind;

	decide_kind(t, f, true);
	kind = pe_kind_name(f->kind);
	body->direction = text_copy(t->env->arena, is_write ? "write" : "read");
	body->bytes = ranges_bytes(&f->seen);
	add_ranges(t, &f->seen, body);
	body->has_size = file_size(t, f, is_write, &body->size);
	body->complete = body->has_size && !f->seen.is_full && ranges_cover(&f->seen, body->size);
	add_digest(t, f, body);
	body->kind = kind != NULL ? text_copy(t->env->arena, kind) : NULL;
	body->has_requests = body->has_refused = body->has_last_time = true;
	body->requests = f->requests;
	body->refused = f->refused;
	body->last_time = f->last_ns;
}

/* Emit smb.transfer; its body is NULL when the arena was too small for it. */
static void emit(struct transfer *t, const struct flow_of_data *f, Ev__SmbTransfer *body)
{
	Ev__Endpoint client = t->parties->client, server = t->parties->server;
	Ev__Event event = EV__EVENT__INIT;

	event.time = f->first_ns;
	event.community_id = text_copy(t->env->arena, t->parties->community_id);
	event.client = &client;
	event.server = &server;
	event.body_case = EV__EVENT__BODY_SMB_TRANSFER;
	event.smb_transfer = body;
	if (t->env->arena->full)
		count(t->env->counts, COUNT_ARENA_FULL);
	else
		t->env->emit(t->env->emit_ctx, &event);
}

static void close_transfer(struct transfer *t, const char *share, const char *path, const char *ended_by, int64_t time_ns)
{
	struct pool *pool = t->env->pool;

	(void)time_ns;
	for (int way = 0; way < N_WAYS; way++) {
		struct flow_of_data *f = t->flows[way];
		Ev__SmbTransfer *body;

		if (f == NULL)
			continue;
		if (f->seen.n > 0 || f->lost_end > 0) {
			body = body_of(t, share, path, ended_by);
			if (body != NULL)
				fill_in(t, f, way == WRITE, body);
			emit(t, f, body);
		}
		digest_spoil(&f->digest, pool);
		drop_head(t, f);
		pool_put(pool, f, sizeof(*f));
	}
	pool_put(pool, t, sizeof(*t));
}

const struct file_ops transfer_ops = {
	.open = open_transfer,
	.data = data,
	.lost = lost,
	.answered = answered,
	.named = set_name,
	.found = set_found,
	.size = set_size,
	.close = close_transfer,
};
