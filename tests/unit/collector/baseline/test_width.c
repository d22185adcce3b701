#include "collector/baseline/width.h"

#include <criterion/criterion.h>

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
	{ "jump1", NULL, "10.0.0.9", NULL, false, false },
	{ "10.0.0.5", "?*", NULL, "?*", false, true },
	{ "10.0.0.5", NULL, "0.0.0.0/0", "*.*", false, true },
	{ "10.0.0.5", NULL, NULL, "psexec", false, true },
	{ "10.0.0.5", NULL, NULL, "svcctl.create_service", false, false },
	{ "10.0.0.5", NULL, NULL, "T1569", false, false },
	{ "0.0.0.0/0", "LAB\\adm", NULL, "**", false, true },
	{ "0.0.0.0/0", "LAB\\adm-*", "fs1", NULL, false, false },
	{ "10.0.0.5", "a", NULL, NULL, false, false },
};

Test(width, an_entry_is_judged_by_what_it_leaves_open)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct baseline_entry e = { .source = rows[i].source, .account = rows[i].account, .destination = rows[i].destination };
		e.actions = rows[i].action != NULL ? json_pack("[s]", rows[i].action) : NULL;
		cr_expect_eq(width_is_open(&e), rows[i].is_open, "row %zu", i);
		cr_expect_eq(width_warning(&e) != NULL, rows[i].is_wide, "row %zu", i);
		json_decref(e.actions);
	}
}
