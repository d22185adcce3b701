#include "sensor/finish.h"

#include "proto/frame.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <string.h>

static struct finish_list list;
static char text[] = "write", content[] = "MZ and more";

/* What was delivered. */
struct got {
	Ev__EventBatch *batches[4];
	size_t n;
	uint64_t given_up;
};

static void deliver(void *ctx, const struct batch *batch)
{
	struct got *got = ctx;

	cr_assert_lt(got->n, 4);
	got->batches[got->n++] = ev__event_batch__unpack(NULL, batch->n, batch->bytes);
}

static void give_up(void *ctx, uint64_t seq)
{
	((struct got *)ctx)->given_up = seq;
}

static struct finisher finisher_of(struct got *got)
{
	struct finisher f = { .deliver = deliver, .give_up = give_up, .ctx = got };

	batch_init(&f.batch, 7);
	finish_clear(&list);
	return f;
}

static void done(struct finisher *f, struct got *got)
{
	batch_fini(&f->batch);
	for (size_t i = 0; i < got->n; i++)
		ev__event_batch__free_unpacked(got->batches[i], NULL);
}

static Ev__Event transfer_of(Ev__SmbTransfer *body, uint64_t seq)
{
	Ev__Event event = EV__EVENT__INIT;

	ev__smb_transfer__init(body);
	body->direction = text;
	event.seq = seq;
	event.body_case = EV__EVENT__BODY_SMB_TRANSFER;
	event.smb_transfer = body;
	return event;
}

static void expect_digests(const Ev__Event *event)
{
	uint8_t sha256[HASH_SHA256_BYTES];

	SHA256((const uint8_t *)content, sizeof(content), sha256);
	cr_assert(event->smb_transfer->has_sha256);
	cr_expect_arr_eq(event->smb_transfer->sha256.data, sha256, sizeof(sha256));
	cr_expect_eq(event->smb_transfer->md5.len, HASH_MD5_BYTES);
}

Test(finish, an_event_gets_the_digests_of_what_was_hashed_before_it)
{
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	struct hash *hash = hash_begin();
	char passing[4];
	Ev__SmbTransfer body;
	Ev__Event event = transfer_of(&body, 1);

	memcpy(passing, content, sizeof(passing));
	cr_assert(finish_event(&list, &event, NULL));
	cr_assert(finish_passing(&list, hash, view_of(passing, sizeof(passing))));
	memset(passing, 0, sizeof(passing));
	cr_assert(finish_lasting(&list, hash, view_of(content + sizeof(passing), sizeof(content) - sizeof(passing))));
	event.seq = 2;
	cr_assert(finish_event(&list, &event, hash));
	cr_assert(finish_batch(&list));
	cr_expect_eq(got.n, 0, "it is only written down");
	finish_all(&f, &list);
	cr_assert_eq(got.n, 1);
	cr_assert_eq(got.batches[0]->n_events, 2);
	cr_expect_not(got.batches[0]->events[0]->smb_transfer->has_sha256);
	expect_digests(got.batches[0]->events[1]);
	cr_expect_eq(list.n, 0);
	done(&f, &got);
}

Test(finish, at_once_an_event_gets_them_too)
{
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	struct hash *hash = hash_begin();
	Ev__SmbTransfer body;
	Ev__Event event = transfer_of(&body, 1);

	hash_add(hash, view_of(content, sizeof(content)));
	finish_event_now(&f, &event, hash);
	cr_expect_not(body.has_sha256, "the event is the caller's");
	finish_batch_now(&f);
	finish_batch_now(&f);
	cr_assert_eq(got.n, 1, "no batch without an event");
	expect_digests(got.batches[0]->events[0]);
	done(&f, &got);
}

Test(finish, a_full_batch_is_delivered_and_the_next_begun)
{
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	Ev__SmbTransfer body;
	Ev__Event event = transfer_of(&body, 1);

	for (; event.seq <= BATCH_EVENTS + 1; event.seq++) {
		if (!finish_event(&list, &event, NULL)) {
			finish_all(&f, &list);
			cr_assert(finish_event(&list, &event, NULL));
		}
	}
	finish_all(&f, &list);
	cr_assert_eq(got.n, 1);
	cr_expect_eq(got.batches[0]->n_events, BATCH_EVENTS);
	finish_batch_now(&f);
	cr_expect_eq(got.batches[1]->first_seq, BATCH_EVENTS + 1);
	done(&f, &got);
}

Test(finish, a_list_takes_so_many_acts_and_refuses_one_more)
{
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	struct hash *hash = hash_begin();

	for (size_t i = 0; i < FINISH_ACTS; i++)
		cr_assert(finish_lasting(&list, hash, view_of(content, 1)));
	cr_expect_not(finish_lasting(&list, hash, view_of(content, 1)));
	cr_expect_not(finish_passing(&list, hash, view_of(content, 1)));
	cr_expect_not(finish_drop(&list, hash));
	cr_expect_not(finish_batch(&list));
	cr_expect_eq(list.n, FINISH_ACTS);
	finish_all(&f, &list);
	cr_assert(finish_drop(&list, hash));
	finish_all(&f, &list);
	done(&f, &got);
}

Test(finish, a_store_takes_so_many_bytes_and_refuses_one_more)
{
	static uint8_t bytes[FINISH_STORE_BYTES + 1];
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	struct hash *hash = hash_begin();
	Ev__SmbTransfer body;
	Ev__Event event = transfer_of(&body, 1);

	cr_expect_not(finish_passing(&list, hash, view_of(bytes, FINISH_STORE_BYTES + 1)));
	cr_assert(finish_passing(&list, hash, view_of(bytes, FINISH_STORE_BYTES)));
	cr_expect_not(finish_passing(&list, hash, view_of(bytes, 1)));
	cr_expect_not(finish_event(&list, &event, NULL));
	cr_assert(finish_drop(&list, hash));
	cr_expect_eq(list.n, 2);
	finish_all(&f, &list);
	done(&f, &got);
}

Test(finish, an_event_that_fits_into_no_batch_is_given_up)
{
	static char long_text[FRAME_BODY_MAX_BYTES];
	struct got got = { .n = 0 };
	struct finisher f = finisher_of(&got);
	Ev__SmbTransfer body;
	Ev__Event event = transfer_of(&body, 5);

	memset(long_text, 'x', sizeof(long_text) - 1);
	body.path = long_text;
	cr_expect_not(finish_event(&list, &event, NULL));
	finish_event_now(&f, &event, NULL);
	cr_expect_eq(got.given_up, 5);
	finish_batch_now(&f);
	cr_expect_eq(got.n, 0);
	done(&f, &got);
}
