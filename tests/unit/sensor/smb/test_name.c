/* Names and error codes, from the wire's spelling to the events'. */
#include "sensor/smb/dos_error.h"
#include "sensor/smb/name.h"

#include <criterion/criterion.h>
#include <string.h>

Test(name, a_share_is_the_last_component_of_its_path)
{
	cr_assert_str_eq(name_of_share("\\\\HOST\\ADMIN$"), "ADMIN$");
	cr_assert_str_eq(name_of_share("ADMIN$"), "ADMIN$");
	cr_assert_null(name_of_share(NULL));
}

Test(name, a_path_is_told_below_its_share)
{
	cr_assert_str_eq(name_below_share("\\a\\b", NULL, false), "a\\b");
	cr_assert_str_eq(name_below_share("", NULL, false), "");
	cr_assert_str_eq(name_below_share("h\\s\\a", "\\\\x\\S", true), "a");
	cr_assert_str_eq(name_below_share("h\\s", "\\\\x\\S", true), "");
	cr_assert_str_eq(name_below_share("h\\other\\a", "\\\\x\\s", true), "h\\other\\a");
	cr_assert_str_eq(name_below_share("alone", "\\\\x\\s", true), "alone");
}

Test(name, a_stream_is_told_without_its_file_and_its_type)
{
	static const char *const rows[][2] = {
		{ "a\\f.txt:evil.exe:$DATA", "evil.exe" }, { "f:s", "s" }, { "f.txt::$DATA", NULL }, { "f.txt", NULL },
		{ "f:", NULL }, { "c:d\\f", NULL }, { "", NULL }, { NULL, NULL },
	};
	uint8_t block[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena arena = { .block = block, .cap_bytes = sizeof(block) };
		const char *stream = name_of_stream(&arena, rows[i][0]);

		cr_assert_eq(stream == NULL, rows[i][1] == NULL, "%zu", i);
		cr_assert(stream == NULL || strcmp(stream, rows[i][1]) == 0, "%zu: %s", i, stream);
	}
}

Test(name, a_pipe_is_told_without_its_prefix)
{
	cr_assert_str_eq(name_of_pipe("\\PIPE\\svcctl"), "svcctl");
	cr_assert_str_eq(name_of_pipe("\\pipe\\svcctl"), "svcctl");
	cr_assert_str_eq(name_of_pipe("svcctl"), "svcctl");
	cr_assert_str_eq(name_of_pipe("\\PIPE"), "PIPE");
}

Test(name, files_on_admin_shares_and_runnable_ones_are_worth_a_digest)
{
	cr_assert(name_wants_hash("\\\\H\\admin$", "readme"));
	cr_assert(name_wants_hash("\\\\H\\c$", "readme"));
	cr_assert(name_wants_hash("\\\\H\\public", "x.EXE"));
	cr_assert(name_wants_hash(NULL, "a.b.ps1"));
	cr_assert_not(name_wants_hash("\\\\H\\cc$", "x.txt"));
	cr_assert_not(name_wants_hash("\\\\H\\1$", "exe"));
	cr_assert_not(name_wants_hash("\\\\H\\IPC$", NULL));
	cr_assert_not(name_wants_hash("", ""));
}

Test(dos_error, codes_of_the_table_become_the_ntstatus_beside_them)
{
	cr_assert_eq(dos_error_status(0), 0);
	cr_assert_eq(dos_error_status(0x00050001), 0xC0000022);
	cr_assert_eq(dos_error_status(0x00020002), 0xC000006D);
	cr_assert_eq(dos_error_status(0x0002FF02), 0xC000006D, "the reserved byte is ignored");
}

Test(dos_error, codes_of_smb_itself_stay_as_they_are)
{
	cr_assert_eq(dos_error_status(0x00050002), 0x00050002);
	cr_assert_eq(dos_error_status(0x005B0002), 0x005B0002);
}
