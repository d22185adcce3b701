#include "proto/pack.h"
#include "events.pb-c.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 65536 };

/* What is packed equals what protobuf-c packs, with just enough room; one byte less is too little. */
static void expect_same(const ProtobufCMessage *message)
{
	static uint8_t ours[MESSAGE_MAX_BYTES], theirs[MESSAGE_MAX_BYTES];
	size_t n = protobuf_c_message_pack(message, theirs);

	cr_assert_leq(n, sizeof(theirs));
	cr_assert_eq(pack_to_end(message, ours, n), n, "%s", message->descriptor->name);
	cr_expect_arr_eq(ours, theirs, n);
	if (n > 0)
		cr_expect_eq(pack_to_end(message, ours, n - 1), SIZE_MAX);
	cr_expect_eq(pack_to_end(message, ours, sizeof(ours)), n);
	cr_expect_arr_eq(ours + sizeof(ours) - n, theirs, n);
}

Test(pack, a_session_s_events)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", 49152, 7, 1400000000 };
	Ev__EventBatch *batch = facts_new(1, 1);

	facts_psexec(batch, &s, "alice");
	expect_same(&batch->base);
	facts_free(batch);
}

Test(pack, an_empty_message_and_required_values_that_are_not_set)
{
	Ev__Ack ack = EV__ACK__INIT;
	Ev__NtlmNegotiate empty = EV__NTLM_NEGOTIATE__INIT;
	Ev__FlowSummary summary = EV__FLOW_SUMMARY__INIT;
	Ev__SmbCreate create = EV__SMB_CREATE__INIT;

	summary.protocol = NULL;
	expect_same(&ack.base);
	expect_same(&empty.base);
	expect_same(&summary.base);
	expect_same(&create.base);
}

Test(pack, numbers_at_each_length_they_can_take)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		const uint64_t edges[] = { UINT64_C(1) << bit, (UINT64_C(1) << bit) - 1 };

		for (size_t i = 0; i < 2; i++) {
			Ev__SensorHealth health = EV__SENSOR_HEALTH__INIT;
			Ev__KrbAs as = EV__KRB_AS__INIT;
			int32_t etypes[] = { (int32_t)edges[i], -1, 0, INT32_MIN };

			health.packets = edges[i];
			as.has_error = true;
			as.error = (int32_t)edges[i];
			as.offered_etypes = etypes;
			as.n_offered_etypes = sizeof(etypes) / sizeof(etypes[0]);
			as.has_till = true;
			as.till = (int64_t)edges[i];
			expect_same(&health.base);
			expect_same(&as.base);
		}
	}
}

Test(pack, lists_of_texts_and_a_long_text)
{
	static char long_text[20000];
	char *texts[] = { (char[]){ "a" }, (char[]){ "" }, long_text };
	Ev__SmbNegotiate negotiate = EV__SMB_NEGOTIATE__INIT;

	memset(long_text, 'x', sizeof(long_text) - 1);
	negotiate.dialects = texts;
	negotiate.n_dialects = 3;
	negotiate.has_client_guid = true;
	negotiate.client_guid = (ProtobufCBinaryData){ .len = 16, .data = (uint8_t *)long_text };
	negotiate.has_server_guid = true;
	expect_same(&negotiate.base);
}

Test(pack, of_several_bodies_the_one_that_is_named)
{
	Ev__SmbDelete body = EV__SMB_DELETE__INIT;
	Ev__Event event = EV__EVENT__INIT;

	event.smb_delete = &body;
	event.body_case = EV__EVENT__BODY_SMB_DELETE;
	expect_same(&event.base);
	event.body_case = EV__EVENT__BODY__NOT_SET;
	expect_same(&event.base);
	event.body_case = EV__EVENT__BODY_SMB_DELETE;
	event.smb_delete = NULL;
	expect_same(&event.base);
}
