#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include "sensor/rpc/interfaces.h"

#include <criterion/criterion.h>

#define UUID_ACTIVATOR "000001a000000000c000000000000046"

static const uint8_t success[4];

static struct talk bound_to(const char *interface)
{
	struct talk t = talk_begin(NULL);

	talk_bind(&t, interface, UUID_NDR32);
	return t;
}

static Ev__RpcCall *call(struct talk *t, unsigned opnum, const struct stub *s)
{
	return talk_call(t, opnum, stub_view(s), view_of(success, 4));
}

/* The two headers of a pickled structure, [MS-RPCE] 2.2.6. */
static void serialization(struct wire *w)
{
	wire_hex(w, "01100800cccccccc");
	wire_zeros(w, 8);
}

/* Activation properties ([MS-DCOM] 2.2.22): another one first, then InstantiationInfo with ${class}. */
static void properties(struct wire *w, const char *class)
{
	serialization(w);
	wire_u32(w, 0);
	wire_u32(w, 16 + 48 + 4 + 32 + 4 + 8);	/* headerSize */
	wire_u32(w, 0);
	wire_u32(w, 2);
	wire_u32(w, 2);
	wire_zeros(w, 16 + 12);
	wire_u32(w, 2);
	wire_uuid(w, "000001b900000000c000000000000046");
	wire_uuid(w, "000001ab00000000c000000000000046");
	wire_u32(w, 2);
	wire_u32(w, 24);
	wire_u32(w, 32);
	wire_zeros(w, 24);
	serialization(w);
	wire_uuid(w, class);
}

static void activate(struct stub *s, const char *class, bool has_extents)
{
	struct wire w = { .n = 0 };

	wire_ascii(&w, "MEOW");
	wire_u32(&w, 4);
	wire_zeros(&w, 16 + 16 + 8 + 8);
	properties(&w, class);
	s->w.n = 0;
	wire_hex(&s->w, "05000700 01000000 00000000");
	wire_zeros(&s->w, 16);
	stub_wide(s, has_extents);
	if (has_extents) {
		stub_u32(s, 1);
		stub_u32(s, 0);
		stub_wide(s, 1);
		stub_wide(s, 2);
		stub_wide(s, 1);
		stub_wide(s, 0);
		stub_wide(s, 8);
		wire_zeros(&s->w, 16);
		stub_u32(s, 5);
		wire_zeros(&s->w, 8);
	}
	stub_wide(s, 0);
	stub_wide(s, 1);
	stub_wide(s, w.n);
	stub_u32(s, (uint32_t)w.n);
	wire_view_of(&s->w, wire_view(&w));
}

Test(activation, the_class_is_found_among_the_properties)
{
	static struct stub s;
	struct talk t = bound_to(UUID_ACTIVATOR);

	for (int has_extents = 0; has_extents <= 1; has_extents++) {
		activate(&s, "49b2791ab1ae4c908e86c2a2c0a1ed85", has_extents != 0);
		cr_expect_str_eq(arg_text(call(&t, 4, &s), "class"), "49b2791a-b1ae-4c90-8e86-c2a2c0a1ed85");
	}
	talk_end(&t);
}

Test(activation, the_older_interface_has_it_as_a_parameter)
{
	static struct stub s;
	struct talk t = bound_to("4d9f4ab87d1c11cf861e0020af6e7c57");

	wire_hex(&s.w, "05000600 00000000 00000000");
	wire_zeros(&s.w, 16);
	stub_wide(&s, 0);
	wire_uuid(&s.w, "c08afd90f2a111d1845500a0c91f3880");
	cr_expect_str_eq(arg_text(call(&t, 0, &s), "class"), "c08afd90-f2a1-11d1-8455-00a0c91f3880");
	talk_end(&t);
}

Test(activation, classes_that_tools_use_are_named)
{
	static struct stub s;
	struct talk t = bound_to(UUID_ACTIVATOR);

	activate(&s, "49b2791ab1ae4c909b8ee860ba07f889", false);
	cr_expect_str_eq(arg_text(call(&t, 4, &s), "class_name"), "MMC20.Application");
	activate(&s, UUID_SVCCTL, false);
	cr_expect_null(arg_text(call(&t, 4, &s), "class_name"));
	talk_end(&t);
}

Test(activation, more_properties_than_there_may_be_have_no_class)
{
	static struct stub s;
	struct talk t = bound_to(UUID_ACTIVATOR);
	size_t c_ifs = 28 + 4 + 4 + 4 + 8 + 4 + 56 + 16 + 16;

	activate(&s, UUID_SVCCTL, false);
	cr_assert_eq(s.w.bytes[c_ifs - 4], 2, "this is cIfs");
	wire_set_u32(&s.w, c_ifs - 4, 11);
	cr_expect_eq(call(&t, 4, &s)->n_args, 0);
	talk_end(&t);
}

static void each(struct view prefix, void *ctx)
{
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };

	(void)ctx;
	for (const struct decoder *row = activation_decoders; row->in != NULL; row++) {
		struct decoding d = {
			.arena = &s->arena,
			.in = ndr_of(prefix, false, false),
			.out = ndr_of(prefix, false, false),
			.handles = &handles,
		};

		decode_run(&d, row);
	}
	handles_fini(&handles);
	stage_free(s);
}

Test(activation, no_prefix_is_read_past)
{
	static struct stub s;

	activate(&s, UUID_SVCCTL, true);
	ladder(s.w.bytes, s.w.n, each, NULL);
}
