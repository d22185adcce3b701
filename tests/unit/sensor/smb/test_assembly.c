/* Transactions of SMB1 in several messages: however a request is cut, what is told is the same; what is held is bounded. */
#include "sensor/smb/pending.h"
#include "tests/lib/ladder.h"
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <string.h>

enum {
	CLOSE = 0x04, TRANSACTION2 = 0x32, NT_TRANSACT = 0xA0, ECHO = 0x2B, FID = 7, HEADER = 32, BIG = 60000,
	SECOND_NS = 1000000000,
	OPEN2 = 0, SET_PATH = 6, SET_FILE = 8, NT_CREATE = 1,
};

#define REFUSED 0xC0000022u

static struct smb_message m;

/* A request, whole. */
struct request {
	unsigned command;
	unsigned function;
	struct view parameters;
	struct view data;
};

/* One share of it. */
struct share {
	uint32_t parameters_at, n_parameters;
	uint32_t data_at, n_data;
};

static struct smb1_ids ids(uint16_t mid)
{
	return (struct smb1_ids){ .mid = mid, .uid = 1, .tid = 2 };
}

static bool is_nt(const struct request *r)
{
	return r->command == NT_TRANSACT;
}

static void put(const struct request *r, uint32_t value)
{
	if (is_nt(r))
		smb_u32(&m, value);
	else
		smb_u16(&m, value);
}

/* Where the parameters of a message with so many words begin. */
static unsigned behind(unsigned words)
{
	return HEADER + 1 + 2 * words + 2;
}

/* Count and offset of both sides, and in secondary ones their displacements. */
static void put_sides(const struct request *r, const struct share *s, unsigned words, bool is_secondary)
{
	put(r, s->n_parameters);
	put(r, behind(words));
	if (is_secondary)
		put(r, s->parameters_at);
	put(r, s->n_data);
	put(r, behind(words) + s->n_parameters);
	if (is_secondary)
		put(r, s->data_at);
}

static void put_bytes(const struct request *r, const struct share *s)
{
	smb_u16(&m, s->n_parameters + s->n_data);
	if (s->n_parameters > 0 && s->parameters_at + s->n_parameters <= r->parameters.n)
		smb_bytes(&m, r->parameters.bytes + s->parameters_at, s->n_parameters);
	else
		smb_zeros(&m, s->n_parameters);
	if (s->n_data > 0 && s->data_at + s->n_data <= r->data.n)
		smb_bytes(&m, r->data.bytes + s->data_at, s->n_data);
	else
		smb_zeros(&m, s->n_data);
}

/* The first message, with the shares from 0 on. */
static void put_first(const struct request *r, const struct share *s, uint16_t mid)
{
	unsigned words = is_nt(r) ? 19 : 15;

	smb1_begin(&m, r->command, ids(mid));
	smb_u8(&m, words);
	smb_zeros(&m, is_nt(r) ? 3 : 0);
	put(r, (uint32_t)r->parameters.n);
	put(r, (uint32_t)r->data.n);
	smb_zeros(&m, is_nt(r) ? 8 : 14);
	put_sides(r, s, words, false);
	smb_u8(&m, is_nt(r) ? 0 : 1);
	smb_zeros(&m, is_nt(r) ? 0 : 1);
	smb_u16(&m, r->function);
	put_bytes(r, s);
}

/* A secondary one that announces these totals. */
static void put_next(const struct request *r, const struct share *s, uint16_t mid, uint32_t total_parameters, uint32_t total_data)
{
	unsigned words = is_nt(r) ? 18 : 9;

	smb1_begin(&m, r->command + 1, ids(mid));
	smb_u8(&m, words);
	smb_zeros(&m, is_nt(r) ? 3 : 0);
	put(r, total_parameters);
	put(r, total_data);
	put_sides(r, s, words, true);
	smb_zeros(&m, is_nt(r) ? 1 : 2);
	put_bytes(r, s);
}

static void ask_first(struct smb_kit *k, const struct request *r, struct share s, uint16_t mid)
{
	put_first(r, &s, mid);
	smb_send(k, &m);
}

static void ask_next(struct smb_kit *k, const struct request *r, struct share s, uint16_t mid)
{
	put_next(r, &s, mid, (uint32_t)r->parameters.n, (uint32_t)r->data.n);
	smb_send(k, &m);
}

static void ask_whole(struct smb_kit *k, const struct request *r, uint16_t mid)
{
	ask_first(k, r, (struct share){ 0, (uint32_t)r->parameters.n, 0, (uint32_t)r->data.n }, mid);
}

static void answer_empty(struct smb_kit *k, const struct request *r, uint16_t mid, uint32_t status)
{
	smb1_answer(&m, r->command, status, ids(mid));
	smb_u8(&m, 0);
	smb_u16(&m, 0);
	smb_send(k, &m);
}

/* The answer of success: 69 bytes of parameters, the FID in its place. */
static void answer(struct smb_kit *k, const struct request *r, uint16_t mid)
{
	unsigned words = is_nt(r) ? 18 : 10;

	smb1_answer(&m, r->command, 0, ids(mid));
	smb_u8(&m, words);
	smb_zeros(&m, is_nt(r) ? 3 : 0);
	put(r, 69);
	put(r, 0);
	smb_zeros(&m, is_nt(r) ? 0 : 2);
	put(r, 69);
	put(r, behind(words));
	smb_zeros(&m, is_nt(r) ? 17 : 10);
	smb_u16(&m, 69);
	smb_u16(&m, is_nt(r) ? 0 : FID);
	smb_u16(&m, is_nt(r) ? FID : 0);
	smb_u32(&m, is_nt(r) ? 1 : 0);
	smb_zeros(&m, 61);
	smb_send(k, &m);
}

/* ---- the requests ---- */

enum { RENAME, DISPOSITION, END_OF_FILE, PATH_END_OF_FILE, OPEN, CREATE, N_REQUESTS };

static uint8_t rename_data[32] = { [8] = 10, [12] = 'a', [14] = '.', [16] = 'e', [18] = 'x', [20] = 'e' };
static uint8_t open2_parameters[28 + 12] = { [2] = 1, [12] = 0x12, [28] = 'b', [30] = '.', [32] = 'e', [34] = 'x', [36] = 'e' };
static uint8_t create_parameters[54 + 10] = { [8] = 1, [28] = 5, [44] = 10, [54] = 'c', [56] = '.', [58] = 'e', [60] = 'x', [62] = 'e' };

static struct request request_of(size_t i)
{
	static uint8_t descriptor[50];
	const struct request requests[N_REQUESTS] = {
		[RENAME] = { TRANSACTION2, SET_FILE, view_of("\7\0\xF2\3\0\0", 6), view_of(rename_data, 22) },
		[DISPOSITION] = { TRANSACTION2, SET_FILE, view_of("\7\0\2\1\0\0", 6), view_of("\1", 1) },
		[END_OF_FILE] = { TRANSACTION2, SET_FILE, view_of("\7\0\4\1\0\0", 6), view_of("\x70\x11\1\0\0\0\0\0", 8) },
		[PATH_END_OF_FILE] = { TRANSACTION2, SET_PATH, view_of("\4\1\0\0\0\0p\0\0", 10), view_of("\5\0\0\0\0\0\0\0", 8) },
		[OPEN] = { TRANSACTION2, OPEN2, view_of(open2_parameters, sizeof(open2_parameters)), view_of("\0\0\0\0", 4) },
		[CREATE] = { NT_TRANSACT, NT_CREATE, view_of(create_parameters, sizeof(create_parameters)),
			     view_of(descriptor, sizeof(descriptor)) },
	};

	return requests[i];
}

static uint64_t n_malformed(const struct smb_kit *k)
{
	return k->counts.of[COUNT_SMB1_MALFORMED] + k->counts.of[COUNT_NBSS_MALFORMED];
}

static uint64_t n_lost(const struct smb_kit *k)
{
	return k->counts.of[COUNT_SMB1_TRANSACTION_CUT] + k->counts.of[COUNT_SMB_UNASKED] + k->counts.of[COUNT_SMB_UNANSWERED];
}

/* Close ${k} and compare what it told with what ${r} in one message tells. */
static void assert_as_whole(struct smb_kit *k, const struct request *r)
{
	struct smb_kit *whole = smb_kit_new(SMB_KIT_FAKES);
	uint8_t *told, *expected;
	size_t n_told, n_expected;

	ask_whole(whole, r, 1);
	answer(whole, r, 1);
	cr_assert(smb_kit_close(whole) && smb_kit_close(k));
	cr_assert_gt(whole->n_events, 0);
	cr_assert_eq(n_malformed(k) + n_lost(k), 0);
	told = smb_kit_packed(k, &n_told);
	expected = smb_kit_packed(whole, &n_expected);
	cr_assert(view_equals(view_of(told, n_told), view_of(expected, n_expected)));
	free(told);
	free(expected);
	smb_kit_free(whole);
	smb_kit_free(k);
}

Test(assembly, a_request_in_two_messages_tells_the_same_wherever_it_is_cut)
{
	for (size_t i = 0; i < N_REQUESTS; i++) {
		struct request r = request_of(i);
		uint32_t np = (uint32_t)r.parameters.n, nd = (uint32_t)r.data.n;

		for (uint32_t n = 0; n < np + nd; n++) {
			struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
			uint32_t p = n < np ? n : np, d = n - p;

			ask_first(k, &r, (struct share){ 0, p, 0, d }, 1);
			answer_empty(k, &r, 1, 0);
			ask_next(k, &r, (struct share){ p, np - p, d, nd - d }, 1);
			answer(k, &r, 1);
			assert_as_whole(k, &r);
		}
	}
}

Test(assembly, bytes_that_come_one_by_one_and_backwards_tell_the_same)
{
	for (size_t i = 0; i < N_REQUESTS; i++) {
		struct request r = request_of(i);
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		ask_first(k, &r, (struct share){ 0 }, 1);
		for (uint32_t at = (uint32_t)r.data.n; at-- > 0;)
			ask_next(k, &r, (struct share){ 0, 0, at, 1 }, 1);
		for (uint32_t at = (uint32_t)r.parameters.n; at-- > 0;)
			ask_next(k, &r, (struct share){ at, 1, 0, 0 }, 1);
		answer_empty(k, &r, 1, 0);	/* a client that did not wait for it */
		answer(k, &r, 1);
		assert_as_whole(k, &r);
	}
}

Test(assembly, two_requests_under_way_do_not_mix)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request rename = request_of(RENAME), end = request_of(END_OF_FILE);

	ask_first(k, &rename, (struct share){ 0, 6, 0, 3 }, 1);
	ask_first(k, &end, (struct share){ 0, 6, 0, 3 }, 2);
	ask_next(k, &rename, (struct share){ 0, 0, 3, 19 }, 1);
	ask_next(k, &end, (struct share){ 0, 0, 3, 5 }, 2);
	answer(k, &end, 2);
	answer(k, &rename, 1);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 0)->smb_set_end->new_size, 70000);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename->new_path, "a.exe");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, the_time_is_that_of_the_first_message)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);
	int64_t first_ns;

	ask_first(k, &r, (struct share){ 0, 6, 0, 3 }, 1);
	first_ns = k->now_ns;
	ask_next(k, &r, (struct share){ 0, 0, 3, 19 }, 1);
	answer(k, &r, 1);
	cr_assert_leq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->time, first_ns);
	smb_kit_free(k);
}

Test(assembly, what_lies_beyond_the_limit_is_counted_and_not_held)
{
	static uint8_t data[BIG];
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);

	memcpy(data, rename_data, sizeof(rename_data));
	r.data = view_of(data, BIG);
	ask_first(k, &r, (struct share){ 0, 6, 0, 30 }, 1);
	ask_next(k, &r, (struct share){ 0, 0, 30, BIG - 31 }, 1);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RENAME), 0);
	cr_assert_lt(pool_used_bytes(k->env.pool), 3 * LIMIT_TRANSACTION_BYTES);
	ask_next(k, &r, (struct share){ 0, 0, BIG - 1, 1 }, 1);
	answer(k, &r, 1);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename->new_path, "a.exe");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, a_total_may_become_less)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);
	struct share rest = { 0, 0, 10, 12 };

	r.data = view_of(rename_data, sizeof(rename_data));
	ask_first(k, &r, (struct share){ 0, 6, 0, 10 }, 1);
	put_next(&r, &rest, 1, 6, 22);
	smb_send(k, &m);
	answer(k, &r, 1);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename->new_path, "a.exe");
	cr_assert_eq(n_malformed(k) + n_lost(k), 0);
	smb_kit_free(k);
}

/* ---- what is wrong ---- */

Test(assembly, of_two_that_overlap_the_later_stands_and_is_malformed)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);
	struct request other = r;
	uint8_t data[32];

	memcpy(data, rename_data, sizeof(data));
	data[12] = 'z';
	other.data = view_of(data, sizeof(data));
	r.data = view_of(rename_data, sizeof(rename_data));
	ask_first(k, &r, (struct share){ 0, 6, 0, 22 }, 1);
	ask_next(k, &other, (struct share){ 0, 0, 12, 10 }, 1);
	cr_assert_eq(n_malformed(k), 1);
	answer(k, &r, 1);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename->new_path, "z.exe");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, what_lies_behind_a_hole_is_not_read)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);

	ask_first(k, &r, (struct share){ 0, 6, 0, 14 }, 1);
	ask_next(k, &r, (struct share){ 0, 0, 4, 8 }, 1);
	cr_assert_eq(n_malformed(k), 2, "the overlap, and a name that ends in the hole");
	answer(k, &r, 1);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RENAME), 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, one_byte_past_the_total_is_malformed_and_hides_nothing)
{
	static const struct share wrong[] = {
		{ 0, 0, 14, 9 }, { 0, 0, 23, 0 }, { 6, 1, 14, 0 }, { 0, 0, 65535, 65535 - HEADER },
	};
	struct request r = request_of(RENAME);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		ask_first(k, &r, (struct share){ 0, 6, 0, 14 }, 1);
		ask_next(k, &r, wrong[i], 1);
		cr_assert_eq(n_malformed(k), 1, "%zu", i);
		ask_next(k, &r, (struct share){ 0, 0, 14, 8 }, 1);
		answer(k, &r, 1);
		cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RENAME), 1, "%zu", i);
		cr_assert(smb_kit_close(k));
		smb_kit_free(k);
	}
}

Test(assembly, a_first_message_with_more_than_its_totals_is_malformed)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);

	ask_first(k, &r, (struct share){ 0, 6, 0, 23 }, 1);
	cr_assert_eq(n_malformed(k), 1);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, success_without_all_of_the_request_is_counted_as_lost)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);

	ask_first(k, &r, (struct share){ 0, 6, 0, 14 }, 1);
	answer(k, &r, 1);
	cr_assert_eq(k->counts.of[COUNT_SMB1_TRANSACTION_CUT], 0, "the rest may have been captured behind it");
	k->now_ns += SECOND_NS;
	ask_first(k, &r, (struct share){ 0, 6, 0, 14 }, 2);
	cr_assert_eq(k->counts.of[COUNT_SMB1_TRANSACTION_CUT], 1);
	answer_empty(k, &r, 2, REFUSED);
	k->now_ns += SECOND_NS;
	ask_first(k, &r, (struct share){ 0, 6, 0, 22 }, 4);
	cr_assert_eq(k->counts.of[COUNT_SMB1_TRANSACTION_CUT], 1, "a refusal needs no more");
	ask_next(k, &r, (struct share){ 0, 0, 14, 8 }, 3);
	cr_assert_eq(k->counts.of[COUNT_SMB1_TRANSACTION_CUT], 2, "of the third only the end was seen");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, an_answer_that_cannot_be_read_is_told_as_none)
{
	for (size_t i = OPEN; i <= CREATE; i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
		struct request r = request_of(i);

		ask_first(k, &r, (struct share){ 0, 20, 0, 0 }, 1);
		ask_next(k, &r, (struct share){ 20, (uint32_t)r.parameters.n - 20, 0, (uint32_t)r.data.n }, 1);
		smb1_answer(&m, r.command, 0, ids(1));
		smb_u8(&m, 1);
		smb_zeros(&m, 4);
		smb_send(k, &m);
		cr_assert_eq(n_malformed(k), 1);
		cr_assert(!smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->has_status);
		cr_assert(smb_kit_close(k));
		smb_kit_free(k);
	}
}

Test(assembly, a_function_without_facts_holds_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(RENAME);

	r.function = 1;
	ask_first(k, &r, (struct share){ 0, 6, 0, 14 }, 1);
	answer_empty(k, &r, 1, 0);
	ask_next(k, &r, (struct share){ 0, 0, 14, 8 }, 1);
	answer(k, &r, 1);
	cr_assert_eq(k->n_events, 0);
	cr_assert_eq(n_malformed(k) + n_lost(k), 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, what_is_abandoned_is_bounded_and_given_back)
{
	static uint8_t data[BIG];
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(CREATE);

	r.data = view_of(data, BIG);
	for (uint16_t mid = 1; mid < 1000; mid++) {
		ask_first(k, &r, (struct share){ 0, 64, 0, BIG - 1 }, mid);
		cr_assert_lt(pool_used_bytes(k->env.pool), 4 * PENDING_KEPT_BYTES);
	}
	cr_assert_gt(k->counts.of[COUNT_SMB_TABLE_FULL], 900);
	ask_next(k, &r, (struct share){ 0, 0, BIG - 1, 1 }, 999);
	answer(k, &r, 999);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->path, "c.exe");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, crumbs_are_given_up_when_they_take_too_much)
{
	static uint8_t data[BIG];
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct request r = request_of(CREATE);

	r.data = view_of(data, BIG);
	ask_first(k, &r, (struct share){ 0, 64, 0, 0 }, 1);
	for (uint32_t at = 0; at < LIMIT_TRANSACTION_BYTES; at++)
		ask_next(k, &r, (struct share){ 0, 0, at, 1 }, 1);
	cr_assert_eq(k->counts.of[COUNT_SMB1_TRANSACTION_CUT], 1);
	cr_assert_lt(pool_used_bytes(k->env.pool), 1024);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, a_full_pool_is_counted_and_survived)
{
	struct request r = request_of(CREATE);

	for (size_t cap = 256; cap < 4096; cap += 16) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		smb_kit_squeeze(k, cap);
		if (k->conns[0] != NULL) {
			ask_first(k, &r, (struct share){ 0, 10, 0, 10 }, 1);
			ask_next(k, &r, (struct share){ 10, 54, 10, 40 }, 1);
			answer(k, &r, 1);
		}
		cr_assert(smb_kit_close(k), "with %zu bytes", cap);
		smb_kit_free(k);
	}
}

/* ---- every shorter prefix ---- */

struct rung {
	struct request r;
	bool is_secondary;
};

static void survive(struct view prefix, void *ctx)
{
	const struct rung *rung = ctx;
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	if (rung->is_secondary)
		ask_first(k, &rung->r, (struct share){ 0 }, 1);
	m.n = 0;
	m.way = FROM_OPENER;
	smb_bytes(&m, prefix.bytes, prefix.n < 4 ? 0 : prefix.n);
	if (m.n > 0)
		smb_send(k, &m);
	answer(k, &rung->r, 1);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(assembly, every_shorter_prefix_of_every_message_is_survived)
{
	static uint8_t bytes[1024];

	for (size_t i = 0; i < N_REQUESTS; i++) {
		struct rung rung = { .r = request_of(i) };
		struct share all = { 0, (uint32_t)rung.r.parameters.n, 0, (uint32_t)rung.r.data.n };

		put_first(&rung.r, &all, 1);
		ladder(bytes, view_copy(bytes, sizeof(bytes), smb_done(&m)), survive, &rung);
		rung.is_secondary = true;
		put_next(&rung.r, &all, 1, all.n_parameters, all.n_data);
		ladder(bytes, view_copy(bytes, sizeof(bytes), smb_done(&m)), survive, &rung);
	}
}
