#include "collector/logs/decode.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEAD_BYTES = 3, CHUNK_BYTES = 32 << 10, GZIP_WINDOW = 15 + 16 };

enum charset { UNKNOWN, UTF8, UTF16LE, UTF16BE };

struct log_decode {
	log_text_fn text;
	void *ctx;
	enum { UNDECIDED, PLAIN, GZIP } packing;
	enum charset charset;
	uint8_t packed_head[2], head[HEAD_BYTES];	/* too few to tell yet */
	size_t packed_n, head_n;
	z_stream z;
	bool in_member;			/* of the gzip stream */
	bool had_mark;
	uint8_t odd;			/* half a unit of UTF-16 */
	bool has_odd;
	uint32_t high;			/* a high surrogate that waits for its low one; 0 none */
	uint8_t chunk[CHUNK_BYTES];	/* unpacked */
	char utf8[CHUNK_BYTES];
	size_t utf8_n;
};

struct log_decode *log_decode_new(log_text_fn text, void *ctx)
{
	struct log_decode *d = calloc(1, sizeof *d);
	if (d == NULL)
		return NULL;
	d->text = text;
	d->ctx = ctx;
	return d;
}

void log_decode_free(struct log_decode *d)
{
	if (d == NULL)
		return;
	if (d->packing == GZIP)
		inflateEnd(&d->z);
	free(d);
}

bool log_decode_is_plain(const struct log_decode *d)
{
	return d->packing == PLAIN && d->charset == UTF8 && !d->had_mark;
}

void log_decode_resume(struct log_decode *d)
{
	d->packing = PLAIN;
	d->charset = UTF8;
}

/* ---- UTF-16 ----------------------------------------------------------------------------------------------------------- */

static bool flush(struct log_decode *d)
{
	size_t n = d->utf8_n;
	d->utf8_n = 0;
	return n == 0 || d->text(d->ctx, d->utf8, n);
}

static bool put_point(struct log_decode *d, uint32_t c)
{
	char *o = d->utf8 + d->utf8_n;
	if (c < 0x80) {
		*o++ = (char)c;
	} else if (c < 0x800) {
		*o++ = (char)(0xc0 | c >> 6);
		*o++ = (char)(0x80 | (c & 0x3f));
	} else {
		if (c >= 0x10000) {
			*o++ = (char)(0xf0 | c >> 18);
			*o++ = (char)(0x80 | (c >> 12 & 0x3f));
		} else {
			*o++ = (char)(0xe0 | c >> 12);
		}
		*o++ = (char)(0x80 | (c >> 6 & 0x3f));
		*o++ = (char)(0x80 | (c & 0x3f));
	}
	d->utf8_n = (size_t)(o - d->utf8);
	return d->utf8_n + 8 < sizeof d->utf8 || flush(d);
}

/* A half of a pair without its other half becomes U+FFFD. */
static bool put_unit(struct log_decode *d, uint32_t unit)
{
	uint32_t high = d->high;
	bool is_low = unit >= 0xdc00 && unit < 0xe000;
	d->high = 0;
	if (high != 0 && is_low)
		return put_point(d, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
	if (high != 0 && !put_point(d, 0xfffd))
		return false;
	if (unit >= 0xd800 && unit < 0xdc00) {
		d->high = unit;
		return true;
	}
	return put_point(d, is_low ? 0xfffd : unit);
}

static bool feed_utf16(struct log_decode *d, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!d->has_odd) {
			d->odd = bytes[i];
			d->has_odd = true;
			continue;
		}
		d->has_odd = false;
		uint32_t unit = d->charset == UTF16LE ? (uint32_t)(bytes[i] << 8 | d->odd) : (uint32_t)(d->odd << 8 | bytes[i]);
		if (!put_unit(d, unit))
			return false;
	}
	return flush(d);
}

/* ---- charset ---------------------------------------------------------------------------------------------------------- */

static bool feed_known(struct log_decode *d, const uint8_t *bytes, size_t n)
{
	if (d->charset != UTF8)
		return feed_utf16(d, bytes, n);
	return n == 0 || d->text(d->ctx, (const char *)bytes, n);
}

/* By the byte order mark; without one UTF-16 shows by the NUL beside its first character. */
static size_t tell_charset(struct log_decode *d)
{
	const uint8_t *h = d->head;
	if (d->head_n >= 3 && memcmp(h, "\xef\xbb\xbf", 3) == 0) {
		d->charset = UTF8;
		return 3;
	}
	bool has_mark = d->head_n >= 2 && ((h[0] == 0xff && h[1] == 0xfe) || (h[0] == 0xfe && h[1] == 0xff));
	d->charset = UTF8;
	if (d->head_n >= 2 && ((has_mark && h[0] == 0xff) || (h[0] != 0 && h[1] == 0)))
		d->charset = UTF16LE;
	else if (d->head_n >= 2 && (has_mark || (h[0] == 0 && h[1] != 0)))
		d->charset = UTF16BE;
	return has_mark ? 2 : 0;
}

static bool settle_charset(struct log_decode *d)
{
	size_t mark = tell_charset(d);
	d->had_mark = mark > 0;
	return feed_known(d, d->head + mark, d->head_n - mark);
}

static bool feed_text(struct log_decode *d, const uint8_t *bytes, size_t n)
{
	if (d->charset != UNKNOWN)
		return feed_known(d, bytes, n);
	while (n > 0 && d->head_n < HEAD_BYTES) {
		d->head[d->head_n++] = *bytes++;
		n--;
	}
	if (d->head_n < HEAD_BYTES)
		return true;
	return settle_charset(d) && feed_known(d, bytes, n);
}

/* ---- gzip ------------------------------------------------------------------------------------------------------------- */

/* Members may follow each other, as rotated logs are joined; zeros behind the last are padding. */
static bool next_member(struct log_decode *d)
{
	while (d->z.avail_in > 0 && *d->z.next_in == 0) {
		d->z.next_in++;
		d->z.avail_in--;
	}
	d->in_member = d->z.avail_in > 0;
	return !d->in_member || inflateReset(&d->z) == Z_OK;
}

static bool feed_gzip(struct log_decode *d, const uint8_t *bytes, size_t n)
{
	d->z.next_in = (z_const Bytef *)(uintptr_t)bytes;
	d->z.avail_in = (uInt)n;
	if (!d->in_member && !next_member(d))
		return false;
	while (d->in_member) {
		d->z.next_out = d->chunk;
		d->z.avail_out = sizeof d->chunk;
		int result = inflate(&d->z, Z_NO_FLUSH);
		if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
			return false;
		if (!feed_text(d, d->chunk, sizeof d->chunk - d->z.avail_out))
			return false;
		if (result == Z_STREAM_END && !next_member(d))
			return false;
		if (result != Z_STREAM_END && d->z.avail_out > 0)
			break;
	}
	return true;
}

static bool settle_packing(struct log_decode *d)
{
	bool is_gzip = d->packed_n == 2 && d->packed_head[0] == 0x1f && d->packed_head[1] == 0x8b;
	d->packing = PLAIN;
	if (!is_gzip)
		return feed_text(d, d->packed_head, d->packed_n);
	if (inflateInit2(&d->z, GZIP_WINDOW) != Z_OK)
		return false;
	d->packing = GZIP;
	d->in_member = true;
	return feed_gzip(d, d->packed_head, d->packed_n);
}

bool log_decode_feed(struct log_decode *d, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	while (d->packing == UNDECIDED && n > 0) {
		d->packed_head[d->packed_n++] = *at++;
		n--;
		if (d->packed_n == sizeof d->packed_head && !settle_packing(d))
			return false;
	}
	if (n == 0)
		return true;
	return d->packing == GZIP ? feed_gzip(d, at, n) : feed_text(d, at, n);
}

bool log_decode_end(struct log_decode *d)
{
	if (d->packing == UNDECIDED && !settle_packing(d))
		return false;
	if (d->charset == UNKNOWN && !settle_charset(d))
		return false;
	return !d->has_odd && d->high == 0 && !(d->packing == GZIP && d->in_member);
}
