#include "sensor/rpc/param.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- one parameter, or a few, read from a stub ---- */

struct reading {
	struct stage *stage;
	struct handles handles;
	struct decoding d;
	bool is_whole;
};

static struct reading read_as(const struct param *in, const struct stub *s)
{
	struct reading r = { .stage = stage_new(0) };
	struct decoder row = { .chars = NDR_WIDE, .in = in };

	r.handles.pool = r.stage->env.pool;
	r.d = (struct decoding){ .arena = &r.stage->arena, .in = ndr_of(stub_view(s), false, s->is_ndr64), .handles = &r.handles };
	r.is_whole = decode_run(&r.d, &row);
	return r;
}

static void done(struct reading *r)
{
	handles_fini(&r->handles);
	stage_free(r->stage);
}

static void expect_text(const struct param *in, const struct stub *s, const char *expected)
{
	struct reading r = read_as(in, s);

	cr_expect(r.is_whole);
	cr_expect(decode_is_exact(&r.d));
	if (expected != NULL)
		cr_expect_str_eq(decode_text_of(&r.d, "it"), expected);
	else
		cr_expect_eq(r.d.n_args, 0);
	done(&r);
}

static void expect_rejected(const struct param *in, const struct stub *s)
{
	struct reading r = read_as(in, s);

	cr_expect_not(r.is_whole);
	cr_expect_eq(r.d.n_args, 0);
	done(&r);
}

/* ---- strings ---- */

Test(param, a_null_pointer_adds_nothing)
{
	static struct stub s;

	stub_unique(&s, NULL);
	expect_text(PARAMS({ param_unique_string, "it" }), &s, NULL);
}

Test(param, octets_behind_a_pointer_are_passed_over_and_counted)
{
	static struct stub s;
	struct reading r;

	stub_wide(&s, 1);
	stub_wide(&s, 3);
	wire_bytes(&s.w, "abc", 3);
	stub_u32(&s, 7);
	r = read_as(PARAMS({ param_unique_array, "octets" }, { param_u32, "it" }), &s);
	cr_expect_eq(decode_number_of(&r.d, "octets"), 3);
	cr_expect_eq(decode_number_of(&r.d, "it"), 7);
	done(&r);
	wire_set_u32(&s.w, 4, 100);
	expect_rejected(PARAMS({ param_unique_array, NULL }), &s);
}

Test(param, an_array_of_strings_is_joined_and_null_ones_left_out)
{
	static struct stub s;

	stub_wide(&s, 1);
	stub_wide(&s, 3);
	stub_wide(&s, 1);
	stub_wide(&s, 0);
	stub_wide(&s, 1);
	stub_string(&s, "one");
	stub_string(&s, "two");
	expect_text(PARAMS({ param_strings, "it" }), &s, "one two");
	wire_set_u32(&s.w, 4, 0x40000000);
	expect_rejected(PARAMS({ param_strings, "it" }), &s);
}

static void name_head(struct stub *s, const char *text)
{
	stub_u16(s, 2 * (unsigned)strlen(text));
	stub_u16(s, 2 * (unsigned)strlen(text));
	stub_wide(s, 1);
}

static void name_characters(struct stub *s, const char *text)
{
	stub_wide(s, strlen(text));
	stub_wide(s, 0);
	stub_wide(s, strlen(text));
	wire_utf16(&s->w, text);
}

Test(param, names_come_behind_their_heads)
{
	static struct stub s;

	stub_wide(&s, 2);
	name_head(&s, "alice");
	name_head(&s, "bob");
	name_characters(&s, "alice");
	name_characters(&s, "bob");
	expect_text(PARAMS({ param_names, "it" }), &s, "alice, bob");
}

Test(param, a_varying_array_of_names_states_its_bounds)
{
	static struct stub s;

	stub_wide(&s, 1000);
	stub_wide(&s, 0);
	stub_wide(&s, 1);
	name_head(&s, "alice");
	name_characters(&s, "alice");
	expect_text(PARAMS({ param_varying_names, "it" }), &s, "alice");
	wire_set_u32(&s.w, 4, 1);
	expect_rejected(PARAMS({ param_varying_names, "it" }), &s);
	wire_set_u32(&s.w, 4, 0);
	wire_set_u32(&s.w, 0, 0);
	expect_rejected(PARAMS({ param_varying_names, "it" }), &s);
}

Test(param, a_list_longer_than_a_text_is_cut)
{
	static struct stub s;
	static char word[301];
	struct reading r;

	memset(word, 'x', 300);
	stub_wide(&s, 1);
	stub_wide(&s, 6);
	for (int i = 0; i < 6; i++)
		stub_wide(&s, 1);
	for (int i = 0; i < 6; i++)
		stub_string(&s, word);
	r = read_as(PARAMS({ param_strings, "it" }), &s);
	cr_expect(r.is_whole);
	cr_expect_leq(strlen(decode_text_of(&r.d, "it")), LIMIT_TEXT_BYTES);
	cr_expect_geq(strlen(decode_text_of(&r.d, "it")), LIMIT_TEXT_BYTES - 4);
	done(&r);
}

/* ---- SIDs ---- */

static void sid(struct stub *s, unsigned n, const uint32_t *numbers)
{
	stub_wide(s, n);
	wire_u8(&s->w, 1);
	wire_u8(&s->w, n);
	wire_zeros(&s->w, 5);
	wire_u8(&s->w, 5);
	for (unsigned i = 0; i < n; i++)
		stub_u32(s, numbers[i]);
}

Test(param, a_sid_is_written_as_people_write_it)
{
	static struct stub s;

	sid(&s, 2, (const uint32_t[]){ 32, 544 });
	expect_text(PARAMS({ param_sid, "it" }), &s, "S-1-5-32-544");
	wire_set_u32(&s.w, 0, 3);
	expect_rejected(PARAMS({ param_sid, "it" }), &s);
}

Test(param, a_relative_id_stands_below_the_sid_of_its_handle)
{
	static struct stub s;
	struct stage *stage = stage_new(0);
	struct handles handles = { .pool = stage->env.pool };
	struct decoder row = { .chars = NDR_WIDE, .in = PARAMS({ param_handle, NULL }, { param_rid, "it" }) };
	struct decoding d = { .arena = &stage->arena, .handles = &handles };

	stub_handle(&s, 3);
	stub_u32(&s, 544);
	d.in = ndr_of(stub_view(&s), false, false);
	cr_expect(decode_run(&d, &row));
	cr_expect_str_eq(decode_text_of(&d, "it"), "544", "its handle is unknown");
	handles_put(&handles, view_of(s.w.bytes, NDR_HANDLE_BYTES), "S-1-5-32");
	d = (struct decoding){ .arena = &stage->arena, .handles = &handles, .in = ndr_of(stub_view(&s), false, false) };
	cr_expect(decode_run(&d, &row));
	cr_expect_str_eq(decode_text_of(&d, "it"), "S-1-5-32-544");
	handles_fini(&handles);
	stage_free(stage);
}

/* ---- structures ---- */

Test(param, what_a_structure_points_to_comes_behind_it)
{
	static const struct param structure[] = {
		{ param_struct, NULL },	      { param_pointer, NULL },	     { param_u32, "number" }, { param_pointer, NULL },
		{ param_behind_string, "no" }, { param_behind_string, "it" }, { NULL, NULL },
	};

	for (int is_ndr64 = 0; is_ndr64 <= 1; is_ndr64++) {
		static struct stub s;

		s = (struct stub){ .is_ndr64 = is_ndr64 != 0 };
		stub_wide(&s, 0);
		stub_u32(&s, 42);
		stub_wide(&s, 1);
		stub_string(&s, "behind");
		expect_text(structure, &s, "behind");
	}
}

Test(param, more_pointers_than_are_remembered_are_rejected)
{
	static struct stub s;
	struct param many[DECODE_BEHIND + 2] = { { NULL, NULL } };

	for (int i = 0; i < DECODE_BEHIND + 1; i++) {
		many[i].read = param_pointer;
		stub_wide(&s, 0);
	}
	expect_rejected(many, &s);
	many[DECODE_BEHIND].read = NULL;
	s.w.n -= 4;
	expect_text(many, &s, NULL);
}

/* ---- where a stub ends ---- */

Test(param, padding_and_a_verification_trailer_are_no_parameters)
{
	static struct stub s;
	struct reading r;

	stub_unique(&s, "x");
	wire_hex(&s.w, "8ae3137102f43671 0100000001000000 00000000");
	r = read_as(PARAMS({ param_unique_string, "it" }), &s);
	cr_expect(decode_is_exact(&r.d));
	done(&r);
	s.w.bytes[s.w.n - 20] ^= 1;
	r = read_as(PARAMS({ param_unique_string, "it" }), &s);
	cr_expect_not(decode_is_exact(&r.d), "octets that nobody named");
	done(&r);
	s.w.n -= 20;
	wire_zeros(&s.w, 7);
	expect_text(PARAMS({ param_unique_string, "it" }), &s, "x");
	wire_zeros(&s.w, 1);
	r = read_as(PARAMS({ param_unique_string, "it" }), &s);
	cr_expect_not(decode_is_exact(&r.d));
	done(&r);
}

Test(param, a_row_that_leaves_off_is_never_exact)
{
	static struct stub s;
	struct reading r;

	stub_u32(&s, 1);
	r = read_as(PARAMS({ param_u32, "it" }, { param_rest, NULL }), &s);
	cr_expect(r.is_whole);
	cr_expect_not(decode_is_exact(&r.d));
	done(&r);
}

/* ---- no prefix is read past ---- */

static void each(struct view prefix, void *ctx)
{
	static const param_fn readers[] = {
		param_u8, param_u16, param_u32, param_u64, param_enum, param_wide, param_unique_u16, param_unique_u32, param_uuid,
		param_unique_uuid, param_string, param_unique_string, param_strings, param_name, param_unique_name, param_names,
		param_varying_names, param_sid, param_array, param_unique_array, param_rest, param_struct, param_pointer,
		param_behind_string, param_handle, param_close, param_key, param_rid, param_keep, param_keep_as,
	};
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct decoder row = { .chars = NDR_WIDE, .in = PARAMS({ readers[i], "it" }) };
		struct decoding d = { .arena = &s->arena, .in = ndr_of(prefix, false, *(bool *)ctx), .handles = &handles };

		stage_packet(s);
		decode_run(&d, &row);
	}
	handles_fini(&handles);
	stage_free(s);
}

Test(param, no_prefix_is_read_past)
{
	static struct stub s;
	bool yes = true, no = false;

	stub_wide(&s, 2);
	name_head(&s, "alice");
	name_head(&s, "bob");
	name_characters(&s, "alice");
	name_characters(&s, "bob");
	sid(&s, 2, (const uint32_t[]){ 32, 544 });
	ladder(s.w.bytes, s.w.n, each, &yes);
	ladder(s.w.bytes, s.w.n, each, &no);
	ladder(s.w.bytes + 4, s.w.n - 4, each, &no);
}
