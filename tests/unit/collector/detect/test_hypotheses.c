#include "collector/detect/hypotheses.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <string.h>

enum { STEPS = 4 };

static struct access access_row;
static struct step steps[STEPS];
static size_t n_steps;

static void add(const char *name, json_t *detail)
{
	steps[n_steps] = (struct step){ .ordinal = (uint32_t)n_steps, .name = name, .count = 1, .admin = true, .detail = detail };
	n_steps++;
}

static struct incident compose(enum verdict verdict)
{
	struct incident i;
	access_row = (struct access){ .is_access = true, .source = "10.0.0.1", .destination = "10.0.0.2", .verdict = verdict };
	struct member m = { &access_row, steps, n_steps };
	incident_compose(ruleskit_rules(), &m, 1, &i);
	return i;
}

static void end(void)
{
	for (size_t i = 0; i < n_steps; i++)
		json_decref(steps[i].detail);
	n_steps = 0;
}

TestSuite(hypotheses, .fini = end);

static long long score_of(const struct incident *i)
{
	return json_integer_value(json_object_get(json_array_get(i->hypotheses, 0), "score"));
}

static bool says(const struct incident *i, const char *text)
{
	for (size_t e = 0; e < json_array_size(i->evidence); e++)
		if (strstr(json_string_value(json_array_get(i->evidence, e)), text))
			return true;
	return false;
}

Test(hypotheses, kinds_of_evidence_add_up_and_each_is_named_with_its_weight)
{
	add("auth.ntlm_privileged", json_pack("{s:s}", "target_name", "cifs/fs1.lab.example"));
	add("auth.client_library", json_pack("{s:s}", "library", "impacket"));
	struct incident i = compose(VERDICT_UNVERIFIED);
	cr_assert_eq(score_of(&i), 15 + 15 + 10);
	cr_assert(says(&i, "Hypothesis, not a finding: Pass-the-Hash, 40 of 100 points"));
	cr_assert(says(&i, "by its name (cifs/fs1.lab.example), where Kerberos was possible (15)"));
	cr_assert_not(says(&i, "T1550.002 detected"));
	incident_fini(&i);
}

Test(hypotheses, ntlm_by_address_is_expected)
{
	add("auth.ntlm_privileged", json_pack("{s:s}", "target_name", "cifs/192.0.2.1"));
	add("auth.client_library", json_pack("{s:s}", "library", "impacket"));
	struct incident i = compose(VERDICT_UNVERIFIED);
	cr_assert_eq(json_array_size(i.hypotheses), 0, "25 points are not shown");
	incident_fini(&i);
}

Test(hypotheses, an_erased_logon_weighs)
{
	add("auth.ntlm_privileged", NULL);
	add("file.write.exe", NULL);
	struct incident seen = compose(VERDICT_UNAPPROVED), erased = compose(VERDICT_UNLOGGED);
	cr_assert_eq(json_array_size(seen.hypotheses), 0, "two kinds of evidence are not enough");
	cr_assert_eq(score_of(&erased), 50);
	incident_fini(&seen);
	incident_fini(&erased);
}

Test(hypotheses, the_technique_is_not_among_those_of_the_incident)
{
	add("auth.ntlm_privileged", NULL);
	add("auth.workstation_differs", json_pack("{s:s,s:s}", "workstation", "KALI", "known", "cl1"));
	add("auth.credential_switch", json_pack("{s:s,s:s}", "usual", "LAB\\eve", "account", "LAB\\admin"));
	struct incident i = compose(VERDICT_UNLOGGED);
	cr_assert_eq(score_of(&i), 70);
	for (size_t t = 0; t < json_array_size(i.techniques); t++)
		cr_assert_str_neq(json_string_value(json_array_get(i.techniques, t)), "T1550.002");
	incident_fini(&i);
}

Test(hypotheses, a_document_that_contradicts_itself_is_refused)
{
#define HEAD "{\"hypotheses\":[{\"name\":\"x\",\"title\":\"x\",\"caution\":\"x\",\"evidence\":[{\"kind\":\"k\",\"why\":\"w\","
	static const char *const wrong[] = {
		"",
		"[]",
		"{\"hypotheses\":[{\"name\":\"x\"}]}",
		HEAD "\"weight\":5}]}]}",
		HEAD "\"weight\":500,\"all\":[\"a.b\"]}]}]}",
		HEAD "\"weight\":5,\"all\":[\"fact:nobody\"]}]}]}",
	};
	char error[256];
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		error[0] = '\0';
		struct rule_texts texts = RULESKIT_TEXTS;
		texts.hypotheses = wrong[i];
		cr_assert_null(rules_new(&texts, error, sizeof error), "%s", wrong[i]);
		cr_assert_not_null(strstr(error, "hypotheses.json"), "%s: %s", wrong[i], error);
	}
}
