/* What a connection remembers: how little while it is idle, how much at most, and what happens to the oldest. */
#include "sensor/core/table.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { SESSION = 0x61, TREE_CONNECT = 3, CREATE = 5, WRITE = 9, READ = 8, CANCEL = 0x0C,
       OPLOCK_BREAK = 0x12, IDLE_BYTES = 300 };

#define CANCELLED 0xC0000120u

static struct smb_message message;

static struct smb2_ids ids(uint64_t message_id, uint32_t tree)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = tree };
}

static void ask_tree(struct smb_kit *k, uint64_t message_id, const char *path)
{
	smb_ask_tree(k, ids(message_id, 0), path);
}

static void grant_tree(struct smb_kit *k, uint64_t message_id, uint32_t tree, unsigned type)
{
	smb_grant_tree(k, ids(message_id, tree), type);
}

static void put_create(uint64_t message_id, uint32_t tree, const char *path, uint32_t flags)
{
	smb_put_create(&message, ids(message_id, tree), path, flags);
}

static void ask_create(struct smb_kit *k, uint64_t message_id, uint32_t tree, const char *path, uint32_t flags)
{
	put_create(message_id, tree, path, flags);
	smb_send(k, &message);
}

static void grant_create(struct smb_kit *k, uint64_t message_id, uint64_t id, uint64_t time)
{
	smb_grant_create(k, ids(message_id, 0), id, time);
}

static void write_to(struct smb_kit *k, uint64_t message_id, uint64_t id, uint64_t offset, const char *bytes)
{
	smb_ask_write(k, ids(message_id, 5), id, offset, bytes);
}

static void answer_write(struct smb_kit *k, uint64_t message_id, uint32_t status)
{
	smb_answer_write(k, ids(message_id, 5), status);
}

static const Ev__SmbCreate *create_of(const struct smb_kit *k, size_t i)
{
	return smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, i)->smb_create;
}

/* ---- how little ---- */

static void until_idle(struct smb_message *m, void *ctx)
{
	struct smb_kit *k = ctx;

	if (smb_kit_count(k, EV__EVENT__BODY_SMB_TREE_CONNECT) == 0)
		smb_send(k, m);
}

Test(state, an_idle_connection_is_small)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_conversation_smb2(until_idle, k);
	cr_log_info("an idle connection holds %zu bytes", pool_used_bytes(k->env.pool));
	cr_assert_leq(pool_used_bytes(k->env.pool), IDLE_BYTES);
	smb_kit_free(k);
}

Test(state, a_connection_that_closed_what_it_opened_is_small_again)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_create(k, 1, 5, "a.exe", 0);
	grant_create(k, 1, 7, 7);
	write_to(k, 2, 7, 0, "MZ and so on, until it is long enough");
	answer_write(k, 2, 0);
	smb_say_close(k, ids(3, 5), 7);
	cr_assert(strstr(k->log, "close"), "%s", k->log);
	cr_assert_leq(pool_used_bytes(k->env.pool), 128);
	smb_kit_free(k);
}

/* ---- how much at most ---- */

Test(state, the_oldest_request_is_given_up_and_reported_when_too_many_wait)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (unsigned i = 0; i < LIMIT_PENDING + 3; i++)
		ask_tree(k, i, "\\\\SRV\\share");
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 3);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED], 3);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TREE_CONNECT), 3);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, what_requests_keep_is_bounded_together)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (unsigned i = 0; i < 20; i++) {
		smb2_begin(&message, 1, 0, ids(i, 0));
		smb_u16(&message, 25);
		smb_zeros(&message, 10);
		smb_u16(&message, 64 + 24);
		smb_u16(&message, 16000);
		smb_u64(&message, 0);
		smb_zeros(&message, 16000);
		smb_send(k, &message);
		cr_assert_lt(pool_used_bytes(k->env.pool), 5 * 32768);
	}
	cr_assert_gt(k->counts.of[COUNT_SMB_TABLE_FULL], 10);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, the_oldest_open_ends_when_there_are_too_many)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (unsigned i = 0; i < LIMIT_OPENS + 2; i++)
		write_to(k, i, 1000 + i, 0, "0123456789abcdef");
	cr_assert(strstr(k->log, "evicted"), "%s", k->log);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, the_oldest_tree_and_session_go_when_there_are_too_many)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (unsigned i = 0; i < LIMIT_TREES + 1; i++) {
		ask_tree(k, i, "\\\\SRV\\data");
		grant_tree(k, i, 100 + i, 1);
	}
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 1);
	cr_assert_null(tree_find(k->conns[0], SESSION, 100));
	cr_assert_str_eq(tree_find(k->conns[0], SESSION, 101)->path, "\\\\SRV\\data");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, trees_of_one_path_keep_it_once)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const char *path;

	for (unsigned i = 0; i < 3; i++) {
		ask_tree(k, i, "\\\\SRV\\ADMIN$");
		grant_tree(k, i, 100 + i, 1);
	}
	path = tree_find(k->conns[0], SESSION, 100)->path;
	cr_assert_eq(tree_find(k->conns[0], SESSION, 102)->path, path);
	tree_end(k->conns[0], SESSION, 100, 0);
	tree_end(k->conns[0], SESSION, 102, 0);
	cr_assert_str_eq(tree_find(k->conns[0], SESSION, 101)->path, "\\\\SRV\\ADMIN$");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, trees_of_an_admin_share_that_are_repeated_go_before_one_that_is_not)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_tree(k, 1, "\\\\SRV\\C$");
	grant_tree(k, 1, 5, 1);
	for (unsigned i = 0; i < LIMIT_TREES + 10; i++) {
		ask_tree(k, 10 + i, "\\\\SRV\\ADMIN$");
		grant_tree(k, 10 + i, 100 + i, 1);
	}
	cr_assert_str_eq(tree_find(k->conns[0], SESSION, 5)->path, "\\\\SRV\\C$");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

/* The nth of many trees of C$, which no two hosts' names have in common. */
static void connect_decoy(struct smb_kit *k, unsigned n)
{
	char path[32];

	snprintf(path, sizeof(path), "\\\\h%u\\%c$", n, n % 2 == 0 ? 'C' : 'c');
	ask_tree(k, 10 + n, path);
	grant_tree(k, 10 + n, 100 + n, 1);
}

Test(state, trees_of_an_admin_share_of_many_hosts_push_out_themselves)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct open *second;

	ask_tree(k, 1, "\\\\SRV\\ADMIN$");
	grant_tree(k, 1, 5, 1);
	for (unsigned i = 0; i < LIMIT_TREES + 100; i++)
		connect_decoy(k, i);
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 101);
	cr_assert_not_null(tree_find(k->conns[0], SESSION, 100), "the first of its share");
	cr_assert_null(tree_find(k->conns[0], SESSION, 100 + LIMIT_TREES), "a repeated one");
	ask_create(k, 2, 5, "second.exe", 0);
	grant_create(k, 2, 7, 7);
	second = open_find(k->conns[0], SESSION, 7);
	cr_assert_str_eq(second->share, "\\\\SRV\\ADMIN$");
	open_release(k->conns[0], second);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, a_tree_on_which_something_is_open_outlives_a_flood_of_its_share)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (unsigned i = 0; i < LIMIT_TREES; i++)
		connect_decoy(k, i);
	ask_tree(k, 1, "\\\\SRV\\C$");
	grant_tree(k, 1, 5, 1);
	ask_create(k, 2, 5, "tool.exe", 0);
	grant_create(k, 2, 7, 7);
	for (unsigned i = 0; i < 100; i++)
		connect_decoy(k, LIMIT_TREES + i);
	cr_assert_str_eq(tree_find(k->conns[0], SESSION, 5)->path, "\\\\SRV\\C$");
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 101);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, reads_nobody_answers_push_out_no_other_request)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_create(k, 1, 5, "tool.exe", 0);
	for (unsigned i = 0; i < 2 * LIMIT_PENDING; i++)
		smb_ask_read(k, ids(10 + i, 5), 9, 0, 100);
	grant_create(k, 1, 7, 7);
	cr_assert_str_eq(create_of(k, 0)->path, "tool.exe");
	cr_assert(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->has_status);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, requests_on_other_shares_push_out_none_on_an_admin_share)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_tree(k, 1, "\\\\SRV\\ADMIN$");
	grant_tree(k, 1, 5, 1);
	ask_create(k, 2, 5, "tool.exe", 0);
	for (unsigned i = 0; i < 2 * LIMIT_PENDING; i++)
		ask_create(k, 10 + i, 6, "noise", 0);
	grant_create(k, 2, 7, 7);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(state, a_full_pool_is_counted_and_survived)
{
	for (size_t cap = 256; cap < 8192; cap += 64) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		smb_kit_squeeze(k, cap);
		smb_conversation_smb2(smb_kit_hear, k);
		smb_conversation_smb1(smb_kit_hear, k);
		cr_assert(smb_kit_close(k), "with %zu bytes", cap);
		smb_kit_free(k);
	}
}

/* ---- names ---- */

Test(state, a_dfs_prefix_is_no_part_of_the_name)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_tree(k, 1, "\\\\dc1\\sysvol");
	grant_tree(k, 1, 5, 1);
	ask_create(k, 2, 5, "lab.test\\sysvol\\lab.test\\Policies", 0x10000000);
	grant_create(k, 2, 7, 7);
	ask_create(k, 3, 5, "lab.test\\sysvol", 0);
	grant_create(k, 3, 8, 7);
	cr_assert_str_eq(create_of(k, 0)->path, "lab.test\\Policies");
	cr_assert_str_eq(create_of(k, 1)->path, "lab.test\\sysvol");
	cr_assert(create_of(k, 0)->dfs);
	cr_assert_str_eq(create_of(k, 0)->sent_path, "lab.test\\sysvol\\lab.test\\Policies");
	cr_assert(create_of(k, 1)->has_dfs && !create_of(k, 1)->dfs);
	cr_assert_null(create_of(k, 1)->sent_path);
	smb_kit_free(k);
}

Test(state, a_path_longer_than_the_limit_is_cut_and_says_so)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	char path[801];
	size_t n;

	memset(path, 'p', 800);
	path[800] = '\0';
	ask_create(k, 1, 5, path, 0);
	grant_create(k, 1, 7, 7);
	n = strlen(create_of(k, 0)->path);
	cr_assert_eq(n, LIMIT_PATH_BYTES);
	cr_assert_str_eq(create_of(k, 0)->path + n - 3, "\xE2\x80\xA6");
	smb_kit_free(k);
}

/* ---- what an open is ---- */

Test(state, an_open_from_before_the_capture_is_a_pipe_if_it_speaks_rpc)
{
	struct smb_kit *k = smb_kit_new_midstream();

	smb_ask_write_bytes(k, ids(1, 5), 0x77, 0, view_of("\5\0\13\3\20\0\0\0\30\0\0\0\1\0\0\0", 16));
	write_to(k, 2, 0x78, 512, "just some bytes of a file");
	cr_assert(smb_kit_close(k));
	cr_assert(strstr(k->log, "pipe  server=16/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "file -|- plain id=78 size=0 write=25/0/0/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(state, an_open_whose_times_are_all_zero_is_a_pipe)
{
	struct smb_kit *k = smb_kit_new_midstream();

	ask_create(k, 1, 5, "stdin", 0);
	grant_create(k, 1, 7, 0);
	write_to(k, 2, 7, 0, "whoami");
	cr_assert(smb_kit_close(k));
	cr_assert_eq(create_of(k, 0)->is_pipe, 1);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_PIPE, 0)->smb_pipe->bytes_to_server, 6);
	smb_kit_free(k);
}

Test(state, what_a_compound_wrote_before_its_open_was_answered_is_reported)
{
	const struct smb2_ids related = { .message_id = 3, .session_id = UINT64_MAX, .tree_id = UINT32_MAX };
	struct smb_kit *k = smb_kit_new(SMB_KIT_REAL);
	const Ev__SmbTransfer *t;

	ask_tree(k, 1, "\\\\H\\ADMIN$");
	grant_tree(k, 1, 5, 1);
	put_create(2, 5, "a.exe", 0);
	smb2_next(&message, WRITE, 4, related);
	smb_u16(&message, 49);
	smb_u16(&message, 64 + 48);
	smb_u32(&message, 6);
	smb_u64(&message, 0);
	smb_u64(&message, UINT64_MAX);
	smb_u64(&message, UINT64_MAX);
	smb_zeros(&message, 16);
	smb_bytes(&message, "MZ1234", 6);
	smb_send(k, &message);
	grant_create(k, 2, 7, 7);
	answer_write(k, 3, 0);
	cr_assert(smb_kit_close(k));
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TRANSFER), 1);
	t = smb_kit_event(k, EV__EVENT__BODY_SMB_TRANSFER, 0)->smb_transfer;
	cr_assert_eq(t->bytes, 6);
	cr_assert_eq(t->file_id, 7);
	cr_assert_str_eq(t->kind, "mz");
	smb_kit_free(k);
}

Test(state, a_command_nobody_knows_hides_nothing_of_its_compound)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb2_begin(&message, 0xFF, 0, ids(1, 5));
	smb_zeros(&message, 24);
	smb2_next(&message, CREATE, 0, ids(2, 5));
	smb_u16(&message, 57);
	smb_zeros(&message, 42);
	smb_u16(&message, 120);
	smb_u16(&message, 10);
	smb_zeros(&message, 8);
	smb_utf16(&message, "a.exe");
	smb_send(k, &message);
	grant_create(k, 2, 7, 7);
	cr_assert_str_eq(create_of(k, 0)->path, "a.exe");
	cr_assert_eq(k->counts.of[COUNT_SMB2_MALFORMED], 0);
	smb_kit_free(k);
}

Test(state, a_refused_write_is_taken_back)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	write_to(k, 1, 0x77, 0, "0123456789abcdef");
	answer_write(k, 1, 0xC0000022);
	cr_assert(smb_kit_close(k));
	cr_assert(strstr(k->log, "write=16/1/16/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(state, an_interim_response_does_not_end_the_exchange)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_create(k, 1, 5, "slow.txt", 0);
	smb2_answer(&message, CREATE, 0x00000103, ids(1, 0));
	smb_set_u32(&message, 16, 3);	/* asynchronous */
	smb_u16(&message, 9);
	smb_zeros(&message, 7);
	smb_send(k, &message);
	cr_assert_eq(k->n_events, 0);
	grant_create(k, 1, 7, 7);
	cr_assert_eq(k->n_events, 1);
	cr_assert_eq(create_of(k, 0)->tree_id, 5);
	cr_assert_eq(k->events[0]->response_time - k->events[0]->time, 2000000);
	smb_kit_free(k);
}

Test(state, a_cancelled_request_ends_with_its_own_answer)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_create(k, 1, 5, "slow.txt", 0);
	smb2_begin(&message, CANCEL, 0, ids(1, 5));
	smb_u32(&message, 4);
	smb_send(k, &message);
	cr_assert_eq(k->n_events, 0);
	smb2_answer(&message, CREATE, CANCELLED, ids(1, 5));
	smb_u16(&message, 9);
	smb_zeros(&message, 7);
	smb_send(k, &message);
	cr_assert_eq(k->n_events, 1);
	cr_assert_eq(k->events[0]->status, CANCELLED);
	cr_assert(smb_kit_close(k));
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED] + k->counts.of[COUNT_SMB2_MALFORMED], 0);
	smb_kit_free(k);
}

Test(state, an_oplock_break_answers_nothing_and_ends_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_create(k, 1, 5, "held.txt", 0);
	smb2_answer(&message, OPLOCK_BREAK, 0, (struct smb2_ids){ .message_id = UINT64_MAX });
	smb_u16(&message, 24);
	smb_zeros(&message, 22);
	smb_send(k, &message);
	cr_assert_eq(k->n_events, 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED] + k->counts.of[COUNT_SMB2_MALFORMED], 0);
	grant_create(k, 1, 7, 7);
	cr_assert_eq(k->n_events, 1);
	cr_assert_eq(k->events[0]->status, 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

/* ---- roles ---- */

Test(state, the_client_is_the_side_that_asks_whoever_opened_the_connection)
{
	struct smb_kit *k = smb_kit_new_midstream();

	smb2_begin(&message, TREE_CONNECT, 0, ids(1, 0));
	smb_u16(&message, 9);
	smb_u16(&message, 0);
	smb_u16(&message, 64 + 8);
	smb_u16(&message, 4);
	smb_utf16(&message, "\\\\");
	message.way = FROM_OPENED;
	smb_send(k, &message);
	smb2_answer(&message, TREE_CONNECT, 0, ids(1, 5));
	message.way = FROM_OPENER;
	smb_u16(&message, 16);
	smb_zeros(&message, 14);
	smb_send(k, &message);
	cr_assert_eq(k->n_events, 1);
	cr_assert_eq(k->events[0]->client->port, 445);
	cr_assert_eq(k->events[0]->server->port, 49152);
	smb_kit_free(k);
}

Test(state, what_a_message_says_of_its_way_is_not_believed_against_the_side_it_came_from)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb2_begin(&message, TREE_CONNECT, 1, ids(1, 0));
	smb_u16(&message, 9);
	smb_u16(&message, 0);
	smb_u16(&message, 64 + 8);
	smb_u16(&message, 4);
	smb_utf16(&message, "\\\\");
	smb_send(k, &message);
	smb2_begin(&message, TREE_CONNECT, 0, ids(1, 5));
	message.way = FROM_OPENED;
	smb_u16(&message, 16);
	smb_zeros(&message, 14);
	smb_send(k, &message);
	cr_assert_eq(k->counts.of[COUNT_SMB_WRONG_WAY], 2);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TREE_CONNECT), 1);
	cr_assert(k->events[0]->has_status);
	cr_assert_eq(k->events[0]->server->port, 445);
	smb_kit_free(k);
}

Test(state, an_smb1_request_may_be_answered_by_smb2)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const Ev__SmbNegotiate *n;

	smb1_begin(&message, 0x72, (struct smb1_ids){ 0 });
	smb_u8(&message, 0);
	smb_u16(&message, 24);
	smb_ascii(&message, "\2NT LM 0.12");
	smb_ascii(&message, "\2SMB 2.???");
	smb_send(k, &message);
	smb2_answer(&message, 0, 0, ids(0, 0));
	smb_u16(&message, 65);
	smb_u16(&message, 1);
	smb_u16(&message, 0x02FF);
	smb_zeros(&message, 58);
	smb_send(k, &message);
	n = smb_kit_event(k, EV__EVENT__BODY_SMB_NEGOTIATE, 0)->smb_negotiate;
	cr_assert_eq(k->n_events, 1);
	cr_assert_eq(n->n_dialects, 2);
	cr_assert_str_eq(n->dialects[1], "SMB 2.???");
	cr_assert_str_eq(n->dialect, "2.???");
	smb_kit_free(k);
}

/* ---- the table ---- */

Test(table, rows_keep_their_order_and_give_their_memory_back)
{
	struct pool *pool = pool_new(1 << 16);
	struct table t = { 0 };

	for (int i = 0; i < 10; i++)
		*(int *)table_add(&t, pool, sizeof(int)) = i;
	table_drop(&t, pool, sizeof(int), 9);
	table_drop(&t, pool, sizeof(int), 0);
	table_drop(&t, pool, sizeof(int), 4);
	cr_assert_eq(table_n(&t), 7);
	cr_assert_eq(*(int *)table_row(&t, sizeof(int), 0), 1);
	cr_assert_eq(*(int *)table_row(&t, sizeof(int), 4), 6);
	while (table_n(&t) > 0)
		table_drop(&t, pool, sizeof(int), 0);
	cr_assert_eq(pool_used_bytes(pool), 0);
	pool_free(pool);
}

Test(table, a_full_pool_leaves_the_table_as_it_was)
{
	struct pool *pool = pool_new(64 + 48);	/* two rows, and one while they are copied */
	struct table t = { 0 };

	while (table_add(&t, pool, 16) != NULL)
		;
	cr_assert_eq(table_n(&t), 2);
	while (table_n(&t) > 0)
		table_drop(&t, pool, 16, 0);
	pool_free(pool);
}
