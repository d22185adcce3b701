#include "collector/store/store.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct store *store;
static int64_t site;
static char error[256];

static void open_store(void)
{
	store = store_open(":memory:", error, sizeof error);
	cr_assert_not_null(store, "%s", error);
	struct store_tx *tx = store_write(store);
	site = store_site(tx, "branch");
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
}

static void close_store(void)
{
	store_close(store);
}

TestSuite(domains, .init = open_store, .fini = close_store);

static bool claim(const char *server, const char *netbios, const char *dns)
{
	struct store_tx *tx = store_write(store);
	struct store_domain_claim c = { server, netbios, dns };
	bool has_changed = store_domain_claim(tx, site, &c);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	return has_changed;
}

/* The account under the other name of its domain, "" if none is known. Until the next call. */
static const char *alias(const char *account)
{
	static char out[300];
	struct store_tx *tx = store_read(store);
	if (!store_domain_alias(tx, site, account, out, sizeof out))
		out[0] = '\0';
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	return out;
}

Test(domains, two_names_that_a_server_says_are_one_domain)
{
	cr_expect_str_eq(alias("LAB.TEST\\dave"), "");
	cr_expect(claim("10.0.0.2", "LABDOM", "lab.test"));
	cr_expect_not(claim("10.0.0.2", "LABDOM", "lab.test"));
	cr_expect_not(claim("10.0.0.3", "labdom", "LAB.TEST"), "another server that says so changes nothing");
	cr_expect_str_eq(alias("LAB.TEST\\dave"), "LABDOM\\dave");
	cr_expect_str_eq(alias("labdom\\eve"), "lab.test\\eve");
	cr_expect_str_eq(alias("OTHER\\dave"), "");
	cr_expect_str_eq(alias("dave"), "");
}

Test(domains, one_server_does_not_make_a_domain_another)
{
	claim("10.0.0.2", "LABDOM", "lab.test");
	claim("10.0.0.3", "LABDOM", "lab.test");
	cr_expect_not(claim("10.0.0.66", "LABDOM", "evil.test"));
	cr_expect_not(claim("10.0.0.66", "EVIL", "lab.test"));
	cr_expect_str_eq(alias("LABDOM\\dave"), "lab.test\\dave");
	cr_expect_str_eq(alias("EVIL\\dave"), "");
	cr_expect_str_eq(alias("evil.test\\dave"), "");
}

Test(domains, where_as_many_say_this_as_that_nothing_is_known)
{
	claim("10.0.0.2", "LABDOM", "lab.test");
	cr_expect(claim("10.0.0.66", "LABDOM", "evil.test"));
	cr_expect_str_eq(alias("LABDOM\\dave"), "");
	cr_expect_str_eq(alias("lab.test\\dave"), "");
	cr_expect(claim("10.0.0.3", "LABDOM", "lab.test"));
	cr_expect_str_eq(alias("lab.test\\dave"), "LABDOM\\dave");
	cr_expect_str_eq(alias("evil.test\\dave"), "");
}

Test(domains, what_one_server_says_is_bounded)
{
	char netbios[16], dns[32];
	for (int i = 0; i < 40; i++) {
		snprintf(netbios, sizeof netbios, "D%d", i);
		snprintf(dns, sizeof dns, "d%d.test", i);
		cr_expect_eq(claim("10.0.0.66", netbios, dns), i < 16, "%d", i);
	}
}
