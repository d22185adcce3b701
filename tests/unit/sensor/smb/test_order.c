/* Responses that were captured before their requests: the pairs meet, within bounds. */
#include "sensor/smb/lane.h"
#include "tests/lib/smb_rare.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef void (*conversation_fn)(smb_tell_fn tell, void *ctx);

/* Says each request behind the answer that follows it. */
struct swapper {
	struct smb_kit *kit;
	struct smb_message held;
	bool has_held;
};

static void flush(struct swapper *s)
{
	if (s->has_held)
		smb_send(s->kit, &s->held);
	s->has_held = false;
}

static void say_swapped(struct smb_message *m, void *ctx)
{
	struct swapper *s = ctx;

	if (m->way == FROM_OPENER) {
		flush(s);
		s->held = *m;
		s->has_held = true;
		return;
	}
	smb_send(s->kit, m);
	flush(s);
}

/* Times are those of the capture; everything else is the same. */
static void check_same(const Ev__Event *a, const Ev__Event *b)
{
	cr_assert_eq(a->body_case, b->body_case);
	cr_assert_eq(a->status, b->status);
	cr_assert_eq(a->has_response_time, b->has_response_time);
	cr_assert_eq(ev__event__get_packed_size(a), ev__event__get_packed_size(b));
}

static void check_swapped(conversation_fn conversation)
{
	struct smb_kit *plain = smb_kit_new(SMB_KIT_FAKES);
	struct swapper *s = calloc(1, sizeof(*s));
	s->kit = smb_kit_new(SMB_KIT_FAKES);
	conversation(smb_kit_hear, plain);
	conversation(say_swapped, s);
	flush(s);
	cr_assert(smb_kit_close(plain));
	cr_assert(smb_kit_close(s->kit));
	cr_assert_eq(s->kit->counts.of[COUNT_SMB_UNASKED], 0);
	cr_assert_eq(s->kit->counts.of[COUNT_SMB_UNANSWERED], 0);
	cr_assert_str_eq(s->kit->log, plain->log);
	cr_assert_eq(s->kit->n_events, plain->n_events);
	for (size_t i = 0; i < plain->n_events; i++)
		check_same(s->kit->events[i], plain->events[i]);
	smb_kit_free(plain);
	smb_kit_free(s->kit);
	free(s);
}

Test(order, an_smb2_conversation_tells_the_same_with_every_answer_before_its_request)
{
	check_swapped(smb_conversation_smb2);
}

Test(order, an_smb1_conversation_tells_the_same_with_every_answer_before_its_request)
{
	check_swapped(smb_conversation_smb1);
}

Test(order, what_clients_rarely_do_too)
{
	check_swapped(smb_rare_smb2);
	check_swapped(smb_rare_smb1);
}

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = 0x61, .tree_id = 5 };
}

Test(order, both_times_are_those_of_the_capture)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const Ev__Event *e;

	smb_grant_tree(k, ids(1), 1);
	smb_ask_tree(k, ids(1), "\\\\SRV\\C$");
	e = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0);
	cr_assert_eq(e->time - e->response_time, 1000000);
	cr_assert_eq(e->status, 0);
	smb_kit_free(k);
}

Test(order, what_follows_a_waiting_answer_waits_behind_it)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_tree(k, ids(1), "\\\\SRV\\C$");
	smb_grant_tree(k, ids(1), 1);
	smb_ask_create(k, ids(3), "late.exe");
	smb_answer_read(k, ids(4), "MZ from the answer that came first");
	smb_grant_create(k, ids(3), 0x21, 7);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 0);
	smb_ask_read(k, ids(4), 0x21, 0, 34);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 1);
	smb_say_close(k, ids(5), 0x21);
	cr_assert(strstr(k->log, "read=34/1/0/0:"), "%s", k->log);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	smb_kit_free(k);
}

Test(order, without_its_request_it_waits_no_longer_than_the_limit)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_grant_tree(k, ids(1), 1);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	k->now_ns += LANE_WAIT_NS;
	smb_ask_create(k, ids(2), "x");
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 1);
	smb_kit_free(k);
}

Test(order, it_waits_no_longer_than_until_the_connection_ends)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_grant_tree(k, ids(1), 1);
	cr_assert(smb_kit_close(k));
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 1);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TREE_CONNECT), 1);
	smb_kit_free(k);
}

Test(order, it_does_not_wait_for_what_was_in_a_hole)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_grant_tree(k, ids(1), 1);
	smb_kit_gap(k, FROM_OPENER, 100);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 1);
	smb_kit_free(k);
}

Test(order, what_is_kept_back_is_bounded)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	static uint8_t noise[LANE_WAIT_BYTES];

	smb_grant_tree(k, ids(1), 1);
	smb_kit_say(k, FROM_OPENED, view_of(noise, sizeof(noise) / 2));
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	cr_assert_leq(pool_used_bytes(k->env.pool), 2 * LANE_WAIT_BYTES);
	smb_kit_say(k, FROM_OPENED, view_of(noise, sizeof(noise) / 2));
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 1);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(order, where_no_requests_were_captured_answers_stop_waiting)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (uint64_t i = 0; i < 10; i++) {
		smb_grant_tree(k, ids(i), 1);
		k->now_ns += LANE_WAIT_NS;
	}
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 10);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(order, an_answer_nobody_could_ask_for_does_not_wait)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_grant_tree(k, ids(UINT64_MAX), 1);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 1);
	smb_kit_free(k);
}
