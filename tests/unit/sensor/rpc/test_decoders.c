#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include "sensor/rpc/interfaces.h"

#include <criterion/criterion.h>
#include <string.h>

#define UUID_WINREG "338cd001224431f1aaaa900038001003"
#define UUID_SRVSVC "4b324fc8167001d312785a47bf6ee188"
#define UUID_NETLOGON "123456781234abcdef0001234567cffb"

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
		if (rows[i].opnum == 60)
			stub_u16(&s, 1);	/* dwServiceWowType */
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
	cr_expect_str_eq(arg_text(c, "arguments"), "first second");

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
	stub_unique(&s, NULL);
	stub_u32(&s, 3);
	stub_u32(&s, 0);
	stub_wide(&s, 0);
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
	cr_expect_null(arg_text(register_task(&t, "<Exec><Command>endless"), "command"));
	cr_expect_null(arg_text(register_task(&t, "<Exec><Command>endless</Exec>"), "command"));
	cr_expect_null(arg_text(register_task(&t, "<Exec><Command"), "command"));
	cr_expect_str_eq(arg_text(register_task(&t, "<Exec><Command>alone</Command></Exec>"), "command"), "alone");
	cr_expect_str_eq(arg_text(register_task(&t, "<Exec><Command></Command></Exec>"), "command"), "");
	talk_end(&t);
}

Test(schedule, who_runs_it_and_by_which_class_is_reported)
{
	struct talk t = bound_to(UUID_SCHEDULE);
	Ev__RpcCall *c = register_task(&t, "<Principal><UserId>S-1-5-18</UserId></Principal>"
					   "<ComHandler><ClassId>{1}</ClassId></ComHandler>");

	cr_expect_str_eq(arg_text(c, "run_as"), "S-1-5-18");
	cr_expect_str_eq(arg_text(c, "class"), "{1}");
	cr_expect_null(arg_text(c, "command"));
	talk_end(&t);
}

Test(schedule, a_command_behind_a_kilobyte_of_xml_is_still_found)
{
	static char xml[6000];
	struct talk t = bound_to(UUID_SCHEDULE);

	memset(xml, ' ', 4000);
	strcpy(xml + 4000, "<Exec><Command>far</Command></Exec>");
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

/* BaseRegOpenKey below the handle ${number}. */
static void open_key(struct stub *s, unsigned number, const char *key)
{
	s->w.n = 0;
	stub_handle(s, number);
	name(s, key);
	stub_u32(s, 0);
	stub_u32(s, 0x20019);
}

/* BaseRegSetValue on the handle ${number}. */
static void set_value(struct stub *s, unsigned number, unsigned type, struct view data)
{
	s->w.n = 0;
	stub_handle(s, number);
	name(s, "Current");
	stub_u32(s, type);
	stub_wide(s, data.n);
	wire_view_of(&s->w, data);
	stub_u32(s, (uint32_t)data.n);
}

Test(winreg, keys_are_named_from_the_root_down)
{
	static struct stub root, open, set, save, answer;
	struct talk t = bound_to(UUID_WINREG);
	Ev__RpcCall *c;

	stub_wide(&root, 0);
	stub_u32(&root, 0x02000000);
	talk_call(&t, 2, stub_view(&root), handed_out(&answer, 1));
	open_key(&open, 1, "SYSTEM\\Select");
	c = talk_call(&t, 15, stub_view(&open), handed_out(&answer, 2));
	cr_expect_str_eq(arg_text(c, "key"), "HKLM\\SYSTEM\\Select");
	set_value(&set, 2, 4, view_of("\1\2\0\0", 4));
	c = call(&t, 22, &set);
	cr_expect_str_eq(arg_text(c, "key"), "HKLM\\SYSTEM\\Select");
	cr_expect_str_eq(arg_text(c, "value"), "Current");
	cr_expect_eq(arg_number(c, "data"), 0x201);
	stub_handle(&save, 2);
	name(&save, "C:\\x.tmp");
	stub_wide(&save, 0);
	cr_expect_str_eq(arg_text(call(&t, 20, &save), "file"), "C:\\x.tmp");
	talk_end(&t);
}

Test(winreg, data_are_reported_as_their_type_has_them)
{
	static const struct { unsigned type; struct view data; const char *text; int64_t number; } rows[] = {
		{ 1, { (const uint8_t *)"c\0m\0d\0\0\0", 8 }, "cmd", -1 },
		{ 2, { (const uint8_t *)"%\0", 2 }, "%", -1 },
		{ 3, { (const uint8_t *)"\0\1", 2 }, NULL, -1 },
		{ 4, { (const uint8_t *)"\1\0\0\0", 4 }, NULL, 1 },
		{ 4, { (const uint8_t *)"\1\0", 2 }, NULL, -1 },
		{ 11, { (const uint8_t *)"\2\0\0\0\0\0\0\0", 8 }, NULL, 2 },
		{ 1, { NULL, 0 }, "", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct stub set;
		struct talk t = bound_to(UUID_WINREG);
		Ev__RpcCall *c;

		set_value(&set, 2, rows[i].type, rows[i].data);
		c = call(&t, 22, &set);
		cr_expect_eq(arg_number(c, "type"), rows[i].type);
		cr_expect_eq(arg_number(c, "data"), rows[i].number, "row %zu", i);
		if (rows[i].text != NULL)
			cr_expect_str_eq(arg_text(c, "data"), rows[i].text);
		else
			cr_expect_null(arg_text(c, "data"));
		talk_end(&t);
	}
}

Test(winreg, below_an_unknown_handle_a_key_is_named_as_sent)
{
	static struct stub open;
	struct talk t = bound_to(UUID_WINREG);

	open_key(&open, 9, "SAM");
	cr_expect_str_eq(arg_text(call(&t, 15, &open), "key"), "SAM");
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
	stub_u32(&s, 1);
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

/* ---- all of them ---- */

static void each(struct view prefix, void *ctx)
{
	const struct interface *row = ctx;
	struct stage *s = stage_new(0);
	struct handles handles = { .pool = s->env.pool };

	for (const struct decoder *d = row->decoders; d->in != NULL; d++)
		for (int is_ndr64 = 0; is_ndr64 <= 1; is_ndr64++) {
			struct decoding decoding = {
				.arena = &s->arena,
				.in = ndr_of(prefix, false, is_ndr64 != 0),
				.out = ndr_of(prefix, false, is_ndr64 != 0),
				.handles = &handles,
			};

			decode_run(&decoding, d);
		}
	handles_fini(&handles);
	stage_free(s);
}

Test(decoders, none_reads_past_a_prefix_of_what_another_takes)
{
	static struct stub service, task, key;
	size_t n;
	const struct interface *all = interfaces_all(&n);

	create_service(&service, stub_string);
	job(&task);
	stub_handle(&key, 1);
	name(&key, "SYSTEM");
	for (size_t i = 0; i < n; i++) {
		struct interface row = all[i];

		ladder(service.w.bytes, service.w.n, each, &row);
		ladder(task.w.bytes, task.w.n, each, &row);
		ladder(key.w.bytes, key.w.n, each, &row);
	}
}
