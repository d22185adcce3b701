/* An intruder owns one server, and so its stream of logs: what must not come of that. */
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char fs1_name[] = "FS1";
static struct bench b;

static void open_bench(void)
{
	bench_open(&b, ":memory:");
}

static void close_bench(void)
{
	bench_close(&b);
}

TestSuite(intruder, .init = open_bench, .fini = close_bench);

/* The source's row in the list. */
static json_t *source_row(const char *name)
{
	json_t *list = NULL, *found = NULL;
	cr_assert_eq(service_log_sources(b.service, &list, b.error), ANSWER_OK, "%s", b.error);
	for (size_t i = 0; i < json_array_size(json_object_get(list, "items")); i++) {
		json_t *row = json_array_get(json_object_get(list, "items"), i);
		if (strcmp(json_string_value(json_object_get(row, "file")), name) == 0)
			found = json_incref(row);
	}
	json_decref(list);
	cr_assert_not_null(found, "%s", name);
	return found;
}

/* FS1's living log, of which the intruder erased session 1. */
static void log_erased(void)
{
	struct logkit k;
	sessions_log(&k, 1);
	for (size_t i = 0; i < k.n; i++)
		k.records[i].server_address = "10.0.0.2";
	sessions_import(&b, &k);
}

/* What his server ${name} is made to say of session 1. */
static void forge(const char *name, const char *address)
{
	struct logkit k = { .server = name };
	logkit_logon(&k, SESSIONS_PORT + 1, "admin", 60);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].has_zone = true;
		k.records[i].server_address = address;
	}
	logkit_import(&b, &k, "fs2", 0, k.n);
}

Test(intruder, the_stream_of_one_server_cannot_write_the_log_of_another)
{
	sessions_see(&b);
	log_erased();
	cr_assert_str_eq(sessions_verdicts(&b), "alaa");
	sessions_stream(&b, "fs2", "fs2");
	forge("FS1.lab.example", "10.0.0.2");
	cr_expect_str_eq(sessions_verdicts(&b), "alaa");
	json_t *row = source_row("fs2");
	cr_expect_eq(json_integer_value(json_object_get(row, "refused")), 6);
	cr_expect_eq(json_integer_value(json_object_get(row, "records")), 0);
	json_decref(row);
}

Test(intruder, a_stream_that_was_told_no_hosts_speaks_of_the_first_one)
{
	sessions_see(&b);
	log_erased();
	sessions_stream(&b, "fs2", NULL);
	forge("FS2.lab.example", "10.0.0.9");
	forge("FS1.lab.example", "10.0.0.2");
	cr_expect_str_eq(sessions_verdicts(&b), "alaa");
	json_t *row = source_row("fs2");
	cr_expect_str_eq(json_string_value(json_object_get(row, "speaks_for")), "FS2.lab.example");
	cr_expect_eq(json_integer_value(json_object_get(row, "refused")), 6);
	json_decref(row);
}

/* He knows his own port and the moment, so his server's record pairs with the logon on the wire. */
Test(intruder, a_server_that_claims_the_address_of_another_does_not_confirm_its_accesses)
{
	for (int claims = 0; claims < 2; claims++) {
		sessions_challenge(&b, fs1_name);
		sessions_see(&b);
		log_erased();
		sessions_stream(&b, "fs2", "fs2");
		forge("FS2.lab.example", claims ? "10.0.0.2" : NULL);
		cr_expect_str_eq(sessions_verdicts(&b), "alaa");
		close_bench();
		open_bench();
	}
}

Test(intruder, the_names_of_a_stream_are_bounded)
{
	struct logkit k = { .n = 0 };
	char names[LOGKIT_MAX][16];
	sessions_stream(&b, "wec", "*");
	for (unsigned batch = 0; batch < 20; batch++) {
		k.n = 0;
		for (unsigned i = 0; i < LOGKIT_MAX; i++) {
			snprintf(names[i], sizeof names[i], "h%u", batch * LOGKIT_MAX + i);
			k.server = names[i];
			logkit_life(&k, 0);
		}
		logkit_import(&b, &k, "wec", 0, k.n);
	}
	json_t *row = source_row("wec");
	cr_expect_eq(json_array_size(json_object_get(row, "hosts")), 4096);
	cr_expect_eq(json_integer_value(json_object_get(row, "refused")), 20 * LOGKIT_MAX - 4096);
	json_decref(row);
}
