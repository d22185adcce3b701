/*
 * Every decoder. The first two bytes choose interface and operation, the third
 * the syntax and how many times 16 bytes of the rest are the answer, which comes first.
 */
#include "sensor/core/cursor.h"
#include "sensor/rpc/interfaces.h"
#include "tests/lib/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };
	struct cursor c = cur_of(view_of(data, n));
	size_t n_interfaces, n_decoders = 0;
	const struct interface *row = &interfaces_all(&n_interfaces)[0];
	const struct decoder *decoder;
	uint8_t flags;

	row += cur_u8(&c) % n_interfaces;
	while (row->decoders[n_decoders].in != NULL)
		n_decoders++;
	decoder = &row->decoders[n_decoders > 0 ? cur_u8(&c) % n_decoders : 0];
	flags = cur_u8(&c);
	if (n_decoders > 0) {
		size_t n_out = (size_t)(flags & 0x3f) * 16;
		struct view out = cur_take(&c, cur_left(&c) < n_out ? 0 : n_out);
		struct decoding d = {
			.arena = &s->arena,
			.in = ndr_of(cur_rest(&c), (flags & 0x40) != 0, (flags & 0x80) != 0),
			.out = ndr_of(out, (flags & 0x40) != 0, (flags & 0x80) != 0),
			.handles = &handles,
		};

		decode_run(&d, decoder);
	}
	handles_fini(&handles);
	stage_free(s);
	return 0;
}
