#include "collector/baseline/hosts.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct {
	const char *text;
	bool is_name;
} texts[] = {
	{ "fs1", true },	{ "FS1.lab.example", true }, { "my_host-2", true },  { "10.0.0.x", true },  { "1a", true },
	{ "", false },		{ ".", false },		     { "a.", false },	     { ".a", false },	    { "a..b", false },
	{ "10.0.0.300", false }, { "10.0.0/33", false },     { "a b", false },	     { "a.1", false },	    { "5", false },
	{ "h\xc3\xb6st", false },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

Test(hosts, a_name_is_labels_and_no_number)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		cr_expect_eq(hosts_is_name(texts[i].text), texts[i].is_name, "%s", texts[i].text);
}

static const struct {
	const char *site, *name, *address;
	bool has;
} asked[] = {
	{ "basel", "fs1", "10.0.0.9", true },		   { "basel", "FS1", "10.0.0.9", true },
	{ "basel", "fs1.lab.example", "10.0.0.9", true }, { "basel", "fs1.other.example", "10.0.0.9", false },
	{ "bern", "fs1", "10.0.0.9", false },		   { "basel", "fs1", "10.0.0.8", false },
	{ "basel", "fs", "10.0.0.9", false },		   { "basel", "fs11", "10.0.0.9", false },
	{ "bern", "pc7.bern.example", "10.0.0.9", true }, { "bern", "pc7", "10.0.0.10", true },
};

Test(hosts, a_host_is_known_by_its_name_with_and_without_a_domain)
{
	struct hosts *n = hosts_new();
	cr_assert(hosts_add(n, "basel", "fs1.lab.example", "10.0.0.9"));
	cr_assert(hosts_add(n, "bern", "PC7", "10.0.0.9"));
	cr_assert(hosts_add(n, "bern", "pc7", "10.0.0.10"));
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		cr_expect_eq(hosts_has(n, asked[i].site, asked[i].name, asked[i].address), asked[i].has, "row %zu", i);
	cr_expect(hosts_knows(n, "fs1"));
	cr_expect(!hosts_knows(n, "fs2"));
	hosts_free(n);
}

Test(hosts, many_are_found_in_any_order)
{
	enum { N = 1000 };
	struct hosts *n = hosts_new();
	char name[32], address[32];
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "host%d", (i * 7919) % N);
		snprintf(address, sizeof address, "10.0.%d.%d", i / 250, i % 250);
		cr_assert(hosts_add(n, "s", name, address));
	}
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "HOST%d.x", (i * 7919) % N);
		snprintf(address, sizeof address, "10.0.%d.%d", i / 250, i % 250);
		cr_expect(hosts_has(n, "s", name, address), "%s", name);
	}
	hosts_free(n);
}

Test(hosts, nothing_is_known_of_nothing)
{
	struct hosts *n = hosts_new();
	cr_expect(!hosts_has(n, "s", "a", "10.0.0.1"));
	hosts_free(n);
	hosts_free(NULL);
}
