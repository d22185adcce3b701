/* Several connections of one session: what is open on one is open on all, whoever else may claim so. */
#include "sensor/smb/registry.h"
#include "sensor/smb/session.h"
#include "sensor/smb/tree.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { SESSION = 0x61, OTHER = 0x62, TREE = 5, FILE_ID = 0x21, BINDING = 1, REFUSED_LOGON = 1 };

#define CLIENT "ClientGuidNr0001"
#define SERVER "ServerGuidNr0001"
#define ACCESS_DENIED 0xC0000022u

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = TREE };
}

static void begin_line(struct smb_kit *k, size_t line, const char *client, unsigned flags, uint32_t status)
{
	smb_kit_turn(k, line);
	smb_say_negotiate(k, client, SERVER);
	smb_say_logon(k, ids(1), flags, 0, status);
}

static void connect_admin(struct smb_kit *k)
{
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(2), 1);
}

static void create_exe(struct smb_kit *k)
{
	smb_ask_create(k, ids(3), "tool.exe");
	smb_grant_create(k, ids(3), FILE_ID, 7);
}

/* A kit whose second connection is bound to the session of the first, on which ADMIN$ is connected. */
static struct smb_kit *two_channels(enum smb_kit_kind kind)
{
	struct smb_kit *k = smb_kit_new(kind);

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	begin_line(k, 1, CLIENT, BINDING, 0);
	return k;
}

static void end(struct smb_kit *k)
{
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(multichannel, a_file_created_on_the_second_channel_lies_on_the_share_of_the_first)
{
	struct smb_kit *k = two_channels(SMB_KIT_FAKES);
	const Ev__Event *create;

	create_exe(k);
	create = smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0);
	cr_assert_str_eq(create->smb_create->share, "\\\\SRV\\ADMIN$");
	cr_assert_eq(create->client->port, 49153, "seen on the second connection");
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0)->client->port, 49152);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 1)->smb_session_setup->binding, 1);
	end(k);
}

Test(multichannel, writes_spread_over_channels_are_one_transfer)
{
	struct smb_kit *k = two_channels(SMB_KIT_REAL);
	const Ev__Event *moved;

	create_exe(k);
	smb_ask_write(k, ids(4), FILE_ID, 0, "MZabcd");
	smb_answer_write(k, ids(4), 0);
	smb_kit_turn(k, 0);
	smb_ask_write(k, ids(5), FILE_ID, 6, "efghij");
	smb_answer_write(k, ids(5), 0);
	smb_say_close(k, ids(6), FILE_ID);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TRANSFER), 1);
	moved = smb_kit_event(k, EV__EVENT__BODY_SMB_TRANSFER, 0);
	cr_assert_eq(moved->smb_transfer->bytes, 12);
	cr_assert_eq(moved->smb_transfer->requests, 2);
	cr_assert(moved->smb_transfer->complete && moved->smb_transfer->has_sha256);
	cr_assert_str_eq(moved->smb_transfer->share, "\\\\SRV\\ADMIN$");
	cr_assert_eq(moved->client->port, 49153, "where its first byte was seen");
	end(k);
}

Test(multichannel, an_open_outlives_the_channel_it_was_made_on)
{
	struct smb_kit *k = two_channels(SMB_KIT_REAL);
	const Ev__Event *first = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0), *moved;

	create_exe(k);
	smb_ask_write(k, ids(4), FILE_ID, 0, "MZabcd");
	smb_kit_hang_up(k);
	memset(&k->lines[1], 0xDD, sizeof(k->lines[1]));	/* its flow is gone too */
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TRANSFER), 0);
	smb_kit_turn(k, 0);
	smb_ask_write(k, ids(5), FILE_ID, 6, "efghij");
	smb_kit_hang_up(k);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TRANSFER), 1);
	moved = smb_kit_event(k, EV__EVENT__BODY_SMB_TRANSFER, 0);
	cr_assert_eq(moved->smb_transfer->bytes, 12);
	cr_assert_eq(moved->client->port, 49153, "where its data moved first");
	cr_assert_arr_eq(moved->client->ip.data, first->client->ip.data, 4);
	cr_assert_arr_eq(moved->server->ip.data, first->server->ip.data, 4);
	cr_assert_str_eq(moved->community_id, first->community_id);
	end(k);
}

Test(multichannel, what_the_second_connection_opened_before_is_kept)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids other = { .message_id = 9, .session_id = OTHER, .tree_id = 77 };

	begin_line(k, 0, CLIENT, 0, 0);
	smb_kit_turn(k, 1);
	smb_say_negotiate(k, CLIENT, SERVER);
	smb_say_logon(k, other, 0, 0, 0);
	smb_ask_tree(k, other, "\\\\SRV\\C$");
	smb_grant_tree(k, other, 1);
	smb_ask_create(k, other, "early.exe");
	smb_grant_create(k, other, 0x99, 7);
	smb_say_logon(k, ids(1), BINDING, 0, 0);
	smb_kit_turn(k, 0);
	smb_ask_write(k, other, 0x99, 0, "MZ0123456789abcdef");
	smb_say_close(k, other, 0x99);
	cr_assert(strstr(k->log, "file \\\\SRV\\C$|early.exe hash"), "%s", k->log);
	end(k);
}

/* ---- who may not ---- */

static const char *share_on_second(struct smb_kit *k)
{
	static char share[64];
	const char *found;

	create_exe(k);
	found = smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->share;
	snprintf(share, sizeof(share), "%s", found != NULL ? found : "");
	return share;
}

Test(multichannel, a_refused_binding_shares_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	begin_line(k, 1, CLIENT, BINDING, ACCESS_DENIED);
	cr_assert_str_eq(share_on_second(k), "");
	end(k);
}

Test(multichannel, another_client_guid_shares_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	begin_line(k, 1, "ClientGuidNr0002", BINDING, 0);
	cr_assert_str_eq(share_on_second(k), "");
	end(k);
}

Test(multichannel, a_logon_that_is_no_binding_shares_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	begin_line(k, 1, CLIENT, 0, 0);
	cr_assert_str_eq(share_on_second(k), "");
	end(k);
}

Test(multichannel, the_same_guids_from_other_addresses_are_the_same_hosts)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	k->lines[1].flow.key.address[0][3] = 101;
	k->lines[1].flow.key.address[1][3] = 102;
	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	begin_line(k, 1, CLIENT, BINDING, 0);
	cr_assert_str_eq(share_on_second(k), "\\\\SRV\\ADMIN$");
	end(k);
}

Test(multichannel, without_guids_the_addresses_decide)
{
	for (int is_other = 0; is_other < 2; is_other++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		k->lines[1].flow.key.address[0][3] = is_other ? 101 : 1;
		smb_say_logon(k, ids(1), 0, 0, 0);
		connect_admin(k);
		smb_kit_turn(k, 1);
		smb_say_logon(k, ids(1), BINDING, 0, 0);
		cr_assert_str_eq(share_on_second(k), is_other ? "" : "\\\\SRV\\ADMIN$");
		end(k);
	}
}

Test(multichannel, channels_whose_beginning_was_not_captured_find_each_other)
{
	struct smb_kit *k = smb_kit_new_midstream();

	connect_admin(k);
	smb_kit_turn(k, 1);
	cr_assert_str_eq(share_on_second(k), "\\\\SRV\\ADMIN$");
	end(k);
}

Test(multichannel, no_more_than_the_limit_share_a_session)
{
	struct smb_kit *k = two_channels(SMB_KIT_FAKES);

	smb_kit_turn(k, 2);
	for (int i = 0; i < LIMIT_CHANNELS; i++) {
		smb_kit_hang_up(k);
		smb_kit_turn(k, 2);
		smb_say_negotiate(k, CLIENT, SERVER);
		smb_say_logon(k, ids(1), BINDING, 0, 0);
	}
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 0, "those that left do not count");
	end(k);
}

/* ---- reconnects ---- */

Test(multichannel, a_reconnect_ends_what_the_lost_connection_had_open)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids anew = { .message_id = 1, .session_id = OTHER };

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	create_exe(k);
	smb_ask_write(k, ids(4), FILE_ID, 0, "MZ0123456789abcdef");
	smb_kit_turn(k, 1);
	smb_say_negotiate(k, CLIENT, SERVER);
	smb_say_logon(k, anew, 0, SESSION, 0);
	cr_assert(strstr(k->log, "tool.exe"), "%s", k->log);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_SESSION_SETUP, 1)->smb_session_setup->previous_session_id, SESSION);
	end(k);
}

Test(multichannel, a_logoff_ends_what_is_open_on_every_channel)
{
	struct smb_kit *k = two_channels(SMB_KIT_FAKES);

	create_exe(k);
	smb_ask_write(k, ids(4), FILE_ID, 0, "MZ0123456789abcdef");
	smb_kit_turn(k, 0);
	smb_say_logoff(k, ids(5));
	cr_assert(strstr(k->log, "tool.exe"), "%s", k->log);
	end(k);
}

/* ---- encrypted sessions ---- */

Test(sealed, each_direction_has_its_messages_bytes_and_largest)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const Ev__SmbEncrypted *e;

	begin_line(k, 0, CLIENT, 0, 0);
	smb_say_sealed(k, FROM_OPENER, SESSION, 100);
	smb_say_sealed(k, FROM_OPENER, SESSION, 300);
	smb_say_sealed(k, FROM_OPENED, SESSION, 50);
	smb_kit_close(k);
	e = smb_kit_event(k, EV__EVENT__BODY_SMB_ENCRYPTED, 1)->smb_encrypted;
	cr_assert(e->final);
	cr_assert_eq(e->messages_to_server, 2);
	cr_assert_eq(e->bytes_to_server, 400);
	cr_assert_eq(e->largest_to_server, 300);
	cr_assert_eq(e->messages_to_client, 1);
	cr_assert_eq(e->largest_to_client, 50);
	smb_kit_free(k);
}

Test(sealed, invented_session_ids_are_counted_and_not_told)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	begin_line(k, 0, CLIENT, 0, 0);
	for (uint64_t id = 1000; id < 2000; id++)
		smb_say_sealed(k, FROM_OPENER, id, 100);
	smb_say_sealed(k, FROM_OPENER, SESSION, 100);
	smb_kit_close(k);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_ENCRYPTED), 2 * (SESSION_STRANGERS + 1));
	cr_assert_eq(k->counts.of[COUNT_SMB_SEALED_STRAY], 1000 - SESSION_STRANGERS);
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 0);
	smb_kit_free(k);
}

/* ---- what must not be forgotten ---- */

Test(flood, opens_on_other_shares_go_before_one_on_an_admin_share)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids data = { .message_id = 100, .session_id = SESSION, .tree_id = 6 };

	connect_admin(k);
	create_exe(k);
	smb_ask_tree(k, data, "\\\\SRV\\data");
	smb_grant_tree(k, data, 1);
	for (uint64_t i = 0; i < LIMIT_OPENS + 10; i++) {
		data.message_id++;
		smb_ask_create(k, data, "noise");
		smb_grant_create(k, data, 0x1000 + i, 7);
	}
	cr_assert_eq(k->counts.of[COUNT_SMB_TABLE_FULL], 11);
	smb_ask_write(k, ids(90), FILE_ID, 0, "MZ0123456789abcdef");
	smb_say_close(k, ids(91), FILE_ID);
	cr_assert(strstr(k->log, "file \\\\SRV\\ADMIN$|tool.exe hash"), "%s", k->log);
	end(k);
}

Test(flood, trees_and_sessions_go_before_those_of_an_admin_share)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids data = { .message_id = 100, .session_id = SESSION };

	begin_line(k, 0, CLIENT, 0, 0);
	connect_admin(k);
	for (uint32_t i = 0; i < LIMIT_TREES + 10; i++) {
		data = (struct smb2_ids){ .message_id = 100 + i, .session_id = 1000 + i, .tree_id = 1000 + i };
		smb_say_logon(k, data, 0, 0, 0);
		smb_ask_tree(k, data, "\\\\SRV\\data");
		smb_grant_tree(k, data, 1);
	}
	cr_assert_gt(k->counts.of[COUNT_SMB_TABLE_FULL], 11);
	cr_assert_not_null(session_find(k->conns[0], SESSION));
	cr_assert_str_eq(tree_find(k->conns[0], SESSION, TREE)->path, "\\\\SRV\\ADMIN$");
	end(k);
}

/* ---- the registry ---- */

static bool yes(const struct session *s, const void *ctx)
{
	(void)ctx;
	return s->auth != 9;
}

Test(registry, finds_the_newest_that_fits_and_takes_no_crowd)
{
	static struct session sessions[REGISTRY_CROWD + 1];
	struct pool *pool = pool_new(1 << 20);
	struct registry *r = registry_new(pool, 4, (const uint64_t[]){ 1, 2 });
	size_t n = 0;

	cr_assert_null(registry_find(r, 7, yes, NULL));
	for (; n <= REGISTRY_CROWD; n++) {
		sessions[n].id = 7;
		if (!registry_add(r, &sessions[n]))
			break;
	}
	cr_assert_eq(n, REGISTRY_CROWD);
	cr_assert_eq(registry_find(r, 7, yes, NULL), &sessions[n - 1]);
	sessions[n - 1].auth = 9;
	cr_assert_eq(registry_find(r, 7, yes, NULL), &sessions[n - 2]);
	cr_assert_null(registry_find(r, 8, yes, NULL));
	for (size_t i = 0; i < n; i++)
		registry_drop(r, &sessions[i]);
	registry_free(r);
	cr_assert_eq(pool_used_bytes(pool), 0);
	pool_free(pool);
}

Test(registry, keeps_the_order_when_some_go_and_others_come)
{
	static struct session sessions[16];
	struct pool *pool = pool_new(1 << 20);
	struct registry *r = registry_new(pool, 4, (const uint64_t[]){ 1, 2 });
	size_t empty = pool_used_bytes(pool);

	for (size_t i = 0; i < 16; i++) {
		sessions[i].id = 7;
		cr_assert(registry_add(r, &sessions[i]));
		cr_assert_eq(registry_find(r, 7, yes, NULL), &sessions[i]);
	}
	for (size_t i = 3; i < 14; i++)
		registry_drop(r, &sessions[i]);
	cr_assert(registry_add(r, &sessions[5]));
	for (size_t left = 6; left > 0; left--) {
		static const size_t newest_first[] = { 0, 1, 2, 14, 15, 5 };

		cr_assert_eq(registry_find(r, 7, yes, NULL), &sessions[newest_first[left - 1]]);
		registry_drop(r, &sessions[newest_first[left - 1]]);
	}
	cr_assert_null(registry_find(r, 7, yes, NULL));
	cr_assert_eq(pool_used_bytes(pool), empty);
	registry_free(r);
	pool_free(pool);
}

Test(registry, a_session_that_finds_a_crowd_is_counted)
{
	static struct session crowd[REGISTRY_CROWD];
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids ids = { .message_id = 1, .session_id = 7 };

	smb_say_logon(k, ids, 0, 0, 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_SESSION_CROWD], 0);
	smb_kit_hang_up(k);
	for (size_t i = 0; i < REGISTRY_CROWD; i++) {
		crowd[i].id = 7;
		cr_assert(registry_add(k->env.smb, &crowd[i]));
	}
	smb_kit_turn(k, 1);
	smb_say_logon(k, ids, 0, 0, 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_SESSION_CROWD], 1);
	for (size_t i = 0; i < REGISTRY_CROWD; i++)
		registry_drop(k->env.smb, &crowd[i]);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}
