/*
 * One open file. The first byte says whether it is to be hashed and has a
 * size; then, four bytes each, what happens: kind and direction, offset, and
 * length in units that make neighbours likely; data is the offset's own
 * pattern, so the digest of a complete file can be checked.
 */
#include "sensor/core/cursor.h"
#include "sensor/file/transfer.h"
#include "tests/lib/stage.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { FILE_BYTES = 1 << 20 };

static void check(void *ctx, const Ev__Event *event)
{
	const Ev__SmbTransfer *t = event->smb_transfer;
	uint8_t sha256[SHA256_DIGEST_LENGTH];

	if (t->n_ranges > LIMIT_RANGES || (t->has_sha256 && !t->complete))
		abort();
	for (size_t i = 1; i < t->n_ranges; i++)
		if (t->ranges[i]->offset <= t->ranges[i - 1]->offset + t->ranges[i - 1]->count)
			abort();
	if (!t->has_sha256)
		return;
	SHA256(ctx, t->size, sha256);
	if (memcmp(t->sha256.data, sha256, sizeof(sha256)) != 0)
		abort();
}

static uint8_t *the_file(void)
{
	static uint8_t file[FILE_BYTES];

	if (file[0] == 'M')
		return file;
	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)(i * 2654435761u >> 13);
	memcpy(file, "MZ", 2);
	return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *file = the_file();
	struct stage *s = stage_new(0);
	struct cursor c = cur_of(view_of(data, n));
	uint8_t options = cur_u8(&c);
	struct file_place place = { .parties = &s->parties, .wants_hash = options & 1, .has_size = options & 2 };
	struct transfer *t;

	s->env.emit = check;
	s->env.emit_ctx = file;
	t = transfer_ops.open(&s->env, &place, 1);
	while (cur_left(&c) >= 4) {
		uint8_t what = cur_u8(&c);
		uint64_t offset = cur_u16le(&c) * 8;
		size_t length = (size_t)cur_u8(&c) * 64;
		bool is_write = (what & 0x80) != 0;

		switch (what & 7) {
		case 0: transfer_ops.lost(t, is_write, offset, length, 1); break;
		case 1: transfer_ops.answered(t, is_write, offset, length, 0xC0000022, 1); break;
		case 2: transfer_ops.answered(t, is_write, offset, length, 0xC0000011, 1); break;
		case 3: transfer_ops.size(t, offset); break;
		case 4: transfer_ops.answered(t, is_write, offset, length, 0, 1); break;
		default: transfer_ops.data(t, is_write, offset, view_of(file + offset, length), 1); break;
		}
	}
	stage_packet(s);
	transfer_ops.close(t, "\\\\H\\S", "f", "close", 2);
	stage_free(s);
	return 0;
}
