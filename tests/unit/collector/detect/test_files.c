#include "collector/detect/detect.h"
#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char admin_share[] = "\\\\FS\\ADMIN$", public_share[] = "\\\\FS\\public";

TestSuite(files, .init = fixture_begin, .fini = fixture_end);

static void feed(const Ev__Event *e)
{
	ruleskit_feed(detection, e);
}

static void expect_steps(const char *names)
{
	cr_assert_eq(told.n, 1);
	char *found = told_names(&told.accesses[0]);
	cr_expect_str_eq(found, names);
	free(found);
}

Test(files, an_executable_that_is_opened_is_told_at_once_and_becomes_a_write)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_create(kit, admin_share, "\\x.exe", STATUS_OK));
	expect_steps("smb.tree.admin file.open.exe");
	cr_assert_str_eq(told.files[0].action, "open");
	cr_assert_str_eq(told.files[0].path, "\\\\FS\\ADMIN$\\x.exe");
	feed(eventkit_transfer(kit, admin_share, "\\x.exe", "write", 15872, "pe32"));
	expect_steps("smb.tree.admin file.write.exe");
	cr_assert_eq(told.n_files, 1);
	cr_assert_str_eq(told.files[0].action, "write");
	cr_assert_eq(told.files[0].bytes, 15872);
	cr_assert_str_eq(told.files[0].kind, "pe32");
	cr_assert_eq(told.files[0].access.seq, told.accesses[0].row.key.seq);
	const struct step *step = told_step(&told.accesses[0], "file.write.exe");
	cr_assert_str_eq(step->technique, "T1570");
	cr_assert(step->admin);
	cr_assert_eq(json_integer_value(json_object_get(step->detail, "bytes")), 15872);
}

Test(files, opening_again_what_was_written_is_no_step)
{
	feed(eventkit_transfer(kit, admin_share, "x.exe", "write", 10, "pe32"));
	feed(eventkit_create(kit, admin_share, "x.exe", STATUS_OK));
	expect_steps("smb.tree.admin file.write.exe");
}

Test(files, a_transfer_on_an_admin_share_implies_its_connection)
{
	feed(eventkit_transfer(kit, admin_share, "x.exe", "write", 10, "pe32"));
	expect_steps("smb.tree.admin file.write.exe");
	cr_assert(json_is_true(json_object_get(told.accesses[0].steps[0].detail, "inferred")));
}

Test(files, content_decides_before_the_name)
{
	feed(eventkit_transfer(kit, admin_share, "holiday.jpg", "write", 10, "pe32+"));
	feed(eventkit_transfer(kit, admin_share, "list.txt", "write", 10, "other"));
	feed(eventkit_transfer(kit, admin_share, "run.cmd", "write", 10, "other"));
	feed(eventkit_transfer(kit, admin_share, "unseen.dll", "read", 10, NULL));
	expect_steps("smb.tree.admin file.write.exe file.write file.write.exe file.read.exe");
}

Test(files, a_transfer_without_a_byte_is_no_step)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_transfer(kit, admin_share, "x.exe", "write", 0, NULL));
	expect_steps("smb.tree.admin");
}

Test(files, executables_on_an_ordinary_share_are_rows_and_never_acts)
{
	feed(eventkit_create(kit, public_share, "setup.exe", STATUS_OK));
	feed(eventkit_transfer(kit, public_share, "setup.exe", "write", 10, "pe32"));
	feed(eventkit_transfer(kit, public_share, "setup.exe", "read", 10, "pe32"));
	feed(eventkit_transfer(kit, public_share, "notes.txt", "write", 10, "other"));
	feed(eventkit_delete(kit, public_share, "setup.exe"));
	cr_assert_eq(told.n, 0);
	cr_assert_eq(told.n_files, 3);
	cr_assert_str_eq(told.files[0].action, "write");
	cr_assert_str_eq(told.files[1].action, "read");
	cr_assert_str_eq(told.files[2].action, "delete");
	cr_assert_eq(told.files[0].access.seq, 0);
}

Test(files, a_share_that_was_not_captured_is_shown_as_unknown_and_not_admin)
{
	feed(eventkit_transfer(kit, NULL, "x.exe", "write", 10, "pe32"));
	cr_assert_eq(told.n, 0);
	cr_assert_str_eq(told.files[0].path, "\\\\10.0.0.9\\?\\x.exe");
}

Test(files, deleting_knows_what_was_written_as_an_executable_under_any_name)
{
	feed(eventkit_transfer(kit, admin_share, "a.dat", "write", 10, "pe32"));
	feed(eventkit_delete(kit, admin_share, "a.dat"));
	feed(eventkit_delete(kit, admin_share, "b.dat"));
	feed(eventkit_rename(kit, admin_share, "c.dat", "c.exe"));
	feed(eventkit_rename(kit, admin_share, "d.dat", "d.txt"));
	expect_steps("smb.tree.admin file.write.exe file.delete.exe file.delete file.rename.exe file.rename");
}

Test(files, a_link_is_an_act_and_its_new_name_that_of_an_executable)
{
	feed(eventkit_transfer(kit, admin_share, "a.dat", "write", 10, "pe32"));
	feed(eventkit_link(kit, admin_share, "a.dat", "b.dat"));
	feed(eventkit_delete(kit, admin_share, "b.dat"));
	feed(eventkit_delete(kit, admin_share, "a.dat"));
	feed(eventkit_link(kit, admin_share, "c.txt", "d.txt"));
	expect_steps("smb.tree.admin file.write.exe file.link.exe file.delete.exe file.delete.exe file.link");
}

Test(files, what_the_server_copies_is_an_act_from_or_to_an_admin_share)
{
	feed(eventkit_copy(kit, admin_share, "run.exe", "\\\\10.0.0.9\\public", "setup.exe"));
	feed(eventkit_delete(kit, admin_share, "run.exe"));
	feed(eventkit_copy(kit, "\\\\10.0.0.9\\public", "loot", admin_share, "notes.txt"));
	feed(eventkit_copy(kit, admin_share, "x.dat", NULL, NULL));
	expect_steps("smb.tree.admin file.copy.exe file.delete.exe file.copy file.copy");
	cr_assert_str_eq(told.files[0].action, "copy");
	cr_assert_str_eq(told.files[0].path, "\\\\FS\\ADMIN$\\run.exe");
}

Test(files, copies_and_links_on_other_shares_are_rows_at_most)
{
	feed(eventkit_copy(kit, "\\\\10.0.0.9\\public", "b.exe", "\\\\10.0.0.9\\public", "a.exe"));
	feed(eventkit_link(kit, "\\\\10.0.0.9\\public", "a.txt", "b.txt"));
	cr_assert_eq(told.n, 0);
	cr_assert_eq(told.n_files, 1);
}

/* The last step of the ${i}th access. */
static const char *last_step(size_t i)
{
	const struct told_access *a = &told.accesses[i];
	return a->steps[a->n_steps - 1].name;
}

Test(files, a_later_session_still_knows_what_was_written_as_an_executable)
{
	feed(eventkit_transfer(kit, admin_share, "a.dat", "write", 10, "pe32"));
	kit->session_id++;
	feed(eventkit_rename(kit, "\\\\10.0.0.9\\admin$", "A.dat", "b.dat"));
	cr_assert_str_eq(last_step(1), "file.rename.exe");
	kit->session_id++;
	feed(eventkit_delete(kit, admin_share, "b.dat"));
	cr_assert_str_eq(last_step(2), "file.delete.exe");
	kit->session_id++;
	feed(eventkit_delete(kit, admin_share, "b.dat"));
	cr_assert_str_eq(last_step(3), "file.delete", "what was deleted is known no more");
}

Test(files, what_was_written_over_is_an_executable_no_more)
{
	feed(eventkit_transfer(kit, admin_share, "a.dat", "write", 10, "pe32"));
	kit->session_id++;
	feed(eventkit_transfer(kit, admin_share, "a.dat", "write", 10, "other"));
	kit->session_id++;
	feed(eventkit_delete(kit, admin_share, "a.dat"));
	cr_assert_str_eq(last_step(2), "file.delete");
}

Test(files, of_a_host_only_the_last_few_executables_are_remembered)
{
	char name[16];
	for (int i = 0; i < 33; i++) {
		snprintf(name, sizeof name, "%d.dat", i);
		feed(eventkit_transfer(kit, admin_share, name, "write", 10, "pe32"));
	}
	kit->session_id++;
	feed(eventkit_delete(kit, admin_share, "1.dat"));
	cr_assert_str_eq(last_step(1), "file.delete.exe");
	feed(eventkit_delete(kit, admin_share, "0.dat"));
	cr_assert_str_eq(last_step(1), "file.delete");
}

Test(files, what_the_server_refused_did_not_happen)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_create(kit, admin_share, "x.exe", STATUS_ACCESS_DENIED));
	Ev__Event *e = eventkit_delete(kit, admin_share, "x.exe");
	e->status = (uint32_t)STATUS_ACCESS_DENIED;
	feed(e);
	expect_steps("smb.tree.admin");
}

Test(files, folders_are_not_opened_as_executables)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	Ev__Event *e = eventkit_create(kit, admin_share, "folder.exe", STATUS_OK);
	e->smb_create->has_is_directory = e->smb_create->is_directory = true;
	feed(e);
	feed(eventkit_create(kit, admin_share, "", STATUS_OK));
	expect_steps("smb.tree.admin");
}

Test(files, a_place_that_runs_what_lies_there_has_its_own_technique)
{
	feed(eventkit_transfer(kit, "\\\\FS\\C$", "ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\x.exe", "write",
			       10, "pe32"));
	feed(eventkit_transfer(kit, admin_share, "System32\\wbem\\mof\\x.mof", "write", 10, "other"));
	cr_assert_str_eq(told_step(&told.accesses[0], "file.write.exe")->technique, "T1547.001");
	cr_assert_str_eq(told_step(&told.accesses[0], "file.write")->technique, "T1546.003");
}

Test(files, the_hash_is_told_in_hex)
{
	uint8_t digest[32];
	for (size_t i = 0; i < sizeof digest; i++)
		digest[i] = (uint8_t)(i * 8);
	Ev__Event *e = eventkit_transfer(kit, admin_share, "x.exe", "write", 10, "pe32");
	e->smb_transfer->has_sha256 = true;
	e->smb_transfer->sha256 = (ProtobufCBinaryData){ .len = sizeof digest, .data = digest };
	feed(e);
	cr_assert_str_eq(told.files[0].sha256, "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8");
}
