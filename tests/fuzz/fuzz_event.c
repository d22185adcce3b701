#include "proto/codec.h"
#include "proto/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

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
		check_packing(&batch->base);
		ev__event_batch__free_unpacked(batch, NULL);
	}
	return 0;
}
