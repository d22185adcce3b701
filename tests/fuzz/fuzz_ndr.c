/*
 * Every row of every operation. The first four bytes choose the interface by
 * its UUID, the fifth the operation, the sixth the syntax (bit 7: NDR64, bit
 * 6: big-endian) and how many times 16 bytes of the rest are the answer,
 * which comes first.
 */
#include "sensor/core/cursor.h"
#include "sensor/rpc/interfaces.h"
#include "tests/lib/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The interface whose UUID begins with ${begin}, else any. */
static const struct interface *interface_of(struct view begin)
{
	size_t n;
	const struct interface *all = interfaces_all(&n);
	struct cursor c = cur_of(begin);

	for (size_t i = 0; i < n; i++)
		if (view_equals(view_of(all[i].uuid.bytes, 4), begin))
			return &all[i];
	return &all[cur_u8(&c) % n];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };
	struct cursor c = cur_of(view_of(data, n));
	const struct interface *row = interface_of(cur_take(&c, 4));
	const struct decoder *decoder = interfaces_decoder(row, cur_u8(&c));
	uint8_t flags = cur_u8(&c);
	size_t n_out = (size_t)(flags & 0x3f) * 16;
	struct view out = cur_take(&c, cur_left(&c) < n_out ? 0 : n_out);
	struct decoding d = {
		.arena = &s->arena,
		.in = ndr_of(cur_rest(&c), (flags & 0x40) != 0, (flags & 0x80) != 0),
		.out = ndr_of(out, (flags & 0x40) != 0, (flags & 0x80) != 0),
		.handles = &handles,
	};

	if (decoder != NULL)
		decode_run(&d, decoder);
	handles_fini(&handles);
	stage_free(s);
	return 0;
}
