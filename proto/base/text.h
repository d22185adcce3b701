/*
 * The few questions about text that both programs ask.
 */
#ifndef ASHIATO_PROTO_BASE_TEXT_H
#define ASHIATO_PROTO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the UTF-8 character that begins at ${s} (${n} bytes left),
 * its code point in ${point}; 0 if none does (RFC 3629: no surrogates, no
 * overlong forms, nothing past U+10FFFF). */
size_t text_utf8_char(const char *s, size_t n, uint32_t *point);

/* True if all ${n} bytes are UTF-8 without U+0000. */
bool text_is_utf8(const char *s, size_t n);

/* 2 * ${n} lower-case hex digits and a NUL into ${out}. */
void text_hex(const uint8_t *bytes, size_t n, char *out);

#endif
