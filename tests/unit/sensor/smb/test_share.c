#include "sensor/core/limits.h"
#include "sensor/smb/share.h"

#include <criterion/criterion.h>
#include <string.h>

static struct counts counts;
static struct env env = { .counts = &counts };

static void set_up(void)
{
	env.pool = pool_new(1 << 20);
}

static void tear_down(void)
{
	cr_expect_eq(pool_used_bytes(env.pool), 0);
	pool_free(env.pool);
}

TestSuite(share, .init = set_up, .fini = tear_down);

Test(share, is_kept_until_the_last_who_has_it_lets_go)
{
	char text[] = "\\\\SRV\\data";
	char *kept = share_keep(&env, text);

	memset(text, 'x', sizeof(text) - 1);
	cr_assert_str_eq(kept, "\\\\SRV\\data");
	cr_expect_eq(share_hold(kept), kept);
	share_release(env.pool, kept);
	cr_expect_str_eq(kept, "\\\\SRV\\data");
	share_release(env.pool, kept);
}

Test(share, knows_whether_it_is_administrative)
{
	static const struct { const char *text; bool is_admin; } shares[] = {
		{ "\\\\SRV\\ADMIN$", true }, { "\\\\SRV\\c$", true }, { "\\\\SRV\\IPC$", false }, { "\\\\SRV\\cc$", false }, { "", false },
	};

	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		char *kept = share_keep(&env, shares[i].text);

		cr_expect_eq(share_is_admin(kept), shares[i].is_admin, "%s", shares[i].text);
		share_release(env.pool, kept);
	}
}

Test(share, is_the_same_administrative_one_whatever_its_host_and_spelling)
{
	static const struct { const char *one, *other; bool is_same; } shares[] = {
		{ "\\\\SRV\\ADMIN$", "\\\\h1\\admin$", true }, { "\\\\SRV\\C$", "\\\\h1\\c$", true },
		{ "\\\\SRV\\ADMIN$", "\\\\SRV\\A$", false }, { "\\\\SRV\\ADMIN$", "\\\\SRV\\Z$", false },
		{ "\\\\SRV\\data", "\\\\SRV\\data", false },
	};

	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		char *one = share_keep(&env, shares[i].one), *other = share_keep(&env, shares[i].other);

		cr_expect_eq(share_is_same_admin(one, other), shares[i].is_same, "%s, %s", shares[i].one, shares[i].other);
		share_release(env.pool, one);
		share_release(env.pool, other);
	}
}

Test(share, may_be_unknown)
{
	cr_expect_null(share_keep(&env, NULL));
	cr_expect_null(share_hold(NULL));
	cr_expect_not(share_is_admin(NULL));
	share_release(env.pool, NULL);
}

Test(share, is_cut_as_names_are)
{
	char text[LIMIT_PATH_BYTES + 2];
	char *kept;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	kept = share_keep(&env, text);
	cr_expect_eq(strlen(kept), (size_t)LIMIT_PATH_BYTES);
	share_release(env.pool, kept);
}

Test(share, that_finds_no_memory_is_counted)
{
	void *all = pool_get(env.pool, 1 << 20);

	cr_expect_null(share_keep(&env, "\\\\SRV\\data"));
	cr_expect_eq(counts.of[COUNT_POOL_FULL], 1);
	pool_put(env.pool, all, 1 << 20);
}
