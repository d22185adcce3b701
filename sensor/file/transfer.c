#include "sensor/file/transfer.h"

#include "sensor/file/content.h"
#include "sensor/file/digest.h"
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
	bool has_guessed;	/* a digest was begun once before it was known whether it is wanted */
	bool is_rewritten;	/* some place was written twice: a refusal no longer says which of the two it means */
	struct ranges seen;
	struct digest digest;
	struct content content;
};

struct transfer {
	struct env *env;
	const struct parties *parties;
	uint64_t session_id;
	uint64_t file_id;
	uint32_t tree_id;
	bool has_size;
	bool wants_hash;
	bool may_hash;			/* if it turns out to be code */
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
	t->wants_hash = env->limits->hash == HASH_ALL || (env->limits->hash == HASH_DEFAULT && place->wants_hash);
	t->may_hash = env->limits->hash != HASH_NONE;
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

/* ---- data ---- */

/* Policy asks for it, it begins like code whatever it is called, or its beginning is still to come: writes and reads travel side
 * by side, and the first need not come first. */
static bool may_be_wanted(const struct transfer *t, const struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	if (t->wants_hash || !t->may_hash)
		return t->wants_hash;
	if (offset == 0)
		return kind_may_be_code(bytes);
	return !f->has_guessed && f->content.n == 0 && f->content.kind == NULL && offset < DIGEST_REACH;
}

/* Hash what may be wanted, until it shows that it is not. */
static void feed_digest(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	struct digest *d = &f->digest;

	if (d->state == DIGEST_IDLE && may_be_wanted(t, f, offset, bytes)) {
		digest_begin(d, t->env, !t->wants_hash && offset != 0);
		f->has_guessed = f->has_guessed || d->is_guess;
	}
	if (offset == 0)
		d->is_guess = false;
	digest_feed(d, offset, bytes);
	if (!t->wants_hash && content_is_data(&f->content))
		digest_spoil(d);
}

/* The beginning, and what came before it: who writes the first byte last shall not hide what the file is. */
static void feed_content(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	content_feed(&f->content, t->env, offset, bytes);
	while (f->content.bytes != NULL && (bytes = digest_waiting(&f->digest, offset = f->content.n)).n > 0) {
		content_feed(&f->content, t->env, offset, bytes);
		if (f->content.n == offset)
			return;
	}
}

/* What stands at ${offset} already is written again. No digest can follow that; the kind can: a header filled in last
 * makes code of what began as nothing. What was code once stays so. */
static void overwrite(struct transfer *t, struct flow_of_data *f, uint64_t offset, struct view bytes)
{
	digest_spoil(&f->digest);
	f->is_rewritten = true;
	if (offset == 0 && content_is_data(&f->content) && kind_may_be_code(bytes))
		content_fini(&f->content, t->env);
	f->content.is_rewritten = true;
}

/* Note that they moved; who is hashed gets more rows when the first are taken. */
static void note_seen(struct transfer *t, struct flow_of_data *f, uint64_t begin, uint64_t end)
{
	const bool was_full = f->seen.is_full;
	struct range *rows = NULL;

	if (f->digest.state == DIGEST_RUNS && ranges_want_rows(&f->seen))
		rows = digest_take(t->env, DIGEST_ROWS * sizeof(*rows));
	if (rows != NULL)
		ranges_lend(&f->seen, rows, DIGEST_ROWS);
	if (!ranges_add(&f->seen, begin, end) && !was_full)
		count(t->env->counts, COUNT_FILE_RANGES_FULL);
}

static void data(struct transfer *t, bool is_write, uint64_t offset, struct view bytes, int64_t time_ns)
{
	struct flow_of_data *f = flow_of(t, is_write, time_ns);
	uint64_t end = offset + bytes.n;

	if (f == NULL || bytes.n == 0 || end < offset)
		return;
	if (is_write && ranges_overlap(&f->seen, offset, end))
		overwrite(t, f, offset, bytes);
	note_seen(t, f, offset, end);
	feed_content(t, f, offset, bytes);
	feed_digest(t, f, offset, bytes);
}

static void lost(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, int64_t time_ns)
{
	struct flow_of_data *f = flow_of(t, is_write, time_ns);
	uint64_t end = offset + n;

	if (f == NULL || end < offset)
		return;
	f->lost_end = end > f->lost_end ? end : f->lost_end;
	if (is_write && ranges_overlap(&f->seen, offset, end))
		digest_spoil(&f->digest);
}

/* ---- answers ---- */

/* Everything that was written so far was refused: as if nothing had been. */
static void begin_anew(struct flow_of_data *f)
{
	digest_spoil(&f->digest);
	f->digest = (struct digest){ 0 };
	f->has_guessed = false;
	ranges_clear(&f->seen);
}

static void take_back(struct transfer *t, struct flow_of_data *f, uint64_t begin, uint64_t end)
{
	ranges_remove(&f->seen, begin, end);
	content_take_back(&f->content, t->env, begin);
	if (ranges_end(&f->seen) == 0)
		begin_anew(f);
	else
		digest_take_back(&f->digest, begin, end);
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

/* Nothing moved, whatever was handed over. */
static void set_refused(struct transfer *t)
{
	struct flow_of_data *f = t->flows[WRITE];

	if (f == NULL)
		return;
	content_fini(&f->content, t->env);
	begin_anew(f);
	f->lost_end = 0;
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

/* What was written there is not what the file holds. */
static void zeroed(struct transfer *t, uint64_t begin, uint64_t end)
{
	struct flow_of_data *f = t->flows[WRITE];

	if (f == NULL || !ranges_overlap(&f->seen, begin, end))
		return;
	digest_spoil(&f->digest);
	f->is_rewritten = true;
	f->content.is_rewritten = true;
}

/* ---- the report ---- */

static void add_ranges(struct transfer *t, const struct ranges *seen, Ev__SmbTransfer *body)
{
	body->ranges = arena_get(t->env->arena, LIMIT_RANGES * sizeof(*body->ranges));
	for (uint32_t i = 0; body->ranges != NULL && i < seen->n && i < LIMIT_RANGES; i++) {
		Ev__ByteRange *range = arena_take(t->env->arena, sizeof(*range));

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

static bool is_code(const struct content *c)
{
	return c->kind != NULL && c->kind->code == KIND_IS_CODE;
}

/* The digest of ${f}, in ${result}, which outlives ${body}, or left to the hasher: the event must be emitted right behind this. */
static void add_digest(struct transfer *t, struct flow_of_data *f, Ev__SmbTransfer *body, struct digest_result *result)
{
	bool is_wanted = t->wants_hash || (t->may_hash && is_code(&f->content));
	enum digest_end end;

	if (!body->complete || !is_wanted)
		return;
	end = digest_end(&f->digest, body->size, result);
	if (end == DIGEST_NONE)
		count(t->env->counts, COUNT_FILE_NO_DIGEST);
	if (end != DIGEST_READY)
		return;
	body->has_sha256 = true;
	body->sha256 = (ProtobufCBinaryData){ .len = HASH_SHA256_BYTES, .data = result->hash.sha256 };
	body->has_md5 = result->hash.has_md5;
	body->md5 = (ProtobufCBinaryData){ .len = HASH_MD5_BYTES, .data = result->hash.md5 };
	body->has_extracted = body->extracted = result->is_kept;
}

/* What both ends, the open and its names have to do with it. */
static Ev__SmbTransfer *body_of(struct transfer *t, const char *share, const char *path, const char *ended_by)
{
	Ev__SmbTransfer *body = arena_take(t->env->arena, sizeof(*body));

	if (body == NULL)
		return NULL;
	ev__smb_transfer__init(body);
	body->has_session_id = body->has_tree_id = true;
	body->has_file_id = t->file_id != 0;
	body->session_id = t->session_id;
	body->tree_id = t->tree_id;
	body->file_id = t->file_id;
	body->share = text_lend(share);
	body->path = text_lend(path);
	body->ended_by = text_lend(ended_by);
	return body;
}

/* And what one direction of it was. */
static void fill_in(struct transfer *t, struct flow_of_data *f, bool is_write, Ev__SmbTransfer *body)
{
	body->direction = text_lend(is_write ? "write" : "read");
	body->bytes = ranges_bytes(&f->seen);
	add_ranges(t, &f->seen, body);
	body->has_ranges_cut = body->ranges_cut = f->seen.is_full || f->seen.n > LIMIT_RANGES;
	body->has_size = file_size(t, f, is_write, &body->size);
	body->complete = body->has_size && !f->seen.is_full && ranges_cover(&f->seen, body->size);
	content_report(&f->content, t->env, body);
	body->has_requests = body->has_refused = body->has_last_time = true;
	body->requests = f->requests;
	body->refused = f->refused;
	body->last_time = f->last_ns;
}

/* Emit smb.transfer; its body is NULL when the arena was too small for it. */
static void emit(struct transfer *t, struct flow_of_data *f, Ev__SmbTransfer *body)
{
	Ev__Endpoint client = t->parties->client, server = t->parties->server;
	Ev__Event event = EV__EVENT__INIT;
	struct digest_result digest;

	event.time = f->first_ns;
	event.community_id = text_copy(t->env->arena, t->parties->community_id);
	event.client = &client;
	event.server = &server;
	event.body_case = EV__EVENT__BODY_SMB_TRANSFER;
	event.smb_transfer = body;
	if (t->env->arena->full) {
		count(t->env->counts, COUNT_ARENA_FULL);
		return;
	}
	add_digest(t, f, body, &digest);
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
		if (ranges_end(&f->seen) > 0 || f->lost_end > 0) {
			body = body_of(t, share, path, ended_by);
			if (body != NULL)
				fill_in(t, f, way == WRITE, body);
			emit(t, f, body);
		}
		digest_spoil(&f->digest);
		content_fini(&f->content, t->env);
		digest_put(t->env, ranges_rows_lent(&f->seen), DIGEST_ROWS * sizeof(struct range));
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
	.refused = set_refused,
	.found = set_found,
	.size = set_size,
	.zeroed = zeroed,
	.close = close_transfer,
};
