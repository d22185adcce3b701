#include "sensor/auth/der.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"

#include <criterion/criterion.h>
#include <string.h>

static struct cursor of(struct wire *w, const char *digits)
{
	wire_hex(w, digits);
	return cur_of(wire_view(w));
}

Test(der, an_element_of_short_length_is_taken)
{
	static struct wire w;
	struct cursor c = of(&w, "04 03 616263 05");
	struct view v = der_take(&c, DER_OCTET_STRING);

	cr_expect(view_equals(v, view_of("abc", 3)));
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_left(&c), 1);
}

Test(der, a_long_length_of_up_to_four_bytes_is_read)
{
	static struct wire w1, w2, w4, w5;
	struct cursor one = of(&w1, "04 81 01 61"), two = of(&w2, "04 82 0001 61");
	struct cursor four = of(&w4, "04 84 00000001 61"), five = of(&w5, "04 85 0000000001 61");

	cr_expect_eq(der_take(&one, DER_OCTET_STRING).n, 1);
	cr_expect_eq(der_take(&two, DER_OCTET_STRING).n, 1);
	cr_expect_eq(der_take(&four, DER_OCTET_STRING).n, 1);
	der_take(&five, DER_OCTET_STRING);
	cr_expect_not(cur_ok(&five));
}

Test(der, the_indefinite_length_of_ber_is_rejected)
{
	static struct wire w;
	struct cursor c = of(&w, "30 80 0000");

	der_enter(&c, DER_SEQUENCE);
	cr_expect_not(cur_ok(&c));
}

Test(der, a_length_one_past_the_end_is_rejected)
{
	static struct wire w;
	struct cursor c = of(&w, "04 04 616263");

	cr_expect_eq(der_take(&c, DER_OCTET_STRING).n, 0);
	cr_expect_not(cur_ok(&c));
}

Test(der, an_element_with_another_tag_is_rejected_within_too)
{
	static struct wire w;
	struct cursor c = of(&w, "31 02 0500");
	struct cursor inner = der_enter(&c, DER_SEQUENCE);

	cr_expect_not(cur_ok(&c));
	cr_expect_not(cur_ok(&inner));
}

Test(der, integers_keep_their_sign)
{
	static struct wire w;
	struct cursor c = of(&w, "02 01 17  02 02 FF7B  02 04 7FFFFFFF  0A 01 03");

	cr_expect_eq(der_integer(&c, DER_INTEGER), 23);
	cr_expect_eq(der_integer(&c, DER_INTEGER), -133);
	cr_expect_eq(der_integer(&c, DER_INTEGER), 0x7FFFFFFF);
	cr_expect_eq(der_integer(&c, DER_ENUMERATED), 3);
	cr_expect(cur_ok(&c));
}

Test(der, an_integer_of_no_bytes_or_five_is_rejected)
{
	static struct wire none, five;
	struct cursor c = of(&none, "02 00"), d = of(&five, "02 05 0100000000");

	der_integer(&c, DER_INTEGER);
	der_integer(&d, DER_INTEGER);
	cr_expect_not(cur_ok(&c));
	cr_expect_not(cur_ok(&d));
}

Test(der, object_identifiers_are_written_with_dots)
{
	static struct wire krb5, two, cut;

	wire_hex(&krb5, "2a864886f712010202");
	wire_hex(&two, "8837");
	wire_hex(&cut, "2a86");
	cr_expect_str_eq(der_oid_text(auth_arena(), wire_view(&krb5)), "1.2.840.113554.1.2.2");
	cr_expect_str_eq(der_oid_text(auth_arena(), wire_view(&two)), "2.999");
	cr_expect_str_eq(der_oid_text(auth_arena(), wire_view(&cut)), "1.2.6");
	cr_expect_str_eq(der_oid_text(auth_arena(), view_of(NULL, 0)), "");
}

Test(der, an_endless_object_identifier_is_cut)
{
	static struct wire w;

	for (int i = 0; i < 4000; i++)
		wire_u8(&w, 0x7F);
	cr_expect_leq(strlen(der_oid_text(auth_arena(), wire_view(&w))), 128);
}

static void walk(struct view prefix, void *ctx)
{
	struct cursor c = cur_of(prefix);
	struct cursor inner = der_enter(&c, DER_SEQUENCE);

	(void)ctx;
	der_integer(&inner, DER_INTEGER);
	der_skip(&inner);
	der_skip(&c);
}

Test(der, no_prefix_is_read_past)
{
	static struct wire w;

	wire_hex(&w, "30 0a 02 01 05 04 82 0003 616263 02 02 0102");
	ladder(w.bytes, w.n, walk, NULL);
}
