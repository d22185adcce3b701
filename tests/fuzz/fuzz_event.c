#include "proto/codec.h"
#include "proto/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void forget_unknown(ProtobufCMessage *message);

/* The same of what field ${f} of ${message} holds, where that is messages. */
static void forget_below(const ProtobufCFieldDescriptor *f, const ProtobufCMessage *message)
{
	const char *value = (const char *)message + f->offset, *quantifier = (const char *)message + f->quantifier_offset;

	if (f->type != PROTOBUF_C_TYPE_MESSAGE)
		return;
	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		for (size_t i = 0; i < *(const size_t *)quantifier; i++)
			forget_unknown((*(ProtobufCMessage **const *)value)[i]);
	} else if (!(f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) || *(const uint32_t *)quantifier == f->id) {
		if (*(ProtobufCMessage *const *)value != NULL)
			forget_unknown(*(ProtobufCMessage *const *)value);
	}
}

/* Take the fields that are not in events.proto out of ${message}, down to its last part. */
static void forget_unknown(ProtobufCMessage *message)
{
	for (unsigned i = 0; i < message->n_unknown_fields; i++)
		free(message->unknown_fields[i].data);
	free(message->unknown_fields);
	message->unknown_fields = NULL;
	message->n_unknown_fields = 0;
	for (unsigned i = 0; i < message->descriptor->n_fields; i++)
		forget_below(&message->descriptor->fields[i], message);
}

/* Packed from its end, a message is what protobuf-c makes of it, and one byte less room is too little. */
static void check_packing(const ProtobufCMessage *message)
{
	const size_t n = protobuf_c_message_get_packed_size(message);
	uint8_t *ours = malloc(n + 1), *theirs = malloc(n + 1);

	assert(ours && theirs && protobuf_c_message_pack(message, theirs) == n);
	assert(pack_to_end(message, ours, n) == n && memcmp(ours, theirs, n) == 0);
	assert(n == 0 || pack_to_end(message, ours, n - 1) == SIZE_MAX);
	free(ours);
	free(theirs);
}

/* Whatever a peer sends as a batch: what is found fit prints, and prints every key of its body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, data);
	char why[128];
	for (size_t i = 0; batch && i < batch->n_events; i++) {
		json_t *j = codec_event_json(batch->events[i], "site", "sensor");
		if (codec_event_valid(batch->events[i], why, sizeof why))
			assert(json_object_size(json_object_get(j, "body")) > 0);
		json_decref(j);
	}
	if (batch) {
		forget_unknown(&batch->base);
		check_packing(&batch->base);
		ev__event_batch__free_unpacked(batch, NULL);
	}
	return 0;
}
