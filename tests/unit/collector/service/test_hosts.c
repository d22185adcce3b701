#include "tests/lib/bench.h"

#include <criterion/criterion.h>
#include <string.h>

static struct bench b;
static const struct service_session me = { .user = "me" };

static void begin(void)
{
	bench_open(&b, ":memory:");
}

static void end(void)
{
	bench_close(&b);
}

TestSuite(named_hosts, .init = begin, .fini = end);

static enum answer change(enum answer (*how)(struct service *, const struct service_session *, const json_t *, char *), const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	cr_assert_not_null(json, "%s", text);
	enum answer answer = how(b.service, &me, json, b.error);
	json_decref(json);
	return answer;
}

static size_t n_legitimate(void)
{
	json_t *page = NULL;
	cr_assert_eq(service_accesses(b.service, &(struct service_query){ .verdict = "legitimate" }, &page, b.error), ANSWER_OK);
	size_t n = json_array_size(json_object_get(page, "items"));
	json_decref(page);
	return n;
}

Test(named_hosts, naming_one_explains_its_accesses_and_taking_it_back_does_not)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	json_t *entry = json_pack("{s:s,s:s}", "source", "jump1", "reason", "our jump host"), *out = NULL;
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(n_legitimate(), 0);
	cr_assert_eq(change(service_host_add, "{\"site\":\"branch\",\"name\":\"jump1\",\"address\":\"10.0.0.1\"}"), ANSWER_OK);
	cr_expect_eq(n_legitimate(), 1);
	bench_psexec(&b, "admin", "10.0.0.3", 60);
	cr_expect_eq(n_legitimate(), 2);
	cr_assert_eq(change(service_host_remove, "{\"site\":\"branch\",\"name\":\"jump1\"}"), ANSWER_OK);
	cr_expect_eq(n_legitimate(), 0);
	cr_expect_eq(change(service_host_remove, "{\"site\":\"branch\",\"name\":\"jump1\"}"), ANSWER_NOT_FOUND);
	json_decref(entry);
	json_decref(out);
}

static const char *const wrong[] = {
	"{}", "{\"site\":\"\",\"name\":\"a\",\"address\":\"10.0.0.1\"}", "{\"site\":\"s\",\"name\":\"a b\",\"address\":\"10.0.0.1\"}",
	"{\"site\":\"s\",\"name\":\"a\",\"address\":\"10.0.0.0/24\"}", "{\"site\":\"s\",\"name\":\"a\",\"address\":\"b\"}",
};

Test(named_hosts, what_is_no_host_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		b.error[0] = '\0';
		cr_expect_eq(change(service_host_add, wrong[i]), ANSWER_BAD_REQUEST, "%s", wrong[i]);
		cr_expect_neq(b.error[0], '\0');
	}
}
