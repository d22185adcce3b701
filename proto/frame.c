#include "proto/frame.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const uint8_t magic[4] = { 'A', 'S', 'H', 'I' };

static void put_le(uint8_t *at, uint32_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_le(const uint8_t *at, size_t n)
{
	uint32_t value = 0;
	for (size_t i = 0; i < n; i++)
		value |= (uint32_t)at[i] << (8 * i);
	return value;
}

static uint32_t crc_of(const void *body, size_t n)
{
	return (uint32_t)crc32_z(0, n ? body : Z_NULL, n);
}

void frame_write(uint8_t head[FRAME_HEAD_BYTES], enum frame_kind kind, const void *body, size_t n)
{
	memcpy(head, magic, sizeof magic);
	put_le(head + 4, FRAME_VERSION, 2);
	put_le(head + 6, kind, 2);
	put_le(head + 8, (uint32_t)n, 4);
	put_le(head + 12, crc_of(body, n), 4);
}

bool frame_read(const void *head, size_t n_head, struct frame *out, char *error, size_t error_cap)
{
	const uint8_t *h = head;
	if (n_head < FRAME_HEAD_BYTES) {
		snprintf(error, error_cap, "not an Ashiato message: %zu bytes where a head of %d should stand", n_head, FRAME_HEAD_BYTES);
		return false;
	}
	if (memcmp(h, magic, sizeof magic) != 0) {
		snprintf(error, error_cap, "not an Ashiato message: it does not begin with \"ASHI\"");
		return false;
	}
	uint32_t version = get_le(h + 4, 2), kind = get_le(h + 6, 2), n = get_le(h + 8, 4);
	if (version != FRAME_VERSION) {
		snprintf(error, error_cap, "the peer speaks protocol version %u, this program (%s) version %d: update the older of the two",
			 version, ASHIATO_VERSION, FRAME_VERSION);
		return false;
	}
	if (kind < FRAME_HELLO || kind > FRAME_ACK) {
		snprintf(error, error_cap, "unknown kind of message %u", kind);
		return false;
	}
	if (n > FRAME_BODY_MAX_BYTES) {
		snprintf(error, error_cap, "message of %u bytes, at most %d are allowed", n, FRAME_BODY_MAX_BYTES);
		return false;
	}
	*out = (struct frame){ .kind = (enum frame_kind)kind, .n = n, .crc = get_le(h + 12, 4) };
	return true;
}

bool frame_matches(const struct frame *f, const void *body, size_t n)
{
	return n == f->n && crc_of(body, n) == f->crc;
}
