/*
 * What an answer's handle stands for names the calls that carry it.
 */
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>

#define UUID_SAMR "123457781234abcdef000123456789ac"
#define UUID_SPOOLSS "123456781234abcdef000123456789ab"
#define UUID_EVENTLOG "82273fdce32a18c33f78827929dc23ea"

static struct talk bound_to(const char *interface)
{
	struct talk t = talk_begin("x");

	talk_bind(&t, interface, UUID_NDR32);
	return t;
}

/* The answer of an operation that opens: a handle and success. */
static struct view gives(unsigned number)
{
	static struct stub s;

	s.w.n = 0;
	stub_handle(&s, number);
	stub_u32(&s, 0);
	return stub_view(&s);
}

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

Test(samr, a_member_of_a_group_reads_as_two_sids)
{
	static struct stub domain, alias, member;
	struct talk t = bound_to(UUID_SAMR);
	Ev__RpcCall *c;

	stub_handle(&domain, 1);
	stub_u32(&domain, 1);
	sid(&domain, 1, (const uint32_t[]){ 32 });
	cr_expect_str_eq(arg_text(talk_call(&t, 7, stub_view(&domain), gives(2)), "domain"), "S-1-5-32");
	stub_handle(&alias, 2);
	stub_u32(&alias, 1);
	stub_u32(&alias, 544);
	cr_expect_str_eq(arg_text(talk_call(&t, 27, stub_view(&alias), gives(3)), "group"), "S-1-5-32-544");
	stub_handle(&member, 3);
	sid(&member, 2, (const uint32_t[]){ 21, 1001 });
	c = talk_call(&t, 31, stub_view(&member), view_of("\0\0\0", 4));
	cr_expect_str_eq(c->operation, "SamrAddMemberToAlias");
	cr_expect_str_eq(arg_text(c, "group"), "S-1-5-32-544");
	cr_expect_str_eq(arg_text(c, "member"), "S-1-5-21-1001");
	talk_end(&t);
}

Test(eventlog, the_log_that_is_cleared_is_the_one_that_was_opened)
{
	static struct stub open, clear;
	struct talk t = bound_to(UUID_EVENTLOG);
	Ev__RpcCall *c;

	stub_wide(&open, 0);
	stub_u16(&open, 16);
	stub_u16(&open, 16);
	stub_wide(&open, 1);
	stub_string(&open, "Security");
	wire_align(&open.w, 4);
	stub_u32(&open, 0);
	stub_wide(&open, 0);
	stub_u32(&open, 1);
	stub_u32(&open, 1);
	cr_expect_str_eq(arg_text(talk_call(&t, 7, stub_view(&open), gives(4)), "log"), "Security");
	stub_handle(&clear, 4);
	stub_wide(&clear, 0);
	c = talk_call(&t, 0, stub_view(&clear), view_of("\0\0\0", 4));
	cr_expect_str_eq(c->operation, "ElfrClearELFW");
	cr_expect_str_eq(arg_text(c, "log"), "Security");
	cr_expect_null(arg_text(c, "backup_file"));
	talk_end(&t);
}

Test(spoolss, the_printer_of_a_notification_and_its_listener_are_named)
{
	static struct stub open, find;
	struct talk t = bound_to(UUID_SPOOLSS);
	Ev__RpcCall *c;

	stub_unique(&open, "\\\\victim");
	stub_wide(&open, 0);
	talk_call(&t, 1, stub_view(&open), gives(5));
	stub_handle(&find, 5);
	stub_u32(&find, 0x100);
	stub_u32(&find, 0);
	stub_unique(&find, "\\\\192.0.2.9");
	stub_u32(&find, 0);
	stub_wide(&find, 0);
	c = talk_call(&t, 65, stub_view(&find), view_of("\0\0\0", 4));
	cr_expect_str_eq(arg_text(c, "printer"), "\\\\victim");
	cr_expect_str_eq(arg_text(c, "listener"), "\\\\192.0.2.9");
	talk_end(&t);
}
