#include "proto/codec.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

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
	if (batch)
		ev__event_batch__free_unpacked(batch, NULL);
	return 0;
}
