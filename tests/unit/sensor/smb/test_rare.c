/* What clients rarely do: links, copies on the server, create contexts, the oldest commands and every function of SMB1. */
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_rare.h"

#include <criterion/criterion.h>
#include <string.h>

static void say(struct smb_message *m, void *ctx)
{
	smb_send(ctx, m);
}

static struct smb_kit *heard(void (*conversation)(smb_tell_fn tell, void *ctx))
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	conversation(say, k);
	cr_assert(smb_kit_close(k), "bytes of the pool are still out");
	cr_assert_eq(counts_sum(&k->counts, COUNT_OF_MALFORMED), 0);
	cr_assert_eq(counts_sum(&k->counts, COUNT_OF_LOSS), 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED], 0);
	return k;
}

static const Ev__SmbCreate *create_of(const struct smb_kit *k, size_t i)
{
	return smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, i)->smb_create;
}

static void expect_link(const struct smb_kit *k, size_t i, const char *path, const char *new_path, const char *form)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_LINK, i);

	cr_assert_not_null(e, "link %zu", i);
	cr_expect_eq(e->status, 0);
	cr_expect_str_eq(e->smb_link->form, form);
	cr_expect_str_eq(e->smb_link->new_path, new_path);
	if (path == NULL)
		cr_expect_null(e->smb_link->path);
	else
		cr_expect_str_eq(e->smb_link->path, path);
}

/* ---- SMB2 ---- */

Test(rare2, a_create_context_tells_what_is_wanted_of_the_open)
{
	struct smb_kit *k = heard(smb_rare_smb2);
	const Ev__SmbCreate *c = create_of(k, 0);

	cr_expect_str_eq(c->durable, "persistent");
	cr_expect(c->durable_granted);
	cr_expect_not(c->reconnect);
	cr_expect_eq(c->create_guid.len, 16);
	cr_expect_eq(c->create_guid.data[0], 0xC1);
	cr_expect_eq(c->lease_key.data[0], 0x1E);
	cr_expect_eq(c->app_instance_id.data[0], 0xA1);
	cr_expect_eq(c->snapshot, 0);
	cr_expect_eq(c->creation_time, 1000000000);
	cr_expect_eq(c->change_time, 4000000000);
	cr_expect_null(create_of(k, 1)->durable);
	cr_expect_not(create_of(k, 1)->has_durable_granted);
	smb_kit_free(k);
}

Test(rare2, a_file_opened_by_its_id_has_no_name)
{
	struct smb_kit *k = heard(smb_rare_smb2);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 3);
	cr_expect_eq(create_of(k, 2)->by_id, 0x0807060504030201u);
	cr_expect_null(create_of(k, 2)->path);
	smb_kit_free(k);
}

static void expect_copy(const struct smb_kit *k, size_t i, const char *by, uint64_t asked, const char *source)
{
	const Ev__SmbCopy *c = smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, i)->smb_copy;

	cr_expect_str_eq(c->by, by);
	cr_expect_str_eq(c->path, "b.exe");
	cr_expect_str_eq(c->share, "\\\\SRV\\ADMIN$");
	cr_expect_eq(c->asked_bytes, asked);
	if (source == NULL)
		cr_expect_null(c->source_path);
	else
		cr_expect_str_eq(c->source_path, source);
}

Test(rare2, a_copy_on_the_server_tells_both_files)
{
	struct smb_kit *k = heard(smb_rare_smb2);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_COPY), 5);
	expect_copy(k, 0, "copychunk", 12, "a.exe");
	cr_expect_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, 0)->smb_copy->bytes, 12);
	expect_copy(k, 1, "copychunk", 12, "a.exe");
	cr_expect_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, 1)->status, 0xC0000022);
	cr_expect_not(smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, 1)->smb_copy->has_bytes);
	expect_copy(k, 2, "duplicate_extents", 100, "a.exe");
	expect_copy(k, 3, "duplicate_extents", 100, "a.exe");
	expect_copy(k, 4, "offload", 9, NULL);
	smb_kit_free(k);
}

Test(rare2, links_tell_both_names)
{
	struct smb_kit *k = heard(smb_rare_smb2);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_LINK), 5);
	expect_link(k, 0, "ok", "b.exe", "symbolic");
	expect_link(k, 1, "d:", "b.exe", "mount point");
	expect_link(k, 2, NULL, "b.exe", "other");
	expect_link(k, 3, "a.exe", "l.exe", "hard");
	expect_link(k, 4, "a.exe", "l.exe", "hard");
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RENAME), 0);
	smb_kit_free(k);
}

Test(rare2, room_that_is_asked_for_is_no_end)
{
	struct smb_kit *k = heard(smb_rare_smb2);
	const Ev__SmbSetEnd *e = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 0)->smb_set_end;

	cr_expect_eq(e->new_allocation, 65536);
	cr_expect_not(e->has_new_size);
	smb_kit_free(k);
}

/* ---- SMB1 ---- */

Test(rare1, the_oldest_ways_of_opening_are_creates)
{
	static const struct {
		const char *command, *path;
	} rows[] = {
		{ "CREATE_DIRECTORY", "tools" }, { "CREATE_TEMPORARY", "tools\\TMP1.exe" }, { "OPEN_PRINT_FILE", "job" },
		{ "TRANS2_CREATE_DIRECTORY", "d" }, { "POSIX_PATH_OPEN", "p" }, { "POSIX_PATH_OPEN", "p" },
	};
	struct smb_kit *k = heard(smb_rare_smb1);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), sizeof(rows) / sizeof(*rows));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cr_expect_str_eq(create_of(k, i)->command, rows[i].command);
		cr_expect_str_eq(create_of(k, i)->path, rows[i].path);
		cr_expect_str_eq(create_of(k, i)->share, "\\\\SRV\\C$");
	}
	cr_expect(create_of(k, 0)->is_directory);
	cr_expect_not(create_of(k, 0)->has_file_id);
	cr_expect_str_eq(create_of(k, 4)->disposition, "overwrite_if");
	cr_expect_str_eq(create_of(k, 4)->action, "created");
	cr_expect_eq(create_of(k, 4)->file_id, 0x4003);
	cr_expect(create_of(k, 5)->is_directory);
	smb_kit_free(k);
}

Test(rare1, links_are_no_renames)
{
	struct smb_kit *k = heard(smb_rare_smb1);
	const Ev__SmbRename *renamed = smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename;
	const Ev__SmbRename *moved = smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 1)->smb_rename;

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_LINK), 4);
	expect_link(k, 0, "tools\\TMP1.exe", "link.exe", "hard");
	expect_link(k, 1, "to", "p", "symbolic");
	expect_link(k, 2, "old", "p", "hard");
	expect_link(k, 3, "p", "h.exe", "hard");
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RENAME), 2);
	cr_expect_str_eq(renamed->new_path, "other.exe");
	cr_expect_str_eq(moved->new_path, "moved.exe");
	smb_kit_free(k);
}

Test(rare1, copies_tell_both_files)
{
	struct smb_kit *k = heard(smb_rare_smb1);
	const Ev__SmbCopy *command = smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, 0)->smb_copy;
	const Ev__SmbCopy *chunks = smb_kit_event(k, EV__EVENT__BODY_SMB_COPY, 1)->smb_copy;

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_COPY), 2);
	cr_expect_str_eq(command->by, "command");
	cr_expect_str_eq(command->source_path, "other.exe");
	cr_expect_str_eq(command->path, "copy.exe");
	cr_expect_eq(command->tree_id, 0x0802);
	cr_expect_str_eq(chunks->path, "p");
	cr_expect_str_eq(chunks->source_path, "tools\\TMP1.exe");
	cr_expect_eq(chunks->bytes, 5);
	smb_kit_free(k);
}

Test(rare1, an_end_is_told_however_it_is_set)
{
	struct smb_kit *k = heard(smb_rare_smb1);
	const Ev__SmbSetEnd *cut = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 0)->smb_set_end;
	const Ev__SmbSetEnd *room = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 1)->smb_set_end;

	cr_expect_eq(cut->new_size, 0);
	cr_expect_str_eq(cut->path, "tools\\TMP1.exe");
	cr_expect_eq(room->new_allocation, 65536);
	cr_expect_str_eq(room->path, "p");
	smb_kit_free(k);
}

Test(rare1, what_is_deleted_by_a_posix_client_is_told)
{
	struct smb_kit *k = heard(smb_rare_smb1);
	const Ev__SmbDelete *deleted = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0)->smb_delete;

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect_str_eq(deleted->by, "command");
	cr_expect_str_eq(deleted->path, "p");
	smb_kit_free(k);
}

Test(rare1, every_function_reaches_the_pipe)
{
	struct smb_kit *k = heard(smb_rare_smb1);
	const Ev__SmbPipe *call = smb_kit_event(k, EV__EVENT__BODY_SMB_PIPE, 0)->smb_pipe;
	const Ev__SmbPipe *other = smb_kit_event(k, EV__EVENT__BODY_SMB_PIPE, 1)->smb_pipe;

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_PIPE), 2);
	cr_expect_str_eq(call->name, "status_1");
	cr_expect_eq(call->bytes_to_server, 29);
	cr_expect_eq(call->bytes_to_client, 10);
	cr_expect_eq(other->bytes_to_server, 22 + 5);
	cr_expect_eq(other->bytes_to_client, 8 + 4);
	cr_assert(strstr(k->log, "|job "), "what was printed: %s", k->log);
	smb_kit_free(k);
}
