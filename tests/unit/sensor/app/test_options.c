#include "sensor/options.h"

#include <criterion/criterion.h>
#include <string.h>

static struct options o;
static char words[32][64];
static char *argv[33];

/* Read a command line given as one string; words are separated by one space. */
static int read_line(const char *line)
{
	int argc = 0;

	while (*line != '\0') {
		size_t n = strcspn(line, " ");

		snprintf(words[argc], sizeof(words[argc]), "%.*s", (int)n, line);
		argv[argc] = words[argc];
		argc++;
		line += n + (line[n] == ' ');
	}
	argv[argc] = NULL;
	return options_read(&o, argc, argv);
}

static void expect_refusal(const char *line, const char *why)
{
	cr_expect_eq(read_line(line), -1, "%s", line);
	cr_expect_not_null(strstr(o.error, why), "%s: %s", line, o.error);
}

Test(options, files_follow_read)
{
	cr_assert_eq(read_line("sensor --read a b --format proto c --site Osaka --out x"), 0);
	cr_expect_eq(o.mode, OPTIONS_PRINT);
	cr_expect_eq(o.n_paths, 3);
	cr_expect_str_eq(o.paths[0], "a");
	cr_expect_str_eq(o.paths[1], "b");
	cr_expect_str_eq(o.paths[2], "c");
	cr_expect_eq(o.format, OPTIONS_PROTO);
	cr_expect_str_eq(o.site, "Osaka");
	cr_expect_str_eq(o.out_dir, "x");
}

Test(options, files_are_hashed_and_kept_as_asked)
{
	cr_assert_eq(read_line("sensor --read a --hash all --extract q --extract-max 1000"), 0);
	cr_expect_eq(o.live.limits.hash, HASH_ALL);
	cr_expect_str_eq(o.live.extract_dir, "q");
	cr_expect_eq(o.live.extract_bytes, 1000);
	cr_assert_eq(read_line("sensor --read a"), 0);
	cr_expect_eq(o.live.limits.hash, HASH_DEFAULT);
	cr_expect_null(o.live.extract_dir);
	cr_assert_eq(read_line("sensor --interface i --collector c --key k --collector-key x --spool s --extract q"), 0);
	cr_expect_str_eq(o.live.extract_dir, "q");
}

Test(options, zeek_s_logs_go_into_a_folder)
{
	cr_assert_eq(read_line("sensor --read a --format zeek --out d"), 0);
	cr_expect_eq(o.format, OPTIONS_ZEEK);
	cr_assert_eq(read_line("sensor --read a --format zeek-json --out d"), 0);
	cr_expect_eq(o.format, OPTIONS_ZEEK_JSON);
}

Test(options, every_smb_command_can_be_asked_for)
{
	cr_assert_eq(read_line("sensor --read a --format commands"), 0);
	cr_expect_eq(o.format, OPTIONS_COMMANDS);
}

Test(options, read_may_be_repeated_and_take_standard_input)
{
	cr_assert_eq(read_line("sensor --read a --read -"), 0);
	cr_expect_eq(o.n_paths, 2);
	cr_expect_str_eq(o.paths[1], "-");
	cr_assert_eq(read_line("sensor --read a -- --odd-name"), 0);
	cr_expect_str_eq(o.paths[1], "--odd-name");
}

Test(options, what_is_not_said_has_its_default)
{
	cr_assert_eq(read_line("sensor --read a"), 0);
	cr_expect_eq(o.format, OPTIONS_JSON);
	cr_expect_str_eq(o.site, "default");
	cr_expect_null(o.name);
	cr_expect_not(o.is_paced);
	cr_expect_eq(o.live.limits.memory_bytes, limits_default.memory_bytes);
}

Test(options, live_needs_everything_that_belongs_to_it)
{
	cr_assert_eq(read_line("sensor --interface eth0 --collector tcp://c:1 --key k --collector-key ck "
			       "--spool s --spool-size 5 --memory 9"),
		     0);
	cr_expect_eq(o.mode, OPTIONS_LIVE);
	cr_expect_str_eq(o.live.uplink.endpoint, "tcp://c:1");
	cr_expect_eq(o.live.spool_bytes, 5u << 20);
	cr_expect_eq(o.live.limits.memory_bytes, 9u << 20);
	cr_expect_eq(o.live.health_every_s, LIVE_HEALTH_EVERY_S);
	expect_refusal("sensor --interface eth0", "--collector is missing");
	expect_refusal("sensor --interface eth0 --collector c", "--key is missing");
	expect_refusal("sensor --interface eth0 --collector c --key k", "--collector-key is missing");
	expect_refusal("sensor --read f --collector c --key k --collector-key x", "--spool is missing");
	expect_refusal("sensor --read f --collector c --key k --collector-key x --spool s --format json", "--format");
}

Test(options, what_makes_no_sense_is_refused_with_its_name)
{
	expect_refusal("sensor", "--read FILE or --interface");
	expect_refusal("sensor a", "a: what is it?");
	expect_refusal("sensor --read", "--read");
	expect_refusal("sensor --reed a", "--reed");
	expect_refusal("sensor --pace=3 --read a", "--pace");
	expect_refusal("sensor --read a --interface b", "do not go together");
	expect_refusal("sensor --read a --format zeek", "--out");
	expect_refusal("sensor --read a --hash some", "--hash some");
	expect_refusal("sensor --read a --extract-max 0", "--extract-max 0");
	expect_refusal("sensor --read a --format xml", "--format xml");
}

Test(options, numbers_have_bounds)
{
	cr_expect_eq(read_line("sensor --read a --memory 8"), 0);
	expect_refusal("sensor --read a --memory 7", "--memory 7");
	expect_refusal("sensor --read a --memory 65537", "65536");
	expect_refusal("sensor --read a --memory -1", "--memory -1");
	expect_refusal("sensor --read a --memory 8MiB", "--memory 8MiB");
	expect_refusal("sensor --read a --memory 99999999999999999999", "--memory");
}

Test(options, help_names_every_option_it_takes)
{
	char text[8192] = "";
	FILE *out = fmemopen(text, sizeof(text) - 1, "w");

	options_help(out);
	fclose(out);
	cr_expect_not_null(strstr(text, "--collector-key KEY"));
	cr_expect_not_null(strstr(text, "--pace"));
	cr_assert_eq(read_line("sensor --help --nonsense-is-still-nonsense"), -1);
	cr_assert_eq(read_line("sensor --version"), 0);
	cr_expect_eq(o.mode, OPTIONS_VERSION);
	cr_assert_eq(read_line("sensor --list protocols"), 0);
	cr_expect_eq(o.mode, OPTIONS_LIST);
}
