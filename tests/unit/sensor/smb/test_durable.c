/* Opens that outlive their connection: who claims one writes to the file it was, named or not. */
#include "sensor/core/limits.h"
#include "sensor/smb/create_context.h"
#include "sensor/smb/durable.h"
#include "tests/lib/ladder.h"
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_rare.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum {
	CONTEXTS = 64 + 48, ANSWERED_CONTEXTS = 64 + 80,	/* where their place is said */
	SESSION = 9, TREE = 5, FILE_ID = 0x77, NEW_ID = 0x99,
};

static struct smb_message m;

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = TREE };
}

static void put_context(size_t field, const char *name, const void *data, size_t n)
{
	size_t list;

	while ((m.n - m.element) % 8 != 0)
		smb_u8(&m, 0);
	list = m.n - m.element;
	smb_rare_context(&m, list, name, 4, data, n);
	smb_set_u32(&m, field, (uint32_t)list);
	smb_set_u32(&m, field + 4, (uint32_t)(m.n - m.element - list));
}

static void answer_create(struct smb_kit *k, uint64_t message_id, uint64_t id, const char *context)
{
	smb2_answer(&m, 5, 0, ids(message_id));
	smb_u32(&m, 89);
	smb_u32(&m, 1);
	for (int i = 0; i < 4; i++)
		smb_u64(&m, 7);
	smb_zeros(&m, 24);
	smb_u64(&m, FILE_ID + 1);
	smb_u64(&m, id);
	smb_u64(&m, 0);
	if (context != NULL)
		put_context(ANSWERED_CONTEXTS, context, "\0\0\0\0\0\0\0\0", 8);
	smb_send(k, &m);
}

/* A connection with a durable open on ADMIN$, without a byte written yet. */
static struct smb_kit *with_durable(const char *asked, size_t n, const char *granted)
{
	static const uint8_t nothing[32];
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_say_logon(k, ids(1), 0, 0, 0);
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(2), 1);
	smb_put_create(&m, ids(3), "tool.exe", 0);
	put_context(CONTEXTS, asked, nothing, n);
	smb_send(k, &m);
	answer_create(k, 3, FILE_ID, granted);
	return k;
}

/* On another connection, without a tree and without a name. */
static void claim(struct smb_kit *k, const char *context, size_t n)
{
	uint8_t data[36] = { FILE_ID + 1, [8] = FILE_ID };

	smb_kit_turn(k, 1);
	smb_put_create(&m, ids(1), "", 0);
	put_context(CONTEXTS, context, data, n);
	smb_send(k, &m);
	answer_create(k, 1, NEW_ID, NULL);
	smb_ask_write(k, ids(2), NEW_ID, 0, "MZ and more");
	smb_answer_write(k, ids(2), 0);
	smb_say_close(k, ids(3), NEW_ID);
}

static void expect_named(struct smb_kit *k)
{
	const Ev__SmbCreate *c = smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 1)->smb_create;

	cr_expect_str_eq(c->path, "tool.exe");
	cr_expect_str_eq(c->share, "\\\\SRV\\ADMIN$");
	cr_expect(c->reconnect);
	cr_expect_eq(c->previous_file_id, FILE_ID);
	cr_expect(strstr(k->log, "file \\\\SRV\\ADMIN$|tool.exe hash id=99"), "%s", k->log);
}

Test(durable, what_is_claimed_keeps_its_name)
{
	struct smb_kit *k = with_durable("DHnQ", 16, "DHnQ");

	cr_expect_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->durable, "v1");
	smb_kit_hang_up(k);
	claim(k, "DHnC", 16);
	expect_named(k);
	cr_expect(smb_kit_close(k));
	smb_kit_free(k);
}

Test(durable, the_second_version_too)
{
	struct smb_kit *k = with_durable("DH2Q", 32, "DH2Q");

	smb_kit_hang_up(k);
	claim(k, "DH2C", 36);
	expect_named(k);
	cr_expect_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 1)->smb_create->create_guid.len, 16);
	smb_kit_free(k);
}

Test(durable, a_session_that_stands_in_for_the_old_one_leaves_it_too)
{
	struct smb_kit *k = with_durable("DHnQ", 16, "DHnQ");

	smb_kit_turn(k, 1);
	smb_say_logon(k, (struct smb2_ids){ .message_id = 9, .session_id = SESSION + 1 }, 0, SESSION, 0);
	claim(k, "DHnC", 16);
	expect_named(k);
	smb_kit_free(k);
}

static void expect_nameless(struct smb_kit *k)
{
	smb_kit_hang_up(k);
	claim(k, "DHnC", 16);
	cr_expect_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 1)->smb_create->path, "");
	cr_expect(smb_kit_close(k));
	smb_kit_free(k);
}

Test(durable, what_was_not_granted_is_gone_with_its_connection)
{
	expect_nameless(with_durable("DHnQ", 16, NULL));
}

Test(durable, what_was_closed_is_gone)
{
	struct smb_kit *k = with_durable("DHnQ", 16, "DHnQ");

	smb_say_close(k, ids(4), FILE_ID);
	expect_nameless(k);
}

Test(durable, the_end_of_its_session_closes_it)
{
	struct smb_kit *k = with_durable("DHnQ", 16, "DHnQ");

	smb_say_logoff(k, ids(4));
	expect_nameless(k);
}

/* ---- what is remembered ---- */

static struct durable_open open_of(uint64_t id, const char *path)
{
	return (struct durable_open){ .server = view_of("\1\2\3\4", 4), .persistent_id = id, .share = "s", .path = path };
}

Test(durables, the_oldest_is_forgotten_for_a_newer_one)
{
	struct pool *pool = pool_new(4 << 20);
	struct durables *d = durables_new(pool);
	struct durable_open found;
	char path[16];

	for (uint64_t i = 0; i <= LIMIT_DURABLES; i++) {
		snprintf(path, sizeof(path), "%u", (unsigned)i);
		cr_expect_eq(durables_keep(d, &(struct durable_open){ .server = view_of("\1\2\3\4", 4), .persistent_id = i, .path = path }),
			     i < LIMIT_DURABLES);
	}
	cr_expect_not(durables_find(d, view_of("\1\2\3\4", 4), 0, &found));
	cr_assert(durables_find(d, view_of("\1\2\3\4", 4), LIMIT_DURABLES, &found));
	cr_expect_str_eq(found.path, "1024");
	durables_free(d);
	cr_expect_eq(pool_used_bytes(pool), 0);
	pool_free(pool);
}

Test(durables, the_same_id_on_another_server_is_another)
{
	struct pool *pool = pool_new(1 << 20);
	struct durables *d = durables_new(pool);
	struct durable_open o = open_of(7, "x"), found;

	cr_assert(durables_keep(d, &o));
	cr_expect_not(durables_find(d, view_of("\1\2\3\5", 4), 7, &found));
	durables_drop(d, view_of("\1\2\3\5", 4), 7);
	cr_expect(durables_find(d, o.server, 7, &found));
	durables_drop(d, o.server, 7);
	cr_expect_not(durables_find(d, o.server, 7, &found));
	durables_free(d);
	pool_free(pool);
}

Test(durables, a_full_pool_is_survived)
{
	struct durable_open o = open_of(7, "x");

	cr_expect_not(durables_keep(NULL, &o));
	for (size_t cap = 64; cap < 4096; cap += 64) {
		struct pool *pool = pool_new(cap);
		struct durables *d = durables_new(pool);

		durables_keep(d, &o);
		durables_free(d);
		cr_expect_eq(pool_used_bytes(pool), 0);
		pool_free(pool);
	}
}

/* ---- the contexts' list ---- */

static void read_both(struct view prefix, void *ctx)
{
	struct create_contexts found = { 0 };

	(void)ctx;
	create_context_asked(prefix, &found);
	create_context_answered(prefix, &found);
}

Test(create_context, every_shorter_prefix_is_survived)
{
	static uint8_t bytes[512];
	uint8_t data[36] = { 1 };

	smb2_begin(&m, 5, 0, ids(1));
	for (size_t i = 0; create_context_name(i) != NULL; i++)
		if (strlen(create_context_name(i)) == 4)
			smb_rare_context(&m, 64, create_context_name(i), 4, data, sizeof(data));
	ladder(bytes, view_copy(bytes, sizeof(bytes), view_of(m.bytes + m.element + 64, m.n - m.element - 64)), read_both, NULL);
}

Test(create_context, a_list_that_goes_back_or_past_its_end_is_rejected)
{
	static const struct {
		uint8_t next;
		uint8_t data_at;
		uint8_t data_n;
		bool is_sound;
	} rows[] = {
		{ 0, 24, 16, true }, { 40, 24, 16, false }, { 8, 24, 16, false }, { 41, 24, 16, false }, { 0, 24, 17, false },
		{ 0, 25, 16, false }, { 0, 24, 15, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint8_t list[40] = {
			rows[i].next, [4] = 16, [6] = 4, [10] = rows[i].data_at, [12] = rows[i].data_n, [16] = 'D', 'H', 'n', 'C',
		};
		struct create_contexts found = { .snapshot = 3 };
		bool is_sound = rows[i].is_sound && rows[i].data_n == 16;

		cr_expect_eq(create_context_asked(view_of(list, sizeof(list)), &found), is_sound, "%zu", i);
		cr_expect_eq(found.snapshot, is_sound ? 0u : 3u, "%zu", i);
	}
}
