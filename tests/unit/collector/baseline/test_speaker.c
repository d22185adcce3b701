#include "collector/baseline/speaker.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(speaker, a_name_is_its_host_with_and_without_domain)
{
	cr_expect(speaker_may("fs1", "FS1.lab.example"));
	cr_expect(speaker_may("FS1.lab.example", "fs1"));
	cr_expect(speaker_may("fs1, dc1", "DC1"));
	cr_expect(speaker_may("10.0.0.2", "10.0.0.2"));
	cr_expect_not(speaker_may("fs1", "fs2"));
	cr_expect_not(speaker_may("fs1.lab.example", "fs1.other.example"));
	cr_expect_not(speaker_may("fs1", "fs11"));
	cr_expect_not(speaker_may("10.0.0.2", "10.0.0.20"));
}

Test(speaker, a_pattern_is_of_the_name_as_written)
{
	cr_expect(speaker_may("*", "anything"));
	cr_expect(speaker_may("fs?,*.branch.example", "DC.branch.example"));
	cr_expect(speaker_may("fs*", "FS1.lab.example"));
	cr_expect_not(speaker_may("*.branch.example", "dc"));
}

Test(speaker, an_empty_list_is_of_nobody)
{
	cr_expect_not(speaker_may("", "fs1"));
	cr_expect_not(speaker_may(" , ,", "fs1"));
	cr_expect_not(speaker_is_list(" , ,"));
	cr_expect(speaker_is_list("fs1"));
}

Test(speaker, a_name_longer_than_any_is_no_list)
{
	char list[300];
	for (size_t i = 0; i < sizeof list; i++)
		list[i] = 'a';
	list[255] = '\0';
	cr_expect(speaker_is_list(list));
	list[255] = 'a';
	list[256] = '\0';
	cr_expect_not(speaker_is_list(list));
	list[256] = 'a';
	list[299] = '\0';
	cr_expect_not(speaker_may(list, list));
}

Test(speaker, addresses_of_every_host_name_nobody)
{
	cr_expect(speaker_is_loopback("127.0.0.1"));
	cr_expect(speaker_is_loopback("::1"));
	cr_expect(speaker_is_loopback("LOCALHOST"));
	cr_expect_not(speaker_is_loopback("10.0.0.1"));
}

static const struct {
	const char *hosts, *name;
	enum speaker_word word;
	const char *after;
} bound[] = {
	{ "fs1", "FS1", SPEAKER_KNOWN, "fs1" },
	{ "fs1", "fs1.lab.example", SPEAKER_BOUND, "fs1.lab.example" },
	{ "fs1.lab.example", "fs1.evil", SPEAKER_NONE, "fs1.lab.example" },
	{ "fs1.lab.example", "FS1", SPEAKER_KNOWN, "fs1.lab.example" },
	{ "dc1, fs1 fs2", "fs1.lab.example", SPEAKER_BOUND, "dc1, fs1.lab.example fs2" },
	{ "fs1,fs1.lab.example", "fs1.lab.example", SPEAKER_KNOWN, "fs1,fs1.lab.example" },
	{ "fs*,fs1", "fs1.lab.example", SPEAKER_KNOWN, "fs*,fs1" },
	{ "fs1,*", "fs1.lab.example", SPEAKER_KNOWN, "fs1,*" },
	{ "10.0.0.2", "10.0.0.2", SPEAKER_KNOWN, "10.0.0.2" },
	{ "fe80::1", "fe80::1", SPEAKER_KNOWN, "fe80::1" },
	{ "fs1", "fs2.lab.example", SPEAKER_NONE, "fs1" },
	{ "", "fs1", SPEAKER_NONE, "" },
	{ "fs1", "fs1.a,dc1", SPEAKER_NONE, "fs1" },
	{ "fs1", "fs1.*", SPEAKER_NONE, "fs1" },
	{ "*", "fs1.a,dc1", SPEAKER_KNOWN, "*" },
	{ "fs1,abcdefghijklmnopqrst", "fs1.lab.example", SPEAKER_NONE, "fs1,abcdefghijklmnopqrst" },
	{ "fs1,abcdefghijklmno", "fs1.lab.example", SPEAKER_BOUND, "fs1.lab.example,abcdefghijklmno" },
	{ "fs1,abcdefghijklmnop", "fs1.lab.example", SPEAKER_NONE, "fs1,abcdefghijklmnop" },
};

Test(speaker, a_name_without_a_domain_is_bound_to_the_first_one_seen)
{
	for (size_t i = 0; i < sizeof bound / sizeof *bound; i++) {
		char hosts[32];
		snprintf(hosts, sizeof hosts, "%s", bound[i].hosts);
		cr_expect_eq(speaker_bind(hosts, sizeof hosts, bound[i].name), bound[i].word, "row %zu", i);
		cr_expect_str_eq(hosts, bound[i].after, "row %zu", i);
	}
}
