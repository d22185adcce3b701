/*
 * Conversations recorded between real clients and servers (tests/golden), in
 * the form that tests/fuzz/corpus/dcerpc keeps them: for each PDU a byte that
 * says to the server (1) or to the client (0), its length, and itself.
 */
#include "sensor/core/cursor.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct talk replay(const char *seed, const char *pipe, size_t first)
{
	static uint8_t bytes[65536];
	static struct wire w;
	char path[128];
	struct talk t = talk_begin(pipe);
	struct cursor c;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/dcerpc/%s", seed);
	f = fopen(path, "rb");
	cr_assert_not_null(f, "%s", path);
	c = cur_of(view_of(bytes, fread(bytes, 1, sizeof(bytes), f)));
	fclose(f);
	for (size_t i = 0; cur_left(&c) > 0; i++) {
		bool to_server = cur_u8(&c) != 0;
		struct view pdu = cur_take(&c, cur_u16le(&c));

		if (i < first)
			continue;
		wire_view_of(&w, pdu);
		if (to_server)
			talk_up(&t, &w);
		else
			talk_down(&t, &w);
	}
	talk_close(&t);
	return t;
}

/* The operations of ${t} in order, and that each was answered by success. */
static void expect_operations(const struct talk *t, size_t first, const char *const *names, size_t n)
{
	cr_assert_eq(t->stage->n_events, first + n);
	for (size_t i = 0; i < n; i++) {
		cr_expect_str_eq(t->stage->events[first + i]->rpc_call->operation, names[i]);
		cr_expect(t->stage->events[first + i]->rpc_call->has_return_code);
	}
}

static const char *const psexec[] = {
	"OpenSCManagerW", "OpenServiceW", "CreateServiceW", "StartServiceW", "CloseServiceHandle", "CloseServiceHandle",
};

Test(recorded, impacket_creates_and_starts_a_service)
{
	struct talk t = replay("psexec-impacket-2", "svcctl", 0);

	expect_operations(&t, 1, psexec, 6);
	cr_expect_eq(t.stage->events[2]->rpc_call->return_code, 0x424, "no such service yet");
	cr_expect_str_eq(arg_text(t.stage->events[3]->rpc_call, "service"), "sEZY");
	cr_expect_str_eq(arg_text(t.stage->events[3]->rpc_call, "image_path"), "%systemroot%\\BpPZZnTC.exe");
	cr_expect_str_eq(arg_text(t.stage->events[4]->rpc_call, "service"), "sEZY");
	talk_end(&t);
}

Test(recorded, without_its_bind_it_reads_the_same)
{
	struct talk t = replay("psexec-impacket-2", "svcctl", 2);

	expect_operations(&t, 0, psexec, 6);
	cr_expect(t.stage->events[2]->rpc_call->inferred);
	cr_expect_str_eq(arg_text(t.stage->events[3]->rpc_call, "service"), "sEZY");
	talk_end(&t);
}

Test(recorded, samba_s_client_does_too)
{
	static const char *const names[] = { "OpenSCManagerW", "CreateServiceW", "CloseServiceHandle", "CloseServiceHandle" };
	struct talk t = replay("psexec-samba-2", "svcctl", 0);

	expect_operations(&t, 1, names, 4);
	cr_expect_str_eq(arg_text(t.stage->events[2]->rpc_call, "display"), "PsExec");
	talk_end(&t);
}

Test(recorded, smbexec_s_command_line_is_the_image_path)
{
	struct talk t = replay("smbexec-impacket-pth-1", "svcctl", 0);
	const char *image_path = NULL;

	for (size_t i = 1; i < t.stage->n_events && image_path == NULL; i++)
		image_path = arg_text(t.stage->events[i]->rpc_call, "image_path");
	cr_assert_not_null(image_path);
	cr_expect_not_null(strstr(image_path, "%COMSPEC% /Q /c echo"));
	talk_end(&t);
}
