/*
 * Wire: messages written by hand, field by field, for tests of parsers.
 *
 * Writes little-endian unless the wire says otherwise; a field that counts or
 * points is written as 0 first and filled in with wire_set_* once it is known.
 */
#ifndef ASHIATO_TESTS_WIRE_H
#define ASHIATO_TESTS_WIRE_H

#include "sensor/core/view.h"

struct wire {
	uint8_t bytes[65536];
	size_t n;
	bool is_big_endian;
};

struct view wire_view(const struct wire *w);

void wire_u8(struct wire *w, unsigned value);
void wire_u16(struct wire *w, unsigned value);
void wire_u32(struct wire *w, uint32_t value);
void wire_u64(struct wire *w, uint64_t value);
void wire_bytes(struct wire *w, const void *bytes, size_t n);
void wire_view_of(struct wire *w, struct view v);
void wire_zeros(struct wire *w, size_t n);

/* Zeros up to the next multiple of ${of}. */
void wire_align(struct wire *w, size_t of);

/* ASCII text as it is, and as UTF-16, without a terminator. */
void wire_ascii(struct wire *w, const char *text);
void wire_utf16(struct wire *w, const char *text);

/* Bytes written as hexadecimal digits; blanks between them are passed over. */
void wire_hex(struct wire *w, const char *digits);

void wire_set_u16(struct wire *w, size_t at, unsigned value);
void wire_set_u32(struct wire *w, size_t at, uint32_t value);

#endif
