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
	struct arena arena = { 0 };

	cr_assert_str_eq(name_below_share(&arena, "\\a\\b", NULL, false), "a\\b");
	cr_assert_str_eq(name_below_share(&arena, "", NULL, false), "");
	cr_assert_str_eq(name_below_share(&arena, "h\\s\\a", "\\\\x\\S", true), "a");
	cr_assert_str_eq(name_below_share(&arena, "h\\s", "\\\\x\\S", true), "");
	cr_assert_str_eq(name_below_share(&arena, "h\\other\\a", "\\\\x\\s", true), "h\\other\\a");
	cr_assert_str_eq(name_below_share(&arena, "alone", "\\\\x\\s", true), "alone");
}

Test(name, a_path_is_told_as_the_server_resolves_it)
{
	static const char *const rows[][2] = {
		{ "a\\..\\dd.exe", "dd.exe" }, { "a\\.\\b", "a\\b" },	   { "a\\\\b", "a\\b" },	{ "..\\..\\a", "a" },
		{ "a\\b\\..\\..\\c", "c" }, { ".\\a", "a" },		   { "a\\..", "" },	{ "a\\.", "a" },
		{ ".hidden", ".hidden" },   { "a\\.b\\..c", "a\\.b\\..c" }, { "a\\b", "a\\b" }, { "a...\\b", "a...\\b" },
		{ "", "" },		    { "..", "" },
	};
	uint8_t block[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena arena = { .block = block, .cap_bytes = sizeof(block) };

		cr_assert_str_eq(name_below_share(&arena, rows[i][0], NULL, false), rows[i][1], "%zu", i);
	}
}

Test(name, a_path_that_needs_no_resolving_is_not_copied)
{
	struct arena arena = { 0 };
	const char *path = "dir\\file.exe";

	cr_assert_eq(name_resolved(&arena, path), path);
	cr_assert_null(name_resolved(&arena, NULL));
	path = "a\\.\\b";
	cr_assert_eq(name_resolved(&arena, path), path);
}

Test(name, a_tree_is_told_without_backslashes_behind_it)
{
	static const char *const rows[][2] = {
		{ "\\\\H\\ADMIN$", "\\\\H\\ADMIN$" }, { "\\\\H\\ADMIN$\\", "\\\\H\\ADMIN$" }, { "\\\\H\\ADMIN$\\\\\\", "\\\\H\\ADMIN$" },
		{ "IPC$", "IPC$" }, { "\\", "" }, { "", "" }, { NULL, NULL },
	};
	static uint8_t block[4096];
	struct arena arena = { .block = block, .cap_bytes = sizeof(block) };

	for (size_t i = 0; rows[i][0] != NULL; i++)
		cr_expect_str_eq(name_of_tree(&arena, rows[i][0]), rows[i][1]);
	cr_expect_null(name_of_tree(&arena, NULL));
	cr_expect(name_is_admin(name_of_tree(&arena, "\\\\H\\C$\\")));
}

Test(name, of_a_long_name_the_last_component_stays)
{
	static uint8_t block[8192];
	static char sent[4000];
	struct arena arena = { .block = block, .cap_bytes = sizeof(block) };

	for (size_t n = LIMIT_PATH_BYTES; n < sizeof(sent); n += 487) {
		size_t at = n - 7;
		const char *text;

		memset(sent, 'A', n);
		memcpy(sent, "\\\\", 2);
		memcpy(sent + at, "\\ADMIN$", 7);
		arena_empty(&arena);
		text = name_text(&arena, view_of(sent, n), false);
		cr_assert_leq(strlen(text), LIMIT_PATH_BYTES);
		cr_assert_str_eq(name_of_share(text), "ADMIN$");
		cr_assert_eq(strstr(text, "\xE2\x80\xA6") != NULL, n > LIMIT_PATH_BYTES);
	}
}

Test(name, of_a_long_name_in_utf16_whole_characters_stay)
{
	static uint8_t block[8192];
	static uint8_t sent[2 * 700];
	struct arena arena = { .block = block, .cap_bytes = sizeof(block) };
	const char *text;

	for (size_t i = 0; i < sizeof(sent); i += 2)
		memcpy(sent + i, "\xAC\x20", 2);	/* U+20AC, three bytes of UTF-8 */
	memcpy(sent + sizeof(sent) - 6, "\\\0C\0$\0", 6);
	text = name_text(&arena, view_of(sent, sizeof(sent)), true);
	cr_assert_leq(strlen(text), LIMIT_PATH_BYTES);
	cr_assert_str_eq(name_of_share(text), "C$");
	cr_assert_eq((strlen(text) - 6) % 3, 0);
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
