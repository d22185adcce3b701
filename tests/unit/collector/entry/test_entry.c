#include "collector/entry.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "", "line 1" },
	{ "[]", "one JSON object" },
	{ "{}", "one JSON object" },
	{ "{\"entries\":{}}", "one JSON object" },
	{ "{\"entries\":[],\"x\":1}", "one JSON object" },
	{ "{\"entries\":[1]}", "entry 1: a whitelist entry is a JSON object" },
	{ "{\"entries\":[{},{\"sorce\":\"10.0.0.1\"}]}", "entry 2: sorce: a whitelist entry has no such key" },
	{ "{\"entries\":[{\"source\":\"10.0.0/33\"}]}", "source: \"10.0.0/33\" is not an address" },
	{ "{\"entries\":[{\"source\":5}]}", "source: only text" },
	{ "{\"entries\":[{\"destination\":\"\"}]}", "destination: \"\" is not" },
	{ "{\"entries\":[{\"account\":\"\"}]}", "account: \"\" is not" },
	{ "{\"entries\":[{\"account\":\"LAB\\\\dave; LAB\\\\eve\"}]}", "account: only one account (several need an entry each)" },
	{ "{\"entries\":[{\"account\":\"dave,eve\"}]}", "account: only one account" },
	{ "{\"entries\":[{\"actions\":\"svcctl.*\"}]}", "actions: only a list" },
	{ "{\"entries\":[{\"actions\":[\"psexek\"]}]}", "actions: \"psexek\" is not" },
	{ "{\"entries\":[{\"actions\":[\"CreateServiceW\"]}]}", "actions: \"CreateServiceW\" is not" },
	{ "{\"entries\":[{\"actions\":[7]}]}", "actions: only a list" },
	{ "{\"entries\":[{\"actions\":[\"T\"]}]}", "actions: \"T\" is not" },
	{ "{\"entries\":[{\"sha256\":\"abc\"}]}", "sha256: \"abc\" is not 64 hex digits" },
	{ "{\"entries\":[{\"when\":\"office hours\"}]}", "when: \"office hours\" is not" },
	{ "{\"entries\":[{\"valid_from\":\"soon\"}]}", "valid_from: only a time" },
	{ "{\"entries\":[{\"valid_from\":\"2025-02-30\"}]}", "valid_from: only a time" },
	{ "{\"entries\":[{\"valid_from\":\"2025-01-02\",\"valid_until\":\"2025-01-01\"}]}", "valid_until: must be later" },
	{ "{\"entries\":[{\"source\":\"10.0.0.1\",\"source\":\"10.0.0.2\"}]}", "duplicate" },
};

Test(entry, a_wrong_document_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char error[256] = "";
		cr_expect_null(ruleskit_baseline(wrong[i].text, strlen(wrong[i].text), error, sizeof error), "%s", wrong[i].text);
		cr_expect(strstr(error, wrong[i].error), "%s gives: %s", wrong[i].text, error);
	}
}

Test(entry, a_date_begins_at_midnight_ends_with_its_day_and_a_missing_key_means_any)
{
	json_t *json = json_pack("{s:s,s:n}", "valid_from", "1970-01-02", "account");
	json_object_set_new(json, "valid_until", json_string("1970-01-02"));
	struct baseline_entry e;
	char error[256] = "";
	cr_assert(entry_of_json(ruleskit_rules(), json, &e, error, sizeof error), "%s", error);
	cr_expect_eq(e.valid_from_ns, INT64_C(86400) * 1000000000);
	cr_expect_eq(e.valid_until_ns, 2 * INT64_C(86400) * 1000000000);
	cr_expect_null(e.account);
	cr_expect_null(e.source);
	json_decref(json);
}

Test(entry, nothing_is_written_when_an_entry_is_refused)
{
	json_t *json = json_pack("{s:s}", "sorce", "10.0.0.1");
	struct baseline_entry e = { .id = 7 };
	char error[256] = "";
	cr_expect(!entry_of_json(ruleskit_rules(), json, &e, error, sizeof error));
	cr_expect_eq(e.id, 7);
	json_decref(json);
}

Test(entry, what_a_row_says_can_be_read_again)
{
	json_t *row = json_pack("{s:i,s:s,s:n,s:[s],s:i}", "id", 3, "source", "10.0.0.1", "account", "actions", "psexec", "hits", 9);
	json_t *bare = entry_bare(row);
	struct baseline_entry e;
	char error[256] = "";
	cr_expect_eq(json_object_size(bare), 2);
	cr_assert(entry_of_json(ruleskit_rules(), bare, &e, error, sizeof error), "%s", error);
	cr_expect_str_eq(e.source, "10.0.0.1");
	json_decref(bare);
	json_decref(row);
}
