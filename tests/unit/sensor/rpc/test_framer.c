#include "sensor/rpc/framer.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include "sensor/core/cursor.h"

#include <criterion/criterion.h>

/* What the framer handed on. */
struct seen {
	size_t n;
	size_t bytes[64];
	int64_t time_ns[64];
};

static void note(void *ctx, struct view pdu, int64_t time_ns)
{
	struct seen *seen = ctx;

	seen->bytes[seen->n] = pdu.n;
	seen->time_ns[seen->n++] = time_ns;
}

/* Feed ${bytes} in pieces of ${cut}, the time going on by one with each. */
static struct seen feed(struct view bytes, size_t cut, bool is_lost, struct counts *counts)
{
	struct stage *s = stage_new(0);
	struct framer f = { .is_lost = is_lost };
	struct cursor c = cur_of(bytes);
	struct seen seen = { 0 };
	const struct framer_user noting = { note, &seen };
	int64_t now = 1;

	while (cur_left(&c) > 0)
		framer_feed(&f, &s->env, cur_take(&c, cut < cur_left(&c) ? cut : cur_left(&c)), now++, &noting);
	framer_fini(&f, &s->env);
	*counts = s->counts;
	stage_free(s);
	return seen;
}

/* Three PDUs: 28, 16 and 1048 bytes. */
static void three(struct wire *w)
{
	static const uint8_t stub[1024];

	pdu_request(w, WHOLE, 1, 0, 1, view_of("stub", 4));
	pdu_end(w, pdu_begin(w, PDU_SHUTDOWN, WHOLE, 1));
	pdu_request(w, WHOLE, 2, 0, 1, view_of(stub, sizeof(stub)));
}

Test(framer, any_cut_gives_the_same_pdus)
{
	static struct wire w;

	three(&w);
	for (size_t cut = 1; cut <= w.n; cut++) {
		struct counts counts;
		struct seen seen = feed(wire_view(&w), cut, false, &counts);

		cr_assert_eq(seen.n, 3, "cut into %zu", cut);
		cr_expect_eq(seen.bytes[0], 28);
		cr_expect_eq(seen.bytes[1], 16);
		cr_expect_eq(seen.bytes[2], 1048);
		cr_expect_eq(counts.of[COUNT_RPC_MALFORMED], 0);
	}
}

Test(framer, a_pdu_has_the_time_of_its_first_byte)
{
	static struct wire w;
	struct counts counts;
	struct seen seen;

	three(&w);
	seen = feed(wire_view(&w), 10, false, &counts);
	cr_expect_eq(seen.time_ns[0], 1);
	cr_expect_eq(seen.time_ns[1], 3);
	cr_expect_eq(seen.time_ns[2], 5);
}

Test(framer, after_garbage_the_next_header_is_found_in_any_cut)
{
	static struct wire w;

	wire_ascii(&w, "this is \x05 no PDU at all \x05");
	three(&w);
	for (size_t cut = 1; cut <= w.n; cut++) {
		struct counts counts;
		struct seen seen = feed(wire_view(&w), cut, false, &counts);

		cr_assert_eq(seen.n, 3, "cut into %zu", cut);
		cr_expect_eq(counts.of[COUNT_RPC_MALFORMED], 1);
		cr_expect_eq(counts.of[COUNT_RPC_RESYNC], 1);
	}
}

Test(framer, a_stream_taken_up_in_the_middle_is_not_malformed)
{
	static struct wire w;
	struct counts counts;
	struct seen seen;

	wire_ascii(&w, "the rest of something");
	three(&w);
	seen = feed(wire_view(&w), 7, true, &counts);
	cr_expect_eq(seen.n, 3);
	cr_expect_eq(counts.of[COUNT_RPC_MALFORMED], 0);
}

Test(framer, a_hole_ends_what_was_held)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	struct framer f = { 0 };
	struct seen seen = { 0 };

	three(&w);
	framer_feed(&f, &s->env, view_of(w.bytes, 100), 1, &(struct framer_user){ note, &seen });
	cr_expect_eq(seen.n, 2);
	framer_lose(&f, &s->env);
	framer_feed(&f, &s->env, wire_view(&w), 2, &(struct framer_user){ note, &seen });
	cr_expect_eq(seen.n, 5);
	cr_expect_eq(seen.time_ns[2], 2);
	framer_fini(&f, &s->env);
	stage_free(s);
}

Test(framer, a_pdu_without_room_is_passed_over_and_counted)
{
	static struct wire w;
	static const uint8_t stub[9000];
	struct stage *s = stage_new(4096);
	struct framer f = { 0 };
	struct seen seen = { 0 };

	pdu_request(&w, WHOLE, 1, 0, 1, view_of(stub, sizeof(stub)));
	three(&w);
	framer_feed(&f, &s->env, view_of(w.bytes, 500), 1, &(struct framer_user){ note, &seen });
	framer_feed(&f, &s->env, view_of(w.bytes + 500, w.n - 500), 1, &(struct framer_user){ note, &seen });
	cr_expect_eq(seen.n, 3);
	cr_expect_eq(s->counts.of[COUNT_POOL_FULL], 1);
	framer_fini(&f, &s->env);
	stage_free(s);
}
