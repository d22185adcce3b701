/*
 * DER: tagged elements on a cursor.
 *
 * SPNEGO and Kerberos are written in ASN.1 DER (ITU-T X.690). This reads one
 * element at a time, definite lengths of at most four bytes, one-byte tags:
 * all that these two protocols use. It shares the cursor's manners: an
 * element that is not as asked for makes the cursor bad, and the reader asks
 * cur_ok once at the end. It knows nothing of what the elements mean.
 */
#ifndef ASHIATO_SENSOR_AUTH_DER_H
#define ASHIATO_SENSOR_AUTH_DER_H

#include "sensor/core/arena.h"
#include "sensor/core/cursor.h"

#include <stdbool.h>

enum der_tag {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_GENERALIZED_TIME = 0x18,
	DER_GENERAL_STRING = 0x1b,
	DER_SEQUENCE = 0x30,
	DER_APPLICATION = 0x60,	/* + number, constructed */
	DER_CONTEXT = 0xa0,	/* + number, constructed */
};

/* True if the next element bears ${tag}. Does not move. */
static inline bool der_sees(const struct cursor *c, unsigned tag);

/* Enter the next element, which must bear ${tag}: a cursor over its content;
 * ${c} then stands behind it. On failure ${c} and the cursor returned are bad. */
static inline struct cursor der_enter(struct cursor *c, unsigned tag);

/* Pass over the head of the next element, which must bear ${tag}: how many bytes its content takes, whether they are
 * there or not. */
static inline size_t der_open(struct cursor *c, unsigned tag);

/* The content of the next element, which must bear ${tag}. */
static inline struct view der_take(struct cursor *c, unsigned tag);

/* Pass over the next element, whatever it is. */
void der_skip(struct cursor *c);

/* A non-negative INTEGER or ENUMERATED of at most four bytes; a negative one
 * (Kerberos has negative encryption types) comes back sign-extended. */
int32_t der_integer(struct cursor *c, unsigned tag);

/* True if the next element is [${number}]. Does not move. */
static inline bool der_has(const struct cursor *c, unsigned number);

/* Pass over [${number}], if that is the next element. */
void der_skip_optional(struct cursor *c, unsigned number);

/* What stands explicitly tagged in [${number}]: the content of an element that bears ${tag}, or an INTEGER. */
struct view der_field(struct cursor *c, unsigned number, unsigned tag);
int32_t der_field_integer(struct cursor *c, unsigned number);

/* A BIT STRING's first 32 bits, the first one highest; bits that are not there are 0. ${content} is the element's. */
uint32_t der_bits(struct view content);

/* Dotted notation of an object identifier's content in ${a}; NULL when the arena is full. */
char *der_oid_text(struct arena *a, struct view oid);

/* ---- how ----
 * Here, so that they become part of their caller: a logon's tokens are some dozens of elements. Names that end in _ are for this
 * file and der.c. */

enum { DER_LONG_FORM = 0x80 };

size_t der_long_length_(struct cursor *c, uint8_t first);

/* X.690 8.1.3: the definite form, short or long. */
static inline size_t der_length_(struct cursor *c)
{
	uint8_t first = cur_u8(c);

	return first < DER_LONG_FORM ? first : der_long_length_(c, first);
}

static inline bool der_sees(const struct cursor *c, unsigned tag)
{
	struct cursor ahead = *c;

	return cur_u8(&ahead) == tag && cur_ok(&ahead);
}

static inline bool der_has(const struct cursor *c, unsigned number)
{
	return der_sees(c, DER_CONTEXT + number);
}

static inline size_t der_open(struct cursor *c, unsigned tag)
{
	if (cur_u8(c) != tag)
		cur_reject(c);
	return der_length_(c);
}

static inline struct view der_take(struct cursor *c, unsigned tag)
{
	return cur_take(c, der_open(c, tag));
}

static inline struct cursor der_enter(struct cursor *c, unsigned tag)
{
	struct cursor inner = cur_of(der_take(c, tag));

	inner.bad = !cur_ok(c);
	return inner;
}

#endif
