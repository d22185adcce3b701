#include "proto/base/text.h"

#include <criterion/criterion.h>
#include <string.h>

static bool valid(const char *s)
{
	return text_is_utf8(s, strlen(s));
}

Test(text, utf8_of_every_length_is_valid)
{
	cr_assert(valid(""));
	cr_assert(valid("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

Test(text, overlong_forms_surrogates_and_points_past_the_end_are_not)
{
	cr_assert_not(valid("\xc0\x80"));
	cr_assert_not(valid("\xc1\xbf"));
	cr_assert_not(valid("\xe0\x9f\xbf"));
	cr_assert_not(valid("\xf0\x8f\xbf\xbf"));
	cr_assert_not(valid("\xed\xa0\x80"));
	cr_assert_not(valid("\xed\xbf\xbf"));
	cr_assert_not(valid("\xf4\x90\x80\x80"));
	cr_assert_not(valid("\xf8\x88\x80\x80\x80"));
}

Test(text, a_cut_character_or_a_stray_byte_is_not)
{
	cr_assert_not(valid("\xe2\x82"));
	cr_assert_not(valid("\x80"));
	cr_assert_not(valid("\xc3" "a"));
}

Test(text, a_nul_inside_is_not)
{
	cr_assert_not(text_is_utf8("a\0b", 3));
}

Test(text, hex_is_lower_case_and_terminated)
{
	char out[7];
	text_hex((const uint8_t[]){ 0x00, 0xaf, 0x10 }, 3, out);
	cr_assert_str_eq(out, "00af10");
}
