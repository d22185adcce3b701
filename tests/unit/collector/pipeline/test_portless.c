/* Logs that name no ports, by clocks that nothing proves. */
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* FS1's log of all sessions but ${erased}: its zone is written, its clock ${ahead} seconds off, and no record names a port. */
static void log_portless(struct logkit *k, int erased, int64_t ahead)
{
	sessions_log(k, erased);
	for (size_t i = 0; i < k->n; i++) {
		struct log_record *r = &k->records[i];
		r->time_ns += 4 * CLOCK_HOUR_NS + ahead * CLOCK_SECOND_NS;
		r->has_zone = true;
		r->source_port = 0;
		r->server_address = "10.0.0.2";
	}
}

static const char *verdicts_of(int erased, int64_t ahead)
{
	static char out[64];
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	log_portless(&k, erased, ahead);
	sessions_import(&b, &k);
	snprintf(out, sizeof out, "%s", sessions_verdicts(&b));
	bench_close(&b);
	return out;
}

Test(portless, a_clock_that_is_off_makes_nobody_an_intruder_and_hides_none)
{
	static const struct {
		int erased;
		int64_t ahead;
		const char *verdicts;
	} rows[] = {
		{ -1, 0, "aaaa" }, { -1, 8, "vvvv" },  { -1, -20, "vvvv" }, { -1, 100, NULL },
		{ 1, 8, "vlvv" },  { 0, -20, "lvvv" }, { 3, 25, "vvvl" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = verdicts_of(rows[i].erased, rows[i].ahead);
		if (rows[i].verdicts != NULL)
			cr_expect_str_eq(got, rows[i].verdicts, "row %zu: %s", i, got);
		else
			cr_expect(strchr(got, 'l') == NULL, "row %zu: %s", i, got);
	}
}

static void shuffle(struct logkit *k, unsigned seed)
{
	for (size_t i = k->n - 1; i > 0; i--) {
		size_t other = (size_t)rand_r(&seed) % (i + 1);
		struct log_record swapped = k->records[i];
		k->records[i] = k->records[other];
		k->records[other] = swapped;
	}
}

/* In pieces of all sizes, some of them twice, sessions in between and the last ones late, in any order. */
static void import_torn(struct bench *b, const struct logkit *k, unsigned seed)
{
	unsigned seen = 0, first = seed;
	for (size_t from = 0; from < k->n;) {
		size_t to = from + 1 + (size_t)rand_r(&seed) % 9;
		to = to < k->n ? to : k->n;
		logkit_import(b, k, "fs1.jsonl", from, to);
		if (rand_r(&seed) % 3 == 0)
			logkit_import(b, k, "fs1.jsonl", from, to);
		if (seen < N_SESSIONS && rand_r(&seed) % 4 == 0)
			sessions_see_one(b, (seen++ + first) % N_SESSIONS);
		from = to;
	}
	while (seen < N_SESSIONS)
		sessions_see_one(b, (seen++ + first) % N_SESSIONS);
}

Test(portless, shuffled_repeated_split_and_late_records_and_sessions_end_in_the_same_verdicts)
{
	for (unsigned seed = 1; seed <= 40; seed++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		log_portless(&k, 1, 8);
		shuffle(&k, seed);
		import_torn(&b, &k, seed);
		cr_expect_str_eq(sessions_verdicts(&b), "vlvv", "seed %u: %s", seed, sessions_verdicts(&b));
		bench_close(&b);
	}
}

Test(portless, a_logon_that_a_sensor_sends_late_takes_the_record_that_excused_another)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	log_portless(&k, 1, 8);
	sessions_import(&b, &k);
	sessions_see_one(&b, 1);
	cr_expect_str_eq(sessions_verdicts(&b), "v", "the records beside it are nobody's so far");
	sessions_see_one(&b, 0);
	sessions_see_one(&b, 2);
	sessions_see_one(&b, 3);
	cr_expect_str_eq(sessions_verdicts(&b), "vlvv", "%s", sessions_verdicts(&b));
	bench_close(&b);
}

Test(portless, the_evidence_names_the_record_how_far_it_is_and_why_it_counts)
{
	static const struct store_filter all = { .limit = -1 };
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	log_portless(&k, -1, 8);
	sessions_import(&b, &k);
	struct store_tx *tx = store_read(b.store);
	json_t *rows = store_list(tx, STORE_ACCESSES, &all, NULL);
	char *text = json_dumps(rows, 0);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
	cr_expect(strstr(text, "names no port and stands 8.0 s after the logon that the network saw") != NULL, "%s", text);
	cr_expect(strstr(text, "4624 on FS1.lab.example at") != NULL, "%s", text);
	free(text);
	json_decref(rows);
	bench_close(&b);
}

/* Three sessions of one person within four seconds, the last of them seen first, of which the log has ${kept}. */
static const char *verdicts_of_burst(unsigned kept)
{
	static char out[64];
	struct bench b;
	struct logkit k = { .offset_ns = 0 };
	bench_open(&b, ":memory:");
	sessions_see_at(&b, 3, 4);
	logkit_life(&k, -600);
	for (unsigned i = 1; i <= kept; i++)
		logkit_logon(&k, (uint16_t)(SESSIONS_PORT + i), "admin", 2 * (i - 1));
	logkit_life(&k, 6000);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].has_zone = true;
		k.records[i].source_port = 0;
		k.records[i].server_address = "10.0.0.2";
	}
	sessions_import(&b, &k);
	sessions_see_at(&b, 2, 2);
	sessions_see_at(&b, 1, 0);
	snprintf(out, sizeof out, "%s", sessions_verdicts(&b));
	bench_close(&b);
	return out;
}

Test(portless, a_record_confirms_one_session_of_a_burst_and_leaves_the_others_in_doubt)
{
	cr_expect_str_eq(verdicts_of_burst(3), "aaa");
	cr_expect_str_eq(verdicts_of_burst(2), "aav!");
	cr_expect_str_eq(verdicts_of_burst(1), "av!v!");
	cr_expect_str_eq(verdicts_of_burst(0), "lll");
}

/* His own record is gone, and one that may be his written later; ${port}: of somebody else's beside it. */
static const char *verdicts_beside(uint16_t port)
{
	static char out[64];
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, 1);
	logkit_life(&k, 400);
	k.records[k.n - 1].source_port = port;
	logkit_logon(&k, SESSIONS_PORT + 90, "admin", 60 + 300);
	for (size_t i = 0; i < k.n; i++) {
		struct log_record *r = &k.records[i];
		r->time_ns += 4 * CLOCK_HOUR_NS;
		r->has_zone = true;
		r->source_port = r->source_port >= SESSIONS_PORT ? 0 : r->source_port;
		r->server_address = "10.0.0.2";
	}
	sessions_import(&b, &k);
	snprintf(out, sizeof out, "%s", sessions_verdicts(&b));
	bench_close(&b);
	return out;
}

Test(portless, in_a_log_that_names_ports_a_record_without_one_excuses_nobody)
{
	cr_expect_str_eq(verdicts_beside(0), "avaa");
	cr_expect_str_eq(verdicts_beside(40000), "alaa");
}
