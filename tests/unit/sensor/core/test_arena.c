#include "sensor/core/arena.h"
#include "sensor/core/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(16) uint8_t block[8192];

static struct arena fresh(void)
{
	memset(block, 0xAA, sizeof(block));
	return (struct arena){ .block = block, .cap_bytes = sizeof(block) };
}

#define UTF16(...) text_of_utf16le(&a, view_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })))
#define BYTES(text) text_of_bytes(&a, view_of(text, sizeof(text) - 1))

Test(arena, what_is_handed_out_is_zeroed_and_aligned)
{
	struct arena a = fresh();
	const uint8_t *first = arena_get(&a, 1);
	const uint8_t *second = arena_get(&a, 100);

	cr_expect_eq(*first, 0);
	cr_expect_eq((uintptr_t)second % 16, 0);
	cr_expect_eq(second[99], 0);
}

Test(arena, once_full_it_stays_full_until_emptied)
{
	struct arena a = fresh();

	cr_expect_not_null(arena_get(&a, sizeof(block)));
	cr_expect_null(arena_get(&a, 1));
	cr_expect(a.full);
	arena_empty(&a);
	cr_expect_null(arena_get(&a, SIZE_MAX));
	cr_expect_null(arena_get(&a, 1), "a refusal is remembered");
	arena_empty(&a);
	cr_expect_not_null(arena_get(&a, 1));
}

Test(arena, utf16_becomes_utf8)
{
	struct arena a = fresh();

	cr_expect_str_eq(UTF16('A', 0, 0xE9, 0, 0xB3, 0x8D), "Aé足");
	cr_expect_str_eq(UTF16(0x3D, 0xD8, 0x63, 0xDC), "👣");
	cr_expect_str_eq(text_of_utf16le(&a, view_of(NULL, 0)), "");
}

Test(arena, a_surrogate_without_its_partner_is_replaced)
{
	struct arena a = fresh();

	cr_expect_str_eq(UTF16(0x3D, 0xD8, 'x', 0), "\uFFFDx");
	cr_expect_str_eq(UTF16(0x63, 0xDC, 'x', 0), "\uFFFDx");
	cr_expect_str_eq(UTF16('x', 0, 0x3D, 0xD8), "x\uFFFD");
	cr_expect_str_eq(UTF16('x', 0, 'y'), "x\uFFFD", "half a unit");
}

/* The units are each other's neighbours where several are read at once: one that is no ASCII must not change the others. */
Test(arena, a_strange_character_is_found_at_every_place_among_ascii)
{
	static const struct { uint16_t unit; const char *utf8; } strange[] = {
		{ 0, "\uFFFD" }, { 0x80, "\xC2\x80" }, { 0xE9, "é" }, { 0x100, "Ā" }, { 0x4100, "䄀" }, { 0x8000, "耀" },
		{ 0xDC00, "\uFFFD" },
	};
	enum { UNITS = 19 };

	for (size_t s = 0; s < sizeof(strange) / sizeof(*strange); s++)
		for (size_t at = 0; at < UNITS - 1; at++) {
			struct arena a = fresh();
			uint8_t utf16[2 * UNITS] = { 0 }, bytes[UNITS];
			char expected[UNITS + 8] = "", of_bytes[UNITS + 8] = "";

			for (size_t i = 0; i < UNITS; i++) {
				const char letter[] = { (char)('a' + i), '\0' };

				utf16[2 * i] = (uint8_t)(i == at ? strange[s].unit & 0xFF : letter[0]);
				utf16[2 * i + 1] = (uint8_t)(i == at ? strange[s].unit >> 8 : 0);
				bytes[i] = (uint8_t)(i == at ? strange[s].unit & 0x80 : letter[0]);
				strcat(expected, i == at ? strange[s].utf8 : letter);
				strcat(of_bytes, i == at ? "\uFFFD" : letter);
			}
			cr_expect_str_eq(text_of_utf16le(&a, view_of(utf16, sizeof(utf16))), expected);
			cr_expect_str_eq(text_of_bytes(&a, view_of(bytes, sizeof(bytes))), of_bytes);
		}
}

Test(arena, nuls_vanish_at_the_end_and_are_replaced_in_the_middle)
{
	struct arena a = fresh();

	cr_expect_str_eq(UTF16('x', 0, 0, 0, 'y', 0, 0, 0, 0, 0), "x\uFFFDy");
	cr_expect_str_eq(UTF16('x', 0, 0), "x");
	cr_expect_str_eq(UTF16(0, 0), "");
	cr_expect_str_eq(BYTES("x\0y\0\0"), "x\uFFFDy");
}

Test(arena, bytes_are_utf8_where_they_can_be)
{
	struct arena a = fresh();

	cr_expect_str_eq(BYTES("C$ caf\xC3\xA9 \xF0\x9F\x91\xA3"), "C$ café 👣");
	cr_expect_str_eq(BYTES("caf\xE9!"), "caf\uFFFD!");
	cr_expect_str_eq(BYTES("\xC0\xAF"), "\uFFFD\uFFFD", "overlong");
	cr_expect_str_eq(BYTES("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD", "overlong");
	cr_expect_str_eq(BYTES("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD", "surrogate");
	cr_expect_str_eq(BYTES("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD", "above U+10FFFF");
	cr_expect_str_eq(BYTES("x\xE8\xB6"), "x\uFFFD\uFFFD", "cut");
	cr_expect_str_eq(BYTES("\x80"), "\uFFFD");
}

Test(arena, a_text_of_the_longest_length_is_whole_and_one_more_is_cut)
{
	static char longest[LIMIT_TEXT_BYTES + 2];
	struct arena a = fresh();
	const char *text;

	memset(longest, 'x', sizeof(longest));
	cr_expect_eq(strlen(text_of_bytes(&a, view_of(longest, LIMIT_TEXT_BYTES))), LIMIT_TEXT_BYTES);
	text = text_of_bytes(&a, view_of(longest, LIMIT_TEXT_BYTES + 1));
	cr_expect_eq(strlen(text), LIMIT_TEXT_BYTES);
	cr_expect_str_eq(text + LIMIT_TEXT_BYTES - 3, "…");
}

Test(arena, long_text_is_cut_between_characters)
{
	static uint8_t footprints[LIMIT_TEXT_BYTES * 2];
	struct arena a = fresh();
	const char *text;

	for (size_t i = 0; i < sizeof(footprints); i += 4)
		memcpy(footprints + i, "\x3D\xD8\x63\xDC", 4);
	text = text_of_utf16le(&a, view_of(footprints, sizeof(footprints)));
	cr_expect_eq(strlen(text) % 4, 3);
	cr_expect_leq(strlen(text), LIMIT_TEXT_BYTES);
	cr_expect_str_eq(text + strlen(text) - 7, "👣…");
}

Test(arena, a_text_takes_no_more_room_than_it_needs)
{
	struct arena a = fresh();

	BYTES("abc");
	cr_expect_eq(a.used_bytes, 4);
	cr_expect_str_eq(text_copy(&a, "def"), "def");
	a.used_bytes = a.cap_bytes;
	cr_expect_null(BYTES("abc"));
	cr_expect_null(text_copy(&a, ""));
}
