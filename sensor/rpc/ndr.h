/*
 * NDR: how DCE/RPC writes values into octets.
 *
 * A reader on the cursor for C706 chapter 14 (NDR, here NDR32) and [MS-RPCE]
 * 2.2.5 (NDR64), in either byte order. It has the cursor's manners: reading
 * past the end, or a value that cannot be, makes it bad once and for all, and
 * whoever reads asks ndr_ok once. It knows no interface. PDUs are written in
 * NDR too, so they are read with it as well.
 */
#ifndef ASHIATO_SENSOR_RPC_NDR_H
#define ASHIATO_SENSOR_RPC_NDR_H

#include "sensor/core/arena.h"
#include "sensor/core/cursor.h"

#include <stdbool.h>
#include <string.h>

enum {
	NDR_UUID_BYTES = 16,
	NDR_HANDLE_BYTES = 20,	/* ndr_context_handle: attributes and a UUID */
};

struct ndr {
	struct cursor c;
	bool is_big_endian;	/* of the data representation label; C706 14.1 */
	bool is_ndr64;
};

/* Bytes per character of a string. */
enum ndr_chars { NDR_ASCII = 1, NDR_WIDE = 2 };

struct uuid {
	uint8_t bytes[NDR_UUID_BYTES];	/* in the order in which its text is written, whatever the wire's */
};

/* A UUID as a table of C writes it: UUID(0x367abb81, 0x9844, 0x35f1, 0xad32, 0x98f038001003). */
#define UUID(a, b, c, d, e)                                                                                                    \
	{ { (uint8_t)((a) >> 24), (uint8_t)((a) >> 16), (uint8_t)((a) >> 8), (uint8_t)(a), (uint8_t)((b) >> 8), (uint8_t)(b),    \
	    (uint8_t)((c) >> 8), (uint8_t)(c), (uint8_t)((d) >> 8), (uint8_t)(d), (uint8_t)(UINT64_C(e) >> 40),                  \
	    (uint8_t)(UINT64_C(e) >> 32), (uint8_t)(UINT64_C(e) >> 24), (uint8_t)(UINT64_C(e) >> 16), (uint8_t)(UINT64_C(e) >> 8), \
	    (uint8_t)UINT64_C(e) } }

/* Less than 0, 0 or more than 0, as ${a} is written before, like or behind ${b}. */
static inline int uuid_compare(const struct uuid *a, const struct uuid *b) { return memcmp(a->bytes, b->bytes, sizeof(a->bytes)); }

static inline bool uuid_equals(const struct uuid *a, const struct uuid *b) { return uuid_compare(a, b) == 0; }

struct ndr ndr_of(struct view octets, bool is_big_endian, bool is_ndr64);

static inline bool ndr_ok(const struct ndr *n) { return cur_ok(&n->c); }

/* Primitives, aligned to their size. */
static inline uint8_t ndr_u8(struct ndr *n)
{
	return cur_u8(&n->c);
}

static inline uint16_t ndr_u16(struct ndr *n)
{
	cur_align(&n->c, 2);
	return n->is_big_endian ? cur_u16be(&n->c) : cur_u16le(&n->c);
}

static inline uint32_t ndr_u32(struct ndr *n)
{
	cur_align(&n->c, 4);
	return n->is_big_endian ? cur_u32be(&n->c) : cur_u32le(&n->c);
}

static inline uint64_t ndr_u64(struct ndr *n)
{
	cur_align(&n->c, 8);
	return n->is_big_endian ? cur_u64be(&n->c) : cur_u64le(&n->c);
}

struct uuid ndr_uuid(struct ndr *n);

/* An enum: 16 bits in NDR32, 32 in NDR64. */
uint32_t ndr_enum(struct ndr *n);

/* What is 32 bits wide in NDR32 and 64 in NDR64: counts, and integers of a pointer's size. */
uint64_t ndr_wide(struct ndr *n);

/* Go to where a structure that contains pointers may begin. */
void ndr_align_to_pointer(struct ndr *n);

/* The referent id of a unique or full pointer: true if it points to something. */
bool ndr_pointer(struct ndr *n);

/* A context handle as it stands there, NDR_HANDLE_BYTES long. */
struct view ndr_handle(struct ndr *n);

/* A conformant varying array of characters (C706 14.3.3.4): its octets. */
struct view ndr_characters(struct ndr *n, enum ndr_chars chars);

/* A conformant varying string (C706 14.3.4.2): the same, and never without its terminating zero. */
struct view ndr_string(struct ndr *n, enum ndr_chars chars);

/* Octets of a string of ${n} as text in ${a}; NULL when the arena is full. */
char *ndr_text(const struct ndr *n, struct arena *a, struct view octets, enum ndr_chars chars);

#endif
