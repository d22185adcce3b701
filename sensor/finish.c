#include "sensor/finish.h"

#include "proto/pack.h"

void finish_clear(struct finish_list *l)
{
	l->n = 0;
	l->free_bytes = sizeof(l->store);
}

/* ---- events with digests ---- */

/* The end of ${hash}; without it if the library failed, as if nothing had been hashed. */
static void add_digests(Ev__SmbTransfer *body, struct hash *hash, struct hash_result *result)
{
	if (!hash_end(hash, result))
		return;
	body->has_sha256 = true;
	body->sha256 = (ProtobufCBinaryData){ .len = sizeof(result->sha256), .data = result->sha256 };
	body->has_md5 = result->has_md5;
	body->md5 = (ProtobufCBinaryData){ .len = sizeof(result->md5), .data = result->md5 };
}

static void add_to_batch(struct finisher *f, const Ev__Event *event)
{
	if (batch_add(&f->batch, event) == 0)
		return;
	finish_batch_now(f);
	if (batch_add(&f->batch, event) != 0)
		f->give_up(f->ctx, event->seq);
}

void finish_event_now(struct finisher *f, const Ev__Event *event, struct hash *hash)
{
	Ev__Event completed;
	Ev__SmbTransfer body;
	struct hash_result result;

	if (hash == NULL) {
		add_to_batch(f, event);
		return;
	}
	completed = *event;
	body = *event->smb_transfer;
	completed.smb_transfer = &body;
	add_digests(&body, hash, &result);
	add_to_batch(f, &completed);
}

void finish_batch_now(struct finisher *f)
{
	if (f->batch.n_events > 0)
		f->deliver(f->ctx, &f->batch);
	batch_clear(&f->batch);
}

/* ---- acts ---- */

static void append(struct finisher *f, const struct finish_act *with)
{
	if (batch_append(&f->batch, with->seq, with->bytes.bytes, with->bytes.n) == 0)
		return;
	finish_batch_now(f);
	if (batch_append(&f->batch, with->seq, with->bytes.bytes, with->bytes.n) != 0)
		f->give_up(f->ctx, with->seq);
}

/* Few events have digests: they are unpacked again. */
static void complete(struct finisher *f, const struct finish_act *with)
{
	Ev__Event *event = ev__event__unpack(NULL, with->bytes.n, with->bytes.bytes);

	if (event == NULL) {
		hash_drop(with->hash);
		f->give_up(f->ctx, with->seq);
		return;
	}
	finish_event_now(f, event, with->hash);
	ev__event__free_unpacked(event, NULL);
}

static void hash_bytes(struct finisher *f, const struct finish_act *with)
{
	(void)f;
	hash_add(with->hash, with->bytes);
}

static void drop(struct finisher *f, const struct finish_act *with)
{
	(void)f;
	hash_drop(with->hash);
}

static void hand_on(struct finisher *f, const struct finish_act *with)
{
	(void)with;
	finish_batch_now(f);
}

void finish_all(struct finisher *f, struct finish_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->acts[i].act(f, &l->acts[i]);
	finish_clear(l);
}

/* ---- writing down ---- */

static bool write_down(struct finish_list *l, struct finish_act act)
{
	if (l->n == FINISH_ACTS)
		return false;
	l->acts[l->n++] = act;
	return true;
}

bool finish_event(struct finish_list *l, const Ev__Event *event, struct hash *hash)
{
	size_t n = l->n < FINISH_ACTS ? pack_to_end(&event->base, l->store, l->free_bytes) : SIZE_MAX;

	if (n == SIZE_MAX)
		return false;
	l->free_bytes -= n;
	return write_down(l, (struct finish_act){ .act = hash != NULL ? complete : append, .hash = hash,
						  .bytes = view_of(l->store + l->free_bytes, n), .seq = event->seq });
}

bool finish_lasting(struct finish_list *l, struct hash *hash, struct view bytes)
{
	return write_down(l, (struct finish_act){ .act = hash_bytes, .hash = hash, .bytes = bytes });
}

bool finish_passing(struct finish_list *l, struct hash *hash, struct view bytes)
{
	if (bytes.n > l->free_bytes || l->n == FINISH_ACTS)
		return false;
	l->free_bytes -= bytes.n;
	view_copy(l->store + l->free_bytes, bytes.n, bytes);
	return finish_lasting(l, hash, view_of(l->store + l->free_bytes, bytes.n));
}

bool finish_drop(struct finish_list *l, struct hash *hash)
{
	return write_down(l, (struct finish_act){ .act = drop, .hash = hash });
}

bool finish_batch(struct finish_list *l)
{
	return write_down(l, (struct finish_act){ .act = hand_on });
}
