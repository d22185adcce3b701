#include "sensor/batch.h"

#include "proto/frame.h"

#include <criterion/criterion.h>
#include <string.h>

static Ev__FlowSummary body = EV__FLOW_SUMMARY__INIT;
static char smb[] = "smb";

static Ev__Event event_of(uint64_t seq, char *protocol)
{
	Ev__Event event = EV__EVENT__INIT;

	body.protocol = protocol;
	event.seq = seq;
	event.body_case = EV__EVENT__BODY_FLOW_SUMMARY;
	event.flow_summary = &body;
	return event;
}

Test(batch, what_is_added_can_be_unpacked)
{
	struct batch b;
	Ev__EventBatch *unpacked;

	batch_init(&b, 0x1122334455667788);
	for (uint64_t seq = 7; seq < 7 + BATCH_EVENTS; seq++) {
		Ev__Event event = event_of(seq, smb);

		cr_assert_eq(batch_add(&b, &event), 0);
	}
	unpacked = ev__event_batch__unpack(NULL, b.n, b.bytes);
	cr_assert_not_null(unpacked);
	cr_expect_eq(unpacked->epoch, UINT64_C(0x1122334455667788));
	cr_expect_eq(unpacked->first_seq, 7);
	cr_expect_eq(unpacked->n_events, BATCH_EVENTS);
	cr_expect_eq(unpacked->events[255]->seq, 7 + 255);
	cr_expect_str_eq(unpacked->events[255]->flow_summary->protocol, "smb");
	ev__event_batch__free_unpacked(unpacked, NULL);
	batch_fini(&b);
}

Test(batch, one_event_more_than_it_holds_is_refused)
{
	struct batch b;
	Ev__Event event = event_of(1, smb);
	size_t n;

	batch_init(&b, 1);
	for (; event.seq <= BATCH_EVENTS; event.seq++)
		cr_assert_eq(batch_add(&b, &event), 0);
	n = b.n;
	cr_expect_eq(batch_add(&b, &event), -1);
	cr_expect_eq(b.n, n);
	batch_clear(&b);
	cr_expect_eq(batch_add(&b, &event), 0);
	cr_expect_eq(b.first_seq, BATCH_EVENTS + 1);
	batch_fini(&b);
}

Test(batch, a_message_stays_below_what_a_collector_accepts)
{
	static char long_name[1 << 20];
	struct batch b;
	Ev__Event event = event_of(1, long_name);

	memset(long_name, 'x', sizeof(long_name) - 1);
	batch_init(&b, 1);
	while (batch_add(&b, &event) == 0)
		event.seq++;
	cr_expect_eq(b.n_events, 3);
	cr_expect_leq(b.n, FRAME_BODY_MAX_BYTES);
	batch_fini(&b);
}
