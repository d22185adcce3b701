#include "collector/baseline/baseline.h"
#include "collector/baseline/hosts.h"
#include "proto/base/clock.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char other_sha[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

enum { N_STEPS = 5 };
static struct access access_row;
static struct step steps[N_STEPS];

static int64_t at(const char *text)
{
	int64_t ns = 0;
	cr_assert(clock_parse(text, &ns));
	return ns;
}

/* LAB\admin uploads and runs a service from 10.0.0.5 on 10.0.0.9, on a Monday at ten. */
static void begin(void)
{
	static const struct {
		const char *name, *technique;
		bool admin;
	} acts[N_STEPS] = {
		{ "smb.logon", NULL, false },
		{ "smb.tree.admin", "T1021.002", true },
		{ "file.write.exe", "T1570", true },
		{ "svcctl.create_service", "T1543.003", true },
		{ "svcctl.start_service", "T1569.002", true },
	};
	int64_t start = at("2025-01-06T10:00:00Z");
	access_row = (struct access){ .is_access = true, .site = "Basel", .source = "10.0.0.5", .destination = "10.0.0.9",
				      .account = "LAB\\Admin", .start_ns = start, .end_ns = start + 60 * CLOCK_SECOND_NS };
	for (uint32_t i = 0; i < N_STEPS; i++)
		steps[i] = (struct step){ .ordinal = i, .name = acts[i].name, .technique = acts[i].technique, .admin = acts[i].admin,
					  .time_ns = start + i * CLOCK_SECOND_NS, .last_ns = start + i * CLOCK_SECOND_NS, .count = 1 };
	steps[2].detail = json_pack("{s:s}", "sha256", sha);
}

static void end(void)
{
	json_decref(steps[2].detail);
}

TestSuite(baseline, .init = begin, .fini = end);

Test(baseline, what_can_be_said_without_the_steps_agrees_with_the_verdict)
{
	static const struct {
		const char *source, *account, *destination;
		int64_t valid_from_ns;
		bool may;
	} rows[] = {
		{ "10.0.0.5", NULL, NULL, INT64_MIN, true },	 { "10.0.0.6", NULL, NULL, INT64_MIN, false },
		{ NULL, "admin", "10.0.0.9", INT64_MIN, true },	 { NULL, "guest", NULL, INT64_MIN, false },
		{ NULL, NULL, "10.0.0.8", INT64_MIN, false },	 { "10.0.0.5", NULL, NULL, INT64_MAX - 1, false },
	};
	char error[256];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct baseline *b = baseline_new(ruleskit_rules());
		struct baseline_entry e = { .id = 7, .source = rows[i].source, .account = rows[i].account,
					    .destination = rows[i].destination, .valid_from_ns = rows[i].valid_from_ns,
					    .valid_until_ns = INT64_MAX };
		cr_assert(baseline_add(b, &e, error, sizeof error), "%s", error);
		cr_assert_eq(baseline_may_cover(b, &access_row), rows[i].may, "row %zu", i);
		cr_assert_eq(baseline_covers(b, &access_row, steps, N_STEPS) != 0, rows[i].may, "row %zu", i);
		cr_assert(baseline_has(b, 7) && !baseline_has(b, 6) && !baseline_has(b, 8));
		baseline_free(b);
	}
}

Test(baseline, an_entry_may_name_a_host_whose_address_somebody_told)
{
	char error[256];
	struct baseline *b = baseline_new(ruleskit_rules());
	struct baseline_entry e = { .id = 7, .source = "jump1", .valid_from_ns = INT64_MIN, .valid_until_ns = INT64_MAX };
	cr_assert(baseline_add(b, &e, error, sizeof error), "%s", error);
	cr_expect_eq(baseline_covers(b, &access_row, steps, N_STEPS), 0, "nobody has told an address");
	struct hosts *h = hosts_new();
	cr_assert(hosts_add(h, "Basel", "JUMP1.lab.example", "10.0.0.5"));
	baseline_use_hosts(b, h);
	cr_expect_eq(baseline_covers(b, &access_row, steps, N_STEPS), 7);
	cr_expect(baseline_is_by_name(b, 7));
	access_row.site = "Bern";
	cr_expect_eq(baseline_covers(b, &access_row, steps, N_STEPS), 0, "another site's jump1 is another host");
	baseline_free(b);
}

/* The id of the entry that ${entries} (the list of a document) has for the access; 0: none. */
static int64_t covered(const char *entries)
{
	char text[2048], error[256] = "";
	snprintf(text, sizeof text, "{\"entries\":[%s]}", entries);
	struct baseline *b = ruleskit_baseline(text, strlen(text), error, sizeof error);
	cr_assert_not_null(b, "%s: %s", text, error);
	int64_t covers = baseline_covers(b, &access_row, steps, N_STEPS);
	baseline_free(b);
	return covers;
}

static void note_act(void *ctx, const char *act)
{
	char *acts = ctx;
	size_t n = strlen(acts);
	snprintf(acts + n, 256 - n, "%s ", act);
}

Test(baseline, acts_left_over_are_what_the_actions_must_name_besides)
{
	static const struct {
		const char *actions, *left_over;
	} rows[] = {
		{ "[\"svcctl.*\"]", "smb.tree.admin file.write.exe " },
		{ "[\"T1569.002\"]", "smb.tree.admin file.write.exe svcctl.create_service " },
		{ "[\"wmi-exec\"]", "service-exec " },
		{ "[\"service-exec\"]", "" },
		{ "[]", "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[128], error[256], acts[256] = "";
		snprintf(text, sizeof text, "{\"entries\":[{\"actions\":%s}]}", rows[i].actions);
		struct baseline *b = ruleskit_baseline(text, strlen(text), error, sizeof error);
		cr_assert_not_null(b, "%s", error);
		baseline_left_over(b, &access_row, steps, N_STEPS, note_act, acts);
		cr_expect_str_eq(acts, rows[i].left_over, "row %zu", i);
		baseline_free(b);
	}
}

Test(baseline, a_profile_that_has_not_all_of_the_acts_is_no_proposal)
{
	char error[256], acts[256] = "";
	static const char text[] = "{\"entries\":[{\"actions\":[\"wmi-exec\"]}]}";
	struct baseline *b = ruleskit_baseline(text, sizeof text - 1, error, sizeof error);
	cr_assert_not_null(b, "%s", error);
	steps[1].name = "drsuapi.get_nc_changes";
	baseline_left_over(b, &access_row, steps, N_STEPS, note_act, acts);
	cr_expect_not_null(strstr(acts, "drsuapi.get_nc_changes "), "%s", acts);
	baseline_free(b);
}

static const struct {
	const char *entry;
	bool covers;
} entries[] = {
	{ "{}", true },
	{ "{\"source\":null}", true },
	{ "{\"source\":\"10.0.0.5\"}", true },
	{ "{\"source\":\"10.0.0.6\"}", false },
	{ "{\"site\":\"BASEL\"}", true },
	{ "{\"site\":\"b*\"}", true },
	{ "{\"site\":\"bern\"}", false },
	{ "{\"source\":\"10.0.0.0/24\",\"destination\":\"10.0.0.9\"}", true },
	{ "{\"source\":\"10.0.0.0/24\",\"destination\":\"10.0.0.10-10.0.0.20\"}", false },
	{ "{\"account\":\"lab\\\\admin\"}", true },
	{ "{\"account\":\"admin\"}", true },
	{ "{\"account\":\"LAB\\\\*\"}", true },
	{ "{\"account\":\"*\"}", true },
	{ "{\"account\":\"adm?n\"}", true },
	{ "{\"account\":\"OTHER\\\\admin\"}", false },
	{ "{\"account\":\"Admin@lab\"}", true },
	{ "{\"account\":\"adm*@LAB\"}", true },
	{ "{\"account\":\"admin@lab.test\"}", false },
	{ "{\"account\":\"admin@\"}", false },
	{ "{\"account\":\"@lab\"}", false },
	{ "{\"account\":\"administrator\"}", false },
	{ "{\"account\":\"lab\"}", false },
	{ "{\"actions\":[]}", true },
	{ "{\"actions\":[\"smb.tree.admin\",\"file.write.exe\",\"svcctl.*\"]}", true },
	{ "{\"actions\":[\"smb.tree.admin\",\"file.write.exe\",\"svcctl.create_service\"]}", false },
	{ "{\"actions\":[\"svcctl.*\"]}", false },
	{ "{\"actions\":[\"*\"]}", true },
	{ "{\"actions\":[\"T1021.002\",\"T1570\",\"T1543.003\",\"T1569.002\"]}", true },
	{ "{\"actions\":[\"T1021\",\"T1570\",\"T1543\",\"T1569\"]}", true },
	{ "{\"actions\":[\"T1021\",\"T1570\",\"T1543\"]}", false },
	{ "{\"actions\":[\"T102\",\"T1570\",\"T1543\",\"T1569\"]}", false },
	{ "{\"actions\":[\"service-exec\"]}", true },
	{ "{\"actions\":[\"psexec\"]}", false },
	{ "{\"actions\":[\"wmi-exec\"]}", false },
	{ "{\"actions\":[\"admin-share-copy\"]}", false },
	{ "{\"sha256\":\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"}", true },
	{ "{\"sha256\":\"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\"}", false },
	{ "{\"when\":\"Mon-Fri 08:00-18:00 UTC\"}", true },
	{ "{\"when\":\"Tue-Fri 08:00-18:00 UTC\"}", false },
	{ "{\"when\":\"Mon 08:00-18:00 Asia/Tokyo\"}", false },
	{ "{\"valid_from\":\"2025-01-06\",\"valid_until\":\"2025-01-07\"}", true },
	{ "{\"valid_from\":\"2025-01-06T10:00:00Z\"}", true },
	{ "{\"valid_from\":\"2025-01-06T10:00:01Z\"}", false },
	{ "{\"valid_until\":\"2025-01-06T10:00:04Z\"}", false },
	{ "{\"valid_until\":\"2025-01-06T10:00:05Z\"}", true },
	{ "{\"reason\":\"deployment\",\"author\":\"kim\"}", true },
};

Test(baseline, an_entry_covers_source_account_destination_time_and_every_admin_act)
{
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
		cr_expect_eq(covered(entries[i].entry) != 0, entries[i].covers, "%s", entries[i].entry);
}

Test(baseline, the_first_entry_that_covers_is_named)
{
	cr_assert_eq(covered("{\"source\":\"10.9.9.9\"},{\"account\":\"admin\"},{}"), 2);
	cr_assert_eq(covered("{\"source\":\"10.9.9.9\"}"), 0);
	cr_assert_eq(covered(""), 0);
}

Test(baseline, two_entries_that_cover_half_each_cover_nothing)
{
	cr_assert_eq(covered("{\"actions\":[\"smb.*\",\"file.*\"]},{\"actions\":[\"svcctl.*\"]}"), 0);
}

Test(baseline, an_unknown_account_matches_only_a_star)
{
	access_row.account = NULL;
	cr_assert(covered("{}"));
	cr_assert(covered("{\"account\":\"*\"}"));
	cr_assert(!covered("{\"account\":\"**\"}"));
	cr_assert(!covered("{\"account\":\"LAB\\\\*\"}"));
	cr_assert(!covered("{\"account\":\"?*\"}"));
}

Test(baseline, a_user_principal_name_is_its_user_too)
{
	access_row.account = "admin@lab.test";
	cr_assert(covered("{\"account\":\"admin\"}"));
	cr_assert(covered("{\"account\":\"admin@lab.test\"}"));
	cr_assert(covered("{\"account\":\"*@lab.test\"}"));
	cr_assert(!covered("{\"account\":\"*@other.test\"}"));
}

Test(baseline, one_act_outside_the_hours_spoils_the_access)
{
	cr_assert(covered("{\"when\":\"08:00-18:00\"}"));
	steps[4].last_ns = at("2025-01-06T19:00:00Z");
	cr_assert(!covered("{\"when\":\"08:00-18:00\"}"));
}

Test(baseline, acts_that_are_not_admin_need_no_cover)
{
	steps[0].name = "samr.samr_connect5";
	cr_assert(covered("{\"actions\":[\"smb.tree.admin\",\"file.write.exe\",\"svcctl.*\"]}"));
}

Test(baseline, an_executable_whose_hash_is_unknown_is_not_the_approved_one)
{
	char entry[128];
	snprintf(entry, sizeof entry, "{\"sha256\":\"%s\"}", sha);
	cr_assert(covered(entry));
	json_object_set_new(steps[2].detail, "merged", json_true());
	cr_assert(!covered(entry));
	json_object_clear(steps[2].detail);
	cr_assert(!covered(entry));
	json_object_set_new(steps[2].detail, "sha256", json_string(other_sha));
	cr_assert(!covered(entry));
}

Test(baseline, an_entry_that_names_only_an_executable_needs_it_to_move)
{
	char alone[128], with_source[160];
	snprintf(alone, sizeof alone, "{\"sha256\":\"%s\"}", sha);
	snprintf(with_source, sizeof with_source, "{\"sha256\":\"%s\",\"source\":\"10.0.0.5\"}", sha);
	steps[2].name = "file.write";
	cr_assert(!covered(alone));
	cr_assert(covered(with_source));
}

Test(baseline, a_profile_covers_only_an_access_that_shows_it)
{
	cr_assert(!covered("{\"actions\":[\"psexec\"]}"), "a service is created, but nothing shows PsExec");
	steps[0].name = "pipe.psexec_stdin";
	cr_assert(covered("{\"actions\":[\"psexec\"]}"));
	cr_assert(!covered("{\"actions\":[\"service-exec\"]}"), "PsExec is more than a service");
	steps[0].name = "pipe.psexec_stdin.refused";
	cr_assert(!covered("{\"actions\":[\"psexec\"]}"), "what was refused shows nothing");
}

Test(baseline, a_profile_does_not_cover_another_one_made_of_the_same_acts)
{
	json_decref(steps[2].detail);
	steps[2] = steps[1];
	steps[2].name = "svcctl.delete_service";
	steps[2].detail = NULL;
	steps[3].detail = json_pack("{s:s}", "image_path", "%COMSPEC% /Q /c echo x");
	cr_assert(covered("{\"actions\":[\"smbexec\"]}"));
	cr_assert(!covered("{\"actions\":[\"psexec\"]}"));
	cr_assert(!covered("{\"actions\":[\"service-exec\"]}"));
	json_decref(steps[3].detail);
}

Test(baseline, a_finding_without_an_access_is_never_legitimate)
{
	access_row.is_access = false;
	struct baseline *b = baseline_new(ruleskit_rules());
	struct baseline_entry any = { .id = 1, .valid_from_ns = INT64_MIN, .valid_until_ns = INT64_MAX };
	char error[128];
	cr_assert(baseline_add(b, &any, error, sizeof error));
	cr_assert_eq(baseline_covers(b, &access_row, steps, N_STEPS), 0);
	baseline_free(b);
}
