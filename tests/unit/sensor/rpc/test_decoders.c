#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include "sensor/rpc/interfaces.h"

#include <criterion/criterion.h>
#include <string.h>

#define UUID_WINREG "338cd001224431f1aaaa900038001003"
#define UUID_SRVSVC "4b324fc8167001d312785a47bf6ee188"
#define UUID_NETLOGON "123456781234abcdef0001234567cffb"
#define UUID_ACTIVATOR "000001a000000000c000000000000046"

static const uint8_t success[4];

static struct talk bound_to(const char *interface)
{
	struct talk t = talk_begin("svcctl");

	talk_bind(&t, interface, UUID_NDR32);
	return t;
}

static Ev__RpcCall *call(struct talk *t, unsigned opnum, const struct stub *s)
{
	return talk_call(t, opnum, stub_view(s), view_of(success, 4));
}

/* ---- svcctl ---- */

/* RCreateServiceA/W from [MS-SCMR] 3.1.4.12, with something behind every pointer. */
static void create_service(struct stub *s, void (*string)(struct stub *, const char *))
{
	stub_handle(s, 1);
	string(s, "svc");
	stub_wide(s, 1);
	string(s, "A service");
	stub_u32(s, 0xF01FF);
	stub_u32(s, 0x10);
	stub_u32(s, 3);
	stub_u32(s, 1);
	string(s, "C:\\x.exe");
	stub_wide(s, 1);
	string(s, "group");
	stub_wide(s, 1);
	stub_u32(s, 77);
	stub_wide(s, 1);
	stub_wide(s, 3);
	wire_bytes(&s->w, "dep", 3);
	stub_u32(s, 3);
	stub_wide(s, 1);
	string(s, "LocalSystem");
	stub_wide(s, 0);
	stub_u32(s, 0);
}

/* The answer: tag, the handle ${number}, ${status}. */
static struct view created(struct stub *s, unsigned number, uint32_t status)
{
	s->w.n = 0;
	stub_wide(s, 1);
	stub_u32(s, 77);
	stub_handle(s, number);
	stub_u32(s, status);
	return stub_view(s);
}

static void expect_created(const Ev__RpcCall *c)
{
	cr_expect_str_eq(arg_text(c, "service"), "svc");
	cr_expect_str_eq(arg_text(c, "display"), "A service");
	cr_expect_str_eq(arg_text(c, "image_path"), "C:\\x.exe");
	cr_expect_str_eq(arg_text(c, "account"), "LocalSystem");
	cr_expect_eq(arg_number(c, "start_type"), 3);
	cr_expect_eq(arg_number(c, "service_type"), 0x10);
}

Test(svcctl, a_service_is_created_by_any_of_five_operations)
{
	static const struct { unsigned opnum; void (*string)(struct stub *, const char *); } rows[] = {
		{ 12, stub_string }, { 24, stub_ascii }, { 44, stub_ascii }, { 45, stub_string }, { 60, stub_string },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct stub s;
		struct talk t = bound_to(UUID_SVCCTL);

		s.w.n = 0;
		create_service(&s, rows[i].string);
		expect_created(call(&t, rows[i].opnum, &s));
		talk_end(&t);
	}
}

Test(svcctl, in_ndr64_it_reads_the_same)
{
	static struct stub s = { .is_ndr64 = true };
	struct talk t = talk_begin("svcctl");

	talk_bind(&t, UUID_SVCCTL, UUID_NDR64);
	create_service(&s, stub_string);
	expect_created(talk_call(&t, 12, stub_view(&s), view_of(success, 4)));
	talk_end(&t);
}

Test(svcctl, the_handle_that_was_given_out_names_the_service)
{
	static struct stub create, on, answer, args;
	struct talk t = bound_to(UUID_SVCCTL);
	Ev__RpcCall *c;

	create_service(&create, stub_string);
	cr_expect_eq(talk_call(&t, 12, stub_view(&create), created(&answer, 5, 0))->return_code, 0);
	stub_handle(&args, 5);
	stub_u32(&args, 2);
	stub_wide(&args, 1);
	stub_wide(&args, 2);
	stub_wide(&args, 1);
	stub_wide(&args, 1);
	stub_string(&args, "first");
	stub_string(&args, "second");
	c = call(&t, 19, &args);
	cr_expect_str_eq(arg_text(c, "service"), "svc");
	cr_expect_eq(arg_number(c, "argc"), 2);
	cr_expect_str_eq(arg_text(c, "argument"), "first");

	stub_handle(&on, 5);
	stub_u32(&on, 1);
	c = call(&t, 1, &on);
	cr_expect_str_eq(arg_text(c, "service"), "svc");
	cr_expect_eq(arg_number(c, "control"), 1);
	cr_expect_str_eq(arg_text(call(&t, 2, &on), "service"), "svc");
	cr_expect_str_eq(arg_text(call(&t, 0, &on), "service"), "svc", "closing it");
	cr_expect_null(arg_text(call(&t, 2, &on), "service"), "closed");
	talk_end(&t);
}

Test(svcctl, a_refused_creation_gives_out_nothing)
{
	static struct stub create, on, answer;
	struct talk t = bound_to(UUID_SVCCTL);

	create_service(&create, stub_string);
	cr_expect_eq(talk_call(&t, 12, stub_view(&create), created(&answer, 0, 5))->return_code, 5);
	stub_handle(&on, 0);
	cr_expect_null(arg_text(call(&t, 2, &on), "service"));
	talk_end(&t);
}

Test(svcctl, a_changed_image_path_is_reported)
{
	static struct stub s;
	struct talk t = bound_to(UUID_SVCCTL);
	Ev__RpcCall *c;

	stub_handle(&s, 1);
	stub_u32(&s, 0xFFFFFFFF);
	stub_u32(&s, 3);
	stub_u32(&s, 0);
	stub_unique(&s, "cmd /c evil");
	stub_unique(&s, NULL);
	stub_wide(&s, 0);
	stub_wide(&s, 0);
	stub_u32(&s, 0);
	stub_unique(&s, NULL);
	stub_wide(&s, 0);
	stub_u32(&s, 0);
	stub_unique(&s, "new name");
	c = call(&t, 11, &s);
	cr_expect_str_eq(arg_text(c, "image_path"), "cmd /c evil");
	cr_expect_str_eq(arg_text(c, "display"), "new name");
	cr_expect_null(arg_text(c, "account"));
	talk_end(&t);
}

Test(svcctl, a_stub_one_byte_short_has_no_arguments_and_is_counted)
{
	static struct stub s;
	struct talk t = bound_to(UUID_SVCCTL);
	Ev__RpcCall *c;

	stub_handle(&s, 1);
	stub_string(&s, "svc");
	stub_u32(&s, 1);
	s.w.n--;
	c = call(&t, 16, &s);
	cr_expect_str_eq(c->operation, "OpenServiceW");
	cr_expect_eq(c->n_args, 0);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_CALL_CUT], 1);
	talk_end(&t);
}

/* ---- tasks ---- */

static void job(struct stub *s)
{
	stub_unique(s, "\\\\host");
	wire_align(&s->w, s->is_ndr64 ? 8 : 4);
	stub_wide(s, 47100000);
	stub_u32(s, 0);
	wire_u8(&s->w, 0);
	wire_u8(&s->w, 16);
	stub_wide(s, 1);
	stub_string(s, "c:\\run.exe");
}

Test(atsvc, a_job_is_read_in_both_syntaxes)
{
	static const char *const syntaxes[] = { UUID_NDR32, UUID_NDR64 };

	for (int i = 0; i < 2; i++) {
		static struct stub s;
		struct talk t = talk_begin("atsvc");
		Ev__RpcCall *c;

		s = (struct stub){ .is_ndr64 = i == 1 };
		job(&s);
		talk_bind(&t, UUID_ATSVC, syntaxes[i]);
		c = call(&t, 0, &s);
		cr_expect_str_eq(arg_text(c, "server"), "\\\\host");
		cr_expect_str_eq(arg_text(c, "command"), "c:\\run.exe");
		cr_expect_eq(arg_number(c, "job_time_ms"), 47100000);
		talk_end(&t);
	}
}

static Ev__RpcCall *register_task(struct talk *t, const char *xml)
{
	static struct stub s;

	s.w.n = 0;
	stub_unique(&s, "\\Name");
	stub_string(&s, xml);
	stub_u32(&s, 6);
	return call(t, 1, &s);
}

Test(schedule, the_command_is_taken_out_of_the_xml)
{
	struct talk t = bound_to(UUID_SCHEDULE);
	Ev__RpcCall *c = register_task(&t, "<Task><Exec><Command>cmd.exe</Command>"
					   "<Arguments>/C whoami &gt; %windir%\\x &amp;&amp; a</Arguments></Exec></Task>");

	cr_expect_str_eq(arg_text(c, "path"), "\\Name");
	cr_expect_str_eq(arg_text(c, "command"), "cmd.exe /C whoami > %windir%\\x && a");
	cr_expect_eq(strncmp(arg_text(c, "xml"), "<Task>", 6), 0);
	cr_expect_eq(arg_number(c, "flags"), 6);
	talk_end(&t);
}

Test(schedule, xml_without_a_command_or_with_half_of_one_has_none)
{
	struct talk t = bound_to(UUID_SCHEDULE);

	cr_expect_null(arg_text(register_task(&t, "<Task></Task>"), "command"));
	cr_expect_null(arg_text(register_task(&t, "<Command>endless"), "command"));
	cr_expect_null(arg_text(register_task(&t, "<Command"), "command"));
	cr_expect_str_eq(arg_text(register_task(&t, "<Command>alone</Command>"), "command"), "alone");
	cr_expect_str_eq(arg_text(register_task(&t, "<Command></Command>"), "command"), "");
	talk_end(&t);
}

Test(schedule, a_command_behind_a_kilobyte_of_xml_is_still_found)
{
	static char xml[6000];
	struct talk t = bound_to(UUID_SCHEDULE);

	memset(xml, ' ', 4000);
	strcpy(xml + 4000, "<Command>far</Command>");
	cr_expect_str_eq(arg_text(register_task(&t, xml), "command"), "far");
	cr_expect_leq(strlen(arg_text(talk_last_call(&t), "xml")), LIMIT_TEXT_BYTES);
	talk_end(&t);
}

/* ---- winreg ---- */

static void name(struct stub *s, const char *text)
{
	wire_align(&s->w, 4);
	stub_u16(s, 2 * (unsigned)strlen(text) + 2);
	stub_u16(s, 2 * (unsigned)strlen(text) + 2);
	stub_wide(s, 1);
	stub_string(s, text);
}

static struct view handed_out(struct stub *s, unsigned number)
{
	s->w.n = 0;
	stub_handle(s, number);
	stub_u32(s, 0);
	return stub_view(s);
}

Test(winreg, keys_are_named_from_the_root_down)
{
	static struct stub root, open, set, answer;
	struct talk t = bound_to(UUID_WINREG);
	Ev__RpcCall *c;

	stub_wide(&root, 0);
	stub_u32(&root, 0x02000000);
	talk_call(&t, 2, stub_view(&root), handed_out(&answer, 1));
	stub_handle(&open, 1);
	name(&open, "SYSTEM\\Select");
	c = talk_call(&t, 15, stub_view(&open), handed_out(&answer, 2));
	cr_expect_str_eq(arg_text(c, "key"), "HKLM\\SYSTEM\\Select");
	stub_handle(&set, 2);
	name(&set, "Current");
	c = call(&t, 22, &set);
	cr_expect_str_eq(arg_text(c, "key"), "HKLM\\SYSTEM\\Select");
	cr_expect_str_eq(arg_text(c, "value"), "Current");
	c = call(&t, 20, &set);
	cr_expect_str_eq(arg_text(c, "file"), "Current");
	talk_end(&t);
}

Test(winreg, below_an_unknown_handle_a_key_is_named_as_sent)
{
	static struct stub open;
	struct talk t = bound_to(UUID_WINREG);

	stub_handle(&open, 9);
	name(&open, "SAM");
	cr_expect_str_eq(arg_text(call(&t, 6, &open), "key"), "SAM");
	talk_end(&t);
}

Test(winreg, an_empty_name_without_characters_is_read)
{
	static struct stub query;
	struct talk t = bound_to(UUID_WINREG);

	stub_handle(&query, 9);
	stub_u16(&query, 0);
	stub_u16(&query, 0);
	stub_wide(&query, 1);
	stub_wide(&query, 0);
	stub_wide(&query, 0);
	stub_wide(&query, 0);
	cr_expect_str_eq(arg_text(call(&t, 17, &query), "value"), "");
	talk_end(&t);
}

/* ---- srvsvc, netlogon ---- */

Test(srvsvc, a_share_is_named)
{
	static struct stub s;
	struct talk t = bound_to(UUID_SRVSVC);
	Ev__RpcCall *c;

	stub_unique(&s, "10.0.0.1");
	stub_string(&s, "share");
	c = call(&t, 16, &s);
	cr_expect_str_eq(arg_text(c, "server"), "10.0.0.1");
	cr_expect_str_eq(arg_text(c, "share"), "share");
	talk_end(&t);
}

static void authenticate(struct stub *s, uint8_t last)
{
	s->w.n = 0;
	stub_unique(s, "\\\\DC");
	stub_string(s, "DC$");
	stub_u16(s, 6);
	stub_string(s, "DC");
	wire_zeros(&s->w, 7);
	wire_u8(&s->w, last);
	stub_u32(s, 0x212FFFFF);
}

Test(netlogon, a_credential_of_zeros_is_told_from_others)
{
	static struct stub s;
	struct talk t = bound_to(UUID_NETLOGON);
	Ev__RpcCall *c;

	authenticate(&s, 0);
	c = call(&t, 26, &s);
	cr_expect_str_eq(arg_text(c, "account"), "DC$");
	cr_expect_str_eq(arg_text(c, "computer"), "DC");
	cr_expect_eq(arg_number(c, "credential_zero"), 1);
	authenticate(&s, 1);
	cr_expect_eq(arg_number(call(&t, 15, &s), "credential_zero"), 0);
	s.w.n = 0;
	stub_unique(&s, NULL);
	stub_string(&s, "X");
	wire_zeros(&s.w, 8);
	cr_expect_eq(arg_number(call(&t, 4, &s), "challenge_zero"), 1);
	talk_end(&t);
}

/* ---- activation ---- */

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

/* ---- all of them ---- */

static void each(struct view prefix, void *ctx)
{
	const struct interface *row = ctx;
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };

	for (const struct decoder *d = row->decoders; d->decode != NULL; d++)
		for (int is_ndr64 = 0; is_ndr64 <= 1; is_ndr64++) {
			struct decoding decoding = {
				.arena = &s->arena,
				.in = ndr_of(prefix, false, is_ndr64 != 0),
				.out = ndr_of(prefix, false, is_ndr64 != 0),
				.chars = d->chars,
				.handles = &handles,
			};

			d->decode(&decoding);
		}
	handles_fini(&handles);
	stage_free(s);
}

Test(decoders, none_reads_past_a_prefix_of_what_another_takes)
{
	static struct stub service, task, key, instance;
	size_t n;
	const struct interface *all = interfaces_all(&n);

	create_service(&service, stub_string);
	job(&task);
	stub_handle(&key, 1);
	name(&key, "SYSTEM");
	activate(&instance, UUID_SVCCTL, true);
	for (size_t i = 0; i < n; i++) {
		struct interface row = all[i];

		ladder(service.w.bytes, service.w.n, each, &row);
		ladder(task.w.bytes, task.w.n, each, &row);
		ladder(key.w.bytes, key.w.n, each, &row);
		ladder(instance.w.bytes, instance.w.n, each, &row);
	}
}
