#include "proto/pack.h"
#include "events.pb-c.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 1 << 20 };

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

Test(pack, what_events_proto_does_not_know_is_left_out)
{
	uint8_t value = 1, ours[16];
	ProtobufCMessageUnknownField newer = { .tag = 900, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = &value };
	Ev__Ack ack = EV__ACK__INIT;
	size_t n = protobuf_c_message_get_packed_size(&ack.base);

	ack.base.unknown_fields = &newer;
	ack.base.n_unknown_fields = 1;
	cr_assert_gt(protobuf_c_message_get_packed_size(&ack.base), n);
	cr_expect_eq(pack_to_end(&ack.base, ours, sizeof(ours)), n);
}

/* ---- messages at random ---- */

enum { DRAWN_BYTES = 1 << 20, DEEPEST = 4, LIST_MAX = 5 };

/* Draws messages of any type, whatever its descriptor says they may hold, into ${block}. */
struct drawer {
	uint32_t state;
	size_t used;
	uint8_t block[DRAWN_BYTES];
};

static uint32_t draw(struct drawer *d, uint32_t below)
{
	d->state = d->state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)d->state * below >> 32);
}

static void *take(struct drawer *d, size_t n)
{
	uint8_t *taken = d->block + d->used;

	d->used += (n + 15) / 16 * 16;
	cr_assert_leq(d->used, sizeof(d->block));
	memset(taken, 0, n);
	return taken;
}

/* As many bits as any, so that every length of a number comes up. */
static uint64_t draw_number(struct drawer *d)
{
	const uint64_t bits = (uint64_t)draw(d, UINT32_MAX) << 32 | draw(d, UINT32_MAX);

	return bits >> draw(d, 64);
}

/* Short ones mostly, and around each length at which the writing changes its way. */
static size_t draw_length(struct drawer *d)
{
	static const size_t edges[] = { 0, 3, 4, 7, 8, 15, 16, 31, 32, 33, 127, 128, 129, 20000 };

	return draw(d, 3) != 0 ? draw(d, 40) : edges[draw(d, sizeof(edges) / sizeof(edges[0]))];
}

static char *draw_text(struct drawer *d)
{
	size_t n = draw_length(d);
	char *text = take(d, n + 1);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)(1 + draw(d, 255));
	return text;
}

static ProtobufCBinaryData draw_bytes(struct drawer *d)
{
	char *bytes = draw_text(d);

	return (ProtobufCBinaryData){ .data = (uint8_t *)bytes, .len = strlen(bytes) };
}

static ProtobufCMessage *draw_message(struct drawer *d, const ProtobufCMessageDescriptor *type, unsigned depth);

static size_t size_of(ProtobufCType type)
{
	static const size_t sizes[] = {
		[PROTOBUF_C_TYPE_INT32] = 4,  [PROTOBUF_C_TYPE_UINT32] = 4,   [PROTOBUF_C_TYPE_FIXED32] = 4,
		[PROTOBUF_C_TYPE_UINT64] = 8, [PROTOBUF_C_TYPE_FIXED64] = 8,  [PROTOBUF_C_TYPE_SFIXED64] = 8,
		[PROTOBUF_C_TYPE_BOOL] = sizeof(protobuf_c_boolean),	      [PROTOBUF_C_TYPE_STRING] = sizeof(char *),
		[PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),	      [PROTOBUF_C_TYPE_MESSAGE] = sizeof(void *),
	};

	cr_assert(type < sizeof(sizes) / sizeof(sizes[0]) && sizes[type] != 0);
	return sizes[type];
}

static void draw_value(struct drawer *d, const ProtobufCFieldDescriptor *f, void *value, unsigned depth)
{
	const uint64_t number = draw_number(d);
	size_t size = size_of(f->type);

	if (f->type == PROTOBUF_C_TYPE_STRING)
		*(char **)value = draw_text(d);
	else if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		*(ProtobufCMessage **)value = draw_message(d, f->descriptor, depth + 1);
	else if (f->type == PROTOBUF_C_TYPE_BYTES)
		*(ProtobufCBinaryData *)value = draw_bytes(d);
	else if (f->type == PROTOBUF_C_TYPE_BOOL)
		*(protobuf_c_boolean *)value = number & 1;
	else
		memcpy(value, &number, size);
}

static void draw_list(struct drawer *d, const ProtobufCFieldDescriptor *f, char *message, unsigned depth)
{
	const size_t n = depth < DEEPEST ? draw(d, LIST_MAX) : 0, size = size_of(f->type);
	char *list = take(d, n * size + 1);

	for (size_t i = 0; i < n; i++)
		draw_value(d, f, list + i * size, depth);
	*(size_t *)(void *)(message + f->quantifier_offset) = n;
	*(char **)(void *)(message + f->offset) = list;
}

static void draw_field(struct drawer *d, const ProtobufCFieldDescriptor *f, char *message, unsigned depth)
{
	const bool is_pointer = f->type == PROTOBUF_C_TYPE_MESSAGE || f->type == PROTOBUF_C_TYPE_STRING;
	const bool is_oneof = (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;

	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		draw_list(d, f, message, depth);
		return;
	}
	if (f->label != PROTOBUF_C_LABEL_REQUIRED && draw(d, is_oneof ? 8 : 2) != 0)
		return;
	draw_value(d, f, message + f->offset, depth);
	if (is_oneof)
		*(uint32_t *)(void *)(message + f->quantifier_offset) = f->id;
	else if (f->label == PROTOBUF_C_LABEL_OPTIONAL && !is_pointer)
		*(protobuf_c_boolean *)(void *)(message + f->quantifier_offset) = 1;
}

static ProtobufCMessage *draw_message(struct drawer *d, const ProtobufCMessageDescriptor *type, unsigned depth)
{
	ProtobufCMessage *message = take(d, type->sizeof_message);

	protobuf_c_message_init(type, message);
	for (unsigned i = 0; i < type->n_fields; i++)
		draw_field(d, &type->fields[i], (char *)message, depth);
	return message;
}

/* An EventBatch holds events of all kinds, and with them every message but those of the conversation. */
Test(pack, whatever_a_message_may_hold)
{
	static const ProtobufCMessageDescriptor *const types[] = {
		&ev__event_batch__descriptor, &ev__event__descriptor,
		&ev__hello__descriptor, &ev__welcome__descriptor, &ev__ack__descriptor,
	};
	static struct drawer d = { .state = 1 };

	for (unsigned round = 0; round < 20000; round++) {
		d.used = 0;
		expect_same(draw_message(&d, types[round % (sizeof(types) / sizeof(types[0]))], 0));
	}
}
