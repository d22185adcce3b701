#include "collector/baseline/width.h"

#include "collector/detect/rules.h"
#include "proto/base/clock.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>

enum { MONTH_DAYS = 31 };
static const int64_t now_ns = 1700000000 * CLOCK_SECOND_NS;

static const struct {
	const char *source, *account, *destination, *action;
	bool is_open, is_wide;
} rows[] = {
	{ NULL, NULL, NULL, NULL, true, true },
	{ NULL, "*", "10.0.0.9", "svcctl.*", true, true },
	{ NULL, "?*", "10.0.0.9", "svcctl.*", true, true },
	{ NULL, "**", "10.0.0.9", "svcctl.*", true, true },
	{ NULL, "*\\*", "10.0.0.9", "svcctl.*", true, true },
	{ NULL, "LAB\\*", "10.0.0.9", "svcctl.*", true, true },
	{ NULL, "*@lab.test", "10.0.0.9", "svcctl.*", true, true },
	{ "0.0.0.0/0", NULL, "10.0.0.9", "svcctl.*", true, true },
	{ "::/0", "*", "10.0.0.9", "svcctl.*", true, true },
	{ "0.0.0.0/1", NULL, "10.0.0.9", "svcctl.*", true, true },
	{ "10.0.0.0-10.1.0.0", NULL, "10.0.0.9", "svcctl.*", true, true },
	{ "2001:db8::/32", NULL, "10.0.0.9", "svcctl.*", true, true },
	{ "10.0.0.0/16", NULL, "10.0.0.9", "svcctl.*", false, false },
	{ "2001:db8::/48", NULL, "10.0.0.9", "svcctl.*", false, false },
	{ "jump1", NULL, "10.0.0.9", NULL, false, true },
	{ "jump1", "*", "10.0.0.9", NULL, false, true },
	{ "10.0.0.5", "?*", NULL, "?*", false, true },
	{ "10.0.0.5", NULL, "0.0.0.0/0", "*.*", false, true },
	{ "10.0.0.5", NULL, NULL, "psexec", false, false },
	{ "10.0.0.5", NULL, NULL, "impacket-wmiexec", false, true },
	{ "10.0.0.5", NULL, NULL, "svcctl.create_service", false, false },
	{ "10.0.0.5", NULL, NULL, "T1569", false, false },
	{ "0.0.0.0/0", "LAB\\adm", NULL, "**", false, true },
	{ "0.0.0.0/0", "LAB\\adm-*", "fs1", NULL, false, true },
	{ "10.0.0.5", "a", NULL, NULL, false, false },
};

static bool is_wide(const struct baseline_entry *e)
{
	return width_warning(ruleskit_rules()->profiles, e, now_ns) != NULL;
}

Test(width, an_entry_is_judged_by_what_it_leaves_open)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct baseline_entry e = { .source = rows[i].source, .account = rows[i].account, .destination = rows[i].destination,
					    .valid_from_ns = INT64_MIN, .valid_until_ns = now_ns + CLOCK_HOUR_NS };
		e.actions = rows[i].action != NULL ? json_pack("[s]", rows[i].action) : NULL;
		cr_expect_eq(width_is_open(&e), rows[i].is_open, "row %zu", i);
		cr_expect_eq(is_wide(&e), rows[i].is_wide, "row %zu", i);
		json_decref(e.actions);
	}
}

static const struct {
	const char *source, *account;
	int64_t from_ns, until_ns;
	bool is_wide;
} terms[] = {
	{ "10.0.0.5", "*", INT64_MIN, MONTH_DAYS * 24 * CLOCK_HOUR_NS, false },
	{ "10.0.0.5", "*", INT64_MIN, MONTH_DAYS * 24 * CLOCK_HOUR_NS + 1, true },
	{ "10.0.0.5", "*", CLOCK_HOUR_NS, MONTH_DAYS * 24 * CLOCK_HOUR_NS + 1, false },
	{ "10.0.0.5", NULL, INT64_MIN, INT64_MAX - now_ns, true },
	{ NULL, "LAB\\adm", INT64_MIN, MONTH_DAYS * 24 * CLOCK_HOUR_NS, false },
	{ NULL, "LAB\\adm", INT64_MIN, INT64_MAX - now_ns, true },
	{ "10.0.0.5", "LAB\\adm", INT64_MIN, INT64_MAX - now_ns, false },
	{ "10.0.0.5", "*", INT64_MIN, -CLOCK_HOUR_NS, false },
};

Test(width, what_names_no_source_or_no_account_is_wide_when_it_holds_for_more_than_a_month)
{
	json_t *actions = json_pack("[s]", "svcctl.*");
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		struct baseline_entry e = { .source = terms[i].source, .account = terms[i].account, .destination = "10.0.0.9",
					    .actions = actions, .valid_until_ns = now_ns + terms[i].until_ns };
		e.valid_from_ns = terms[i].from_ns == INT64_MIN ? INT64_MIN : now_ns + terms[i].from_ns;
		cr_expect_eq(is_wide(&e), terms[i].is_wide, "row %zu", i);
	}
	json_decref(actions);
}
