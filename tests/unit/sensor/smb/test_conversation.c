/* Whole conversations: what is told of them, however the segments are cut, and of every shorter prefix of their messages. */
#include "tests/lib/ladder.h"
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_rare.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef void (*conversation_fn)(smb_tell_fn tell, void *ctx);

static void say_whole(struct smb_message *m, void *ctx)
{
	smb_send(ctx, m);
}

static struct smb_kit *heard(conversation_fn conversation)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	conversation(say_whole, k);
	cr_assert(smb_kit_close(k), "bytes of the pool are still out");
	return k;
}

static uint64_t malformed(const struct smb_kit *k)
{
	return counts_sum(&k->counts, COUNT_OF_MALFORMED);
}

static const Ev__SmbCreate *create_of(const struct smb_kit *k, size_t i)
{
	return smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, i)->smb_create;
}

/* ---- SMB2 ---- */

Test(smb2, a_whole_conversation_has_nothing_malformed_and_nothing_left_over)
{
	struct smb_kit *k = heard(smb_conversation_smb2);

	cr_assert_eq(malformed(k), 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED], 0);
	smb_kit_free(k);
}

Test(smb2, a_negotiation_tells_what_was_offered_and_what_was_chosen)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__SmbNegotiate *n = smb_kit_event(k, EV__EVENT__BODY_SMB_NEGOTIATE, 0)->smb_negotiate;

	cr_assert_eq(n->n_dialects, 3);
	cr_assert_str_eq(n->dialects[0], "2.1");
	cr_assert_str_eq(n->dialects[2], "3.1.1");
	cr_assert_str_eq(n->dialect, "3.1.1");
	cr_assert_eq(n->n_ciphers, 2);
	cr_assert_str_eq(n->ciphers[0], "AES-128-GCM");
	cr_assert_str_eq(n->cipher, "AES-128-GCM");
	cr_assert_eq(memcmp(n->client_guid.data, "0123456789abcdef", 16), 0);
	cr_assert_eq(memcmp(n->server_guid.data, "fedcba9876543210", 16), 0);
	cr_assert_eq(n->client_signing_required, 0);
	cr_assert_eq(n->server_signing_required, 1);
	cr_assert(n->client_signing_enabled && n->server_signing_enabled);
	cr_assert_eq(n->n_compressions, 2);
	cr_assert_str_eq(n->compressions[0], "Pattern_V1");
	cr_assert_str_eq(n->compressions[1], "0x0009");
	cr_assert_eq(n->n_chosen_compressions, 1);
	cr_assert_str_eq(n->chosen_compressions[0], "Pattern_V1");
	cr_assert(n->compression_chained);
	cr_assert_str_eq(n->netname, "SRV");
	cr_assert_eq(n->n_signing_algorithms, 2);
	cr_assert_str_eq(n->signing_algorithms[1], "AES-CMAC");
	cr_assert_str_eq(n->signing_algorithm, "AES-GMAC");
	smb_kit_free(k);
}

Test(smb2, a_logon_tells_the_account_and_which_exchange_was_the_last)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__Event *first = smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 0);
	const Ev__Event *last = smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 1);

	cr_assert_eq(first->status, 0xC0000016);
	cr_assert_eq(first->smb_session_setup->final, 0);
	cr_assert_null(first->smb_session_setup->account);
	cr_assert_null(first->smb_session_setup->auth);
	cr_assert_str_eq(first->smb_session_setup->answer->ntlm_challenge->target_name, "SRV");
	cr_assert_eq(last->status, 0);
	cr_assert_eq(last->smb_session_setup->final, 1);
	cr_assert_str_eq(last->smb_session_setup->account, "alice");
	cr_assert_str_eq(last->smb_session_setup->domain, "DOM");
	cr_assert_str_eq(last->smb_session_setup->workstation, "WKS");
	cr_assert_str_eq(last->smb_session_setup->auth, "ntlm");
	cr_assert_eq(last->smb_session_setup->session_id, 0x0000040000000061);
	cr_assert_eq(last->response_time - last->time, 1000000);
	smb_kit_free(k);
}

Test(smb2, tree_connects_tell_share_and_type)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__SmbTreeConnect *ipc = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0)->smb_tree_connect;
	const Ev__SmbTreeConnect *admin = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 1)->smb_tree_connect;

	cr_assert_str_eq(ipc->share, "IPC$");
	cr_assert_str_eq(ipc->share_type, "pipe");
	cr_assert_str_eq(admin->path, "\\\\SRV\\ADMIN$");
	cr_assert_str_eq(admin->share_type, "disk");
	cr_assert_eq(admin->tree_id, 5);
	cr_assert_eq(admin->maximal_access, 0x001F01FF);
	smb_kit_free(k);
}

Test(smb2, creates_tell_what_was_opened_and_what_was_refused)
{
	struct smb_kit *k = heard(smb_conversation_smb2);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 5);
	cr_assert_str_eq(create_of(k, 0)->path, "svcctl");
	cr_assert_eq(create_of(k, 0)->is_pipe, 1);
	cr_assert_str_eq(create_of(k, 2)->path, "tool.exe");
	cr_assert_str_eq(create_of(k, 2)->share, "\\\\SRV\\ADMIN$");
	cr_assert_eq(create_of(k, 2)->is_pipe, 0);
	cr_assert_eq(create_of(k, 2)->file_id, 0x21);
	cr_assert_str_eq(create_of(k, 2)->disposition, "overwrite_if");
	cr_assert_str_eq(create_of(k, 2)->action, "created");
	cr_assert_str_eq(create_of(k, 3)->path, "secret.txt");
	cr_assert_eq(create_of(k, 3)->has_file_id, 0);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 3)->status, 0xC0000022);
	cr_assert_eq(create_of(k, 4)->delete_on_close, 1);
	smb_kit_free(k);
}

Test(smb2, data_reach_the_file_and_the_pipe_they_belong_to)
{
	struct smb_kit *k = heard(smb_conversation_smb2);

	cr_assert(strstr(k->log, "pipe svcctl server=48/0:"), "%s", k->log);
	cr_assert(strstr(k->log, " client=48/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "file \\\\SRV\\ADMIN$|a.exe hash id=21 size=100000 write=100000/2/0/0:"), "%s", k->log);
	cr_assert(strstr(k->log, " read=100000/1/0/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "|temp.dat hash id=99 size=0 write=5/1/0/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(smb2, a_pipe_that_speaks_no_rpc_is_reported_when_it_is_closed)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__SmbPipe *p = smb_kit_event(k, EV__EVENT__BODY_SMB_PIPE, 0)->smb_pipe;

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_PIPE), 1);
	cr_assert_str_eq(p->name, "RemCom_stdin");
	cr_assert_eq(p->bytes_to_server, 8);
	cr_assert_eq(p->bytes_to_client, 0);
	smb_kit_free(k);
}

Test(smb2, a_new_end_of_a_file_is_told)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 0);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_SET_END), 1);
	cr_assert_eq(e->smb_set_end->new_size, 100000);
	cr_assert_str_eq(e->smb_set_end->path, "tool.exe");
	cr_assert_eq(e->status, 0);
	smb_kit_free(k);
}

Test(smb2, renames_and_deletions_tell_the_name_of_that_moment)
{
	struct smb_kit *k = heard(smb_conversation_smb2);
	const Ev__SmbRename *renamed = smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename;
	const Ev__Event *refused = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0);
	const Ev__Event *deleted = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 1);
	const Ev__Event *closed = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 2);

	cr_assert_str_eq(renamed->path, "tool.exe");
	cr_assert_str_eq(renamed->new_path, "a.exe");
	cr_assert_eq(refused->status, 0xC0000022);
	cr_assert_str_eq(refused->smb_delete->path, "a.exe");
	cr_assert_eq(deleted->status, 0);
	cr_assert_str_eq(deleted->smb_delete->by, "disposition");
	cr_assert_str_eq(closed->smb_delete->path, "temp.dat");
	cr_assert_str_eq(closed->smb_delete->by, "delete_on_close");
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 3);
	smb_kit_free(k);
}

/* ---- SMB1 ---- */

Test(smb1, a_whole_conversation_has_nothing_malformed_and_nothing_left_over)
{
	struct smb_kit *k = heard(smb_conversation_smb1);

	cr_assert_eq(malformed(k), 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNASKED], 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED], 0);
	smb_kit_free(k);
}

Test(smb1, logons_tell_the_account_with_and_without_extended_security)
{
	struct smb_kit *k = heard(smb_conversation_smb1);
	const Ev__SmbSessionSetup *extended = smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 1)->smb_session_setup;
	const Ev__Event *refused = smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 2);
	const Ev__SmbSessionSetup *raw = smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 3)->smb_session_setup;

	cr_assert_str_eq(extended->account, "alice");
	cr_assert_str_eq(extended->client_native_os, "Unix");
	cr_assert_str_eq(extended->server_native_os, "Windows 5.1");
	cr_assert_eq(extended->session_id, 0x0800);
	cr_assert_eq(refused->status, 0xC000006D);
	cr_assert_eq(refused->smb_session_setup->final, 1);
	cr_assert_str_eq(raw->account, "bob");
	cr_assert_str_eq(raw->domain, "DOM");
	cr_assert_str_eq(raw->auth, "guest");
	cr_assert_str_eq(raw->token->ntlm_authenticate->response, "ntlmv1");
	cr_assert_str_eq(raw->token->ntlm_authenticate->lm_response, "copy");
	cr_assert_eq(raw->guest, 1);
	cr_assert_str_eq(raw->dialect, "1.0");
	smb_kit_free(k);
}

Test(smb1, a_chain_is_answered_block_by_block_and_fails_as_one)
{
	struct smb_kit *k = heard(smb_conversation_smb1);
	const Ev__Event *refused = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 1);
	const Ev__Event *granted = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 2);

	cr_assert_eq(refused->status, 0xC000006D);
	cr_assert_str_eq(refused->smb_tree_connect->path, "\\\\SRV\\C$");
	cr_assert_eq(refused->smb_tree_connect->has_tree_id, 0);
	cr_assert_eq(granted->status, 0);
	cr_assert_eq(granted->smb_tree_connect->session_id, 0x0801);
	cr_assert_str_eq(granted->smb_tree_connect->service, "A:");
	cr_assert_str_eq(granted->smb_tree_connect->native_file_system, "NTFS");
	smb_kit_free(k);
}

Test(smb1, every_way_of_opening_is_a_create)
{
	static const char *const commands[] = {
		"NT_CREATE_ANDX", "NT_CREATE_ANDX", "OPEN_ANDX", "OPEN", "CREATE_NEW", "NT_TRANSACT_CREATE",
	};
	static const char *const paths[] = { "svcctl", "tool.exe", "XXXXXXXX.exe", "old.txt", "new.txt", "temp.bin" };
	struct smb_kit *k = heard(smb_conversation_smb1);

	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 6);
	for (size_t i = 0; i < 6; i++) {
		cr_assert_str_eq(create_of(k, i)->command, commands[i]);
		cr_assert_str_eq(create_of(k, i)->path, paths[i]);
		cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, i)->status, 0);
	}
	cr_assert_str_eq(create_of(k, 2)->disposition, "overwrite_if");
	cr_assert_str_eq(create_of(k, 2)->action, "created");
	cr_assert_eq(create_of(k, 2)->has_options, 0);
	smb_kit_free(k);
}

Test(smb1, data_reach_the_file_and_the_pipe_they_belong_to)
{
	struct smb_kit *k = heard(smb_conversation_smb1);

	cr_assert(strstr(k->log, "pipe svcctl server=48/0:"), "%s", k->log);
	cr_assert(strstr(k->log, " client=48/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "file \\\\SRV\\C$|a.exe hash id=4001 size=70000 write=70100/2/100/0:"), "%s", k->log);
	cr_assert(strstr(k->log, " read=70000/1/0/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "|XXXXXXXX.exe hash id=4002 size=0 write=8/2/0/0:"), "%s", k->log);
	cr_assert(strstr(k->log, "|old.txt hash id=4003 size=0 write=0/0/0/0:00000000 read=5/1/0/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(smb1, renames_and_deletions_are_told_by_handle_and_by_name)
{
	struct smb_kit *k = heard(smb_conversation_smb1);

	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 0)->smb_rename->new_path, "a.exe");
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 1)->smb_rename->path, "new.txt");
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_RENAME, 1)->smb_rename->new_path, "newer.txt");
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0)->smb_delete->by, "disposition");
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 1)->smb_delete->path, "temp.bin");
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 2)->smb_delete->by, "command");
	smb_kit_free(k);
}

/* ---- the cut of the segments ---- */

struct cutter {
	struct smb_kit *kit;
	size_t segment_bytes;	/* 0: one to seven at random */
	uint8_t held[2 * SMB_MESSAGE_BYTES];
	size_t n_held;
	enum way way;
};

static size_t next_cut(const struct cutter *c)
{
	return c->segment_bytes != 0 ? c->segment_bytes : 1 + (size_t)rand() % 7;
}

static void flush(struct cutter *c)
{
	for (size_t at = 0, n; at < c->n_held; at += n) {
		n = next_cut(c) < c->n_held - at ? next_cut(c) : c->n_held - at;
		n = n > c->n_held - at ? c->n_held - at : n;
		smb_kit_say(c->kit, c->way, view_of(c->held + at, n));
	}
	c->n_held = 0;
}

/* Messages of one direction run together before they are cut. */
static void say_cut(struct smb_message *m, void *ctx)
{
	struct cutter *c = ctx;
	struct view v = smb_done(m);

	if (m->way != c->way)
		flush(c);
	c->way = m->way;
	memcpy(c->held + c->n_held, v.bytes, v.n);
	c->n_held += v.n;
}

static void check_cut(conversation_fn conversation, size_t segment_bytes)
{
	struct cutter *c = calloc(1, sizeof(*c));
	struct smb_kit *whole = heard(conversation);
	size_t n_whole, n_cut;
	uint8_t *packed_whole, *packed_cut;

	c->kit = smb_kit_new(SMB_KIT_FAKES);
	c->segment_bytes = segment_bytes;
	conversation(say_cut, c);
	flush(c);
	cr_assert(smb_kit_close(c->kit));
	packed_whole = smb_kit_packed(whole, &n_whole);
	packed_cut = smb_kit_packed(c->kit, &n_cut);
	cr_assert_str_eq(c->kit->log, whole->log, "in segments of %zu", segment_bytes);
	cr_assert_eq(c->kit->n_events, whole->n_events, "in segments of %zu", segment_bytes);
	cr_assert_gt(n_whole, 1000);
	cr_assert_eq(n_cut, n_whole);
	free(packed_whole);
	free(packed_cut);
	smb_kit_free(whole);
	smb_kit_free(c->kit);
	free(c);
}

static const size_t cuts[] = { 0, 1, 2, 3, 5, 7, 63, 64, 68, 116, 117, 536, 1448, 4096, 65536 };

Test(smb2, the_cut_of_the_segments_changes_nothing)
{
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
		check_cut(smb_conversation_smb2, cuts[i]);
}

Test(smb1, the_cut_of_the_segments_changes_nothing)
{
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
		check_cut(smb_conversation_smb1, cuts[i]);
}

Test(rare, the_cut_of_the_segments_changes_nothing)
{
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		check_cut(smb_rare_smb2, cuts[i]);
		check_cut(smb_rare_smb1, cuts[i]);
	}
}

/* ---- truncation: each message of a conversation in turn ends early, inside a frame of that length ---- */

struct ladder_of {
	size_t which;
	size_t seen;
	struct smb_kit *kit;
	size_t n_rungs;
};

static void rung(struct view prefix, void *ctx)
{
	struct ladder_of *l = ctx;
	uint8_t header[4] = { 0, (uint8_t)(prefix.n >> 16), (uint8_t)(prefix.n >> 8), (uint8_t)prefix.n };

	smb_kit_say(l->kit, l->seen % 2 ? FROM_OPENED : FROM_OPENER, view_of(header, 4));
	smb_kit_say(l->kit, l->seen % 2 ? FROM_OPENED : FROM_OPENER, prefix);
	l->n_rungs++;
}

/* The message lies against the guard page by itself, so the header goes before it in a segment of its own. */
static void shorten(struct smb_message *m, void *ctx)
{
	struct ladder_of *l = ctx;
	struct view v = smb_done(m);
	size_t n = v.n < 700 ? v.n - 4 : 200;

	if (l->seen++ == l->which) {
		l->seen = m->way == FROM_OPENED ? 1 : 0;
		ladder(v.bytes + 4, n, rung, l);
		l->seen = l->which + 1;
	}
	smb_send(l->kit, m);
}

static void count_message(struct smb_message *m, void *ctx)
{
	(void)m;
	++*(size_t *)ctx;
}

static void climb(conversation_fn conversation)
{
	size_t n = 0;

	conversation(count_message, &n);
	cr_assert_gt(n, 30);
	for (size_t i = 0; i < n; i++) {
		struct ladder_of l = { .which = i, .kit = smb_kit_new(SMB_KIT_FAKES) };

		conversation(shorten, &l);
		cr_assert_gt(l.n_rungs, 30);
		cr_assert(smb_kit_close(l.kit), "bytes of the pool are still out after message %zu", i);
		smb_kit_free(l.kit);
	}
}

Test(smb2, every_shorter_prefix_of_every_message_is_survived)
{
	climb(smb_conversation_smb2);
}

Test(smb1, every_shorter_prefix_of_every_message_is_survived)
{
	climb(smb_conversation_smb1);
}

Test(rare, every_shorter_prefix_of_every_message_is_survived)
{
	climb(smb_rare_smb2);
	climb(smb_rare_smb1);
}

/* ---- the connection that is left before its answers ---- */

static void say_requests(struct smb_message *m, void *ctx)
{
	if (m->way == FROM_OPENER)
		smb_send(ctx, m);
}

static void say_answers(struct smb_message *m, void *ctx)
{
	if (m->way == FROM_OPENED)
		smb_send(ctx, m);
}

static void check_one_side(conversation_fn conversation)
{
	struct smb_kit *asked = smb_kit_new(SMB_KIT_FAKES);
	struct smb_kit *answered = smb_kit_new(SMB_KIT_FAKES);
	const Ev__Event *e;

	conversation(say_requests, asked);
	cr_assert(smb_kit_close(asked));
	e = smb_kit_event(asked, EV__EVENT__BODY_SMB_TREE_CONNECT, 0);
	cr_assert_eq(e->has_response_time, 0);
	cr_assert_eq(e->has_status, 0);
	cr_assert_str_eq(e->smb_tree_connect->share, "IPC$");
	cr_assert_gt(asked->counts.of[COUNT_SMB_UNANSWERED], 10);
	cr_assert_eq(malformed(asked), 0);
	conversation(say_answers, answered);
	cr_assert(smb_kit_close(answered));
	e = smb_kit_event(answered, EV__EVENT__BODY_SMB_TREE_CONNECT, 0);
	cr_assert_eq(e->status, 0);
	cr_assert_null(e->smb_tree_connect->share);
	cr_assert_str_eq(e->smb_tree_connect->share_type, "pipe");
	cr_assert_gt(answered->counts.of[COUNT_SMB_UNASKED], 10);
	cr_assert_eq(malformed(answered), 0);
	smb_kit_free(asked);
	smb_kit_free(answered);
}

Test(smb2, one_side_alone_is_told_without_the_other)
{
	check_one_side(smb_conversation_smb2);
}

Test(smb1, one_side_alone_is_told_without_the_other)
{
	check_one_side(smb_conversation_smb1);
}
