#include "sensor/smb/hold.h"

/* Bytes of one request, or what came out of the pipe behind it. */
struct held {
	struct held *next;	/* came later */
	uint64_t key;
	int64_t time_ns;
	uint32_t n;
	uint32_t cap;
	bool is_write;
	bool is_settled;	/* part of the stream */
	uint8_t bytes[];
};

/* What an answer says about the bytes of its request. */
enum fate {
	TAKEN,
	REFUSED,
	UNSURE,	/* something went wrong, perhaps once they had been read */
};

/* ---- answers ---- */

/* NTSTATUS with which a server refuses a request before it does anything ([MS-SMB2] 3.3.5.13, 3.3.5.15; [MS-ERREF] 2.3.1). */
static const uint32_t refusals[] = {
	0x00050002,	/* SMB_BAD_TID */
	0x00060001,	/* SMB_BAD_FID */
	0x005B0002,	/* SMB_BAD_UID */
	0xC0000002,	/* NOT_IMPLEMENTED */
	0xC0000008,	/* INVALID_HANDLE */
	0xC000000D,	/* INVALID_PARAMETER */
	0xC0000010,	/* INVALID_DEVICE_REQUEST */
	0xC0000022,	/* ACCESS_DENIED */
	0xC000009A,	/* INSUFFICIENT_RESOURCES */
	0xC00000AC,	/* PIPE_NOT_AVAILABLE */
	0xC00000AD,	/* INVALID_PIPE_STATE */
	0xC00000AE,	/* PIPE_BUSY */
	0xC00000AF,	/* ILLEGAL_FUNCTION */
	0xC00000BB,	/* NOT_SUPPORTED */
	0xC00000C9,	/* NETWORK_NAME_DELETED */
	0xC0000128,	/* FILE_CLOSED */
	0xC0000203,	/* USER_SESSION_DELETED */
	0xC0000205,	/* INSUFF_SERVER_RESOURCES */
	0xC000035C,	/* NETWORK_SESSION_EXPIRED */
};

static enum fate fate_of(const struct answer *a)
{
	if (a == NULL || a->status == STATUS_SUCCESS || a->status == STATUS_BUFFER_OVERFLOW)
		return TAKEN;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (refusals[i] == a->status)
			return REFUSED;
	return UNSURE;
}

/* ---- the queue ---- */

static bool is_pipe(const struct open *o)
{
	return o != NULL && (o->kind == OPEN_PIPE || o->kind == OPEN_RPC || o->kind == OPEN_RAW_PIPE);
}

/* The oldest goes on. It leaves the queue first: whoever reads it may end the open. */
static void pass_first(struct conn *c, struct open *o)
{
	struct held *h = o->held;
	struct piece p = { .is_write = h->is_write, .is_last = true, .bytes = view_of(h->bytes, h->n), .time_ns = h->time_ns };

	o->held = h->next;
	if (h->n > 0)
		open_pass(c, o, &p);
	pool_put(c->env->pool, h, sizeof(*h) + h->cap);
}

void hold_end(struct conn *c, struct open *o)
{
	while (o->held != NULL)
		pass_first(c, o);
}

void hold_drop(struct conn *c, struct open *o)
{
	for (struct held *h = o->held; h != NULL; h = h->next)
		h->n = 0;
	hold_end(c, o);
}

static uint64_t n_held(const struct open *o)
{
	uint64_t n = 0;

	for (const struct held *h = o->held; h != NULL; h = h->next)
		n += h->cap;
	return n;
}

/* What is held goes on, because something else cannot be. */
static void give_way(struct conn *c, struct open *o)
{
	count(c->env->counts, COUNT_SMB_PIPE_UNHELD);
	hold_end(c, o);
}

/* A new last one with room for ${n} bytes; NULL when there is none, and then nothing is held any more. */
static struct held *append(struct conn *c, struct open *o, uint32_t n, int64_t time_ns)
{
	struct held **at = &o->held;
	struct held *h;

	if (n_held(o) + n > HOLD_BYTES)
		give_way(c, o);
	if (n > HOLD_BYTES)
		return NULL;
	h = pool_take(c->env->pool, sizeof(*h) + n);
	if (h == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		give_way(c, o);
		return NULL;
	}
	*h = (struct held){ .cap = n, .time_ns = time_ns };
	while (*at != NULL)
		at = &(*at)->next;
	*at = h;
	return h;
}

void hold_begin(struct conn *c, struct open *o, uint64_t key, uint32_t n, int64_t time_ns)
{
	struct held *h = is_pipe(o) ? append(c, o, n, time_ns) : NULL;

	if (h == NULL)
		return;
	h->key = key;
	h->is_write = true;
}

/* The newest of request ${key} that is not settled. */
static struct held *find(const struct open *o, uint64_t key)
{
	struct held *found = NULL;

	for (struct held *h = o->held; h != NULL; h = h->next)
		if (h->is_write && !h->is_settled && h->key == key)
			found = h;
	return found;
}

bool hold_piece(struct conn *c, struct open *o, const struct piece *p)
{
	struct held *h;

	if (p->is_write)
		h = find(o, p->request);
	else
		h = append(c, o, (uint32_t)p->bytes.n, p->time_ns);
	if (h == NULL)
		return false;
	h->is_settled = !p->is_write;
	h->n += (uint32_t)view_copy(h->bytes + h->n, h->cap - h->n, p->bytes);
	return true;
}

/* ---- the end of waiting ---- */

static struct held *oldest(const struct open *o, uint64_t key)
{
	struct held *h = o->held;

	while (h != NULL && (!h->is_write || h->is_settled || h->key != key))
		h = h->next;
	return h;
}

/* ${h} is part of the stream, and so is what came before it. */
static void settle(struct open *o, struct held *h)
{
	for (struct held *at = o->held; at != h; at = at->next)
		at->is_settled = true;
	h->is_settled = true;
}

void hold_answered(struct conn *c, struct open *o, uint64_t key, const struct answer *a)
{
	enum fate fate = fate_of(a);
	struct held *h = is_pipe(o) ? oldest(o, key) : NULL;

	if (!is_pipe(o))
		return;
	if (h != NULL && fate == REFUSED) {
		count(c->env->counts, COUNT_SMB_PIPE_REFUSED);
		h->n = 0;
		h->is_settled = true;
	} else if (h != NULL) {
		settle(o, h);
	}
	while (o->held != NULL && o->held->is_settled)
		pass_first(c, o);
	if (fate == UNSURE || (fate == REFUSED && h == NULL))
		open_lost(c, o, &(struct stretch){ .is_write = true }, a->time_ns);
}
