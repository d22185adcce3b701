/* An intruder owns one server, and so its stream of logs: what must not come of that. */
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/facts.h"
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
	cr_assert_eq(service_log_sources(b.service, &(struct service_query){ .limit = 500 }, &list, b.error), ANSWER_OK, "%s", b.error);
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

static json_int_t count_of(const char *source, const char *key)
{
	json_t *row = source_row(source);
	json_int_t n = json_integer_value(json_object_get(row, key));
	json_decref(row);
	return n;
}

Test(intruder, a_name_without_a_domain_speaks_of_the_first_domain_seen_alone)
{
	sessions_stream(&b, "fs2", "fs2");
	forge("FS2.lab.example", NULL);
	cr_expect_eq(count_of("fs2", "refused"), 0);
	forge("FS2.evil.example", NULL);
	cr_expect_eq(count_of("fs2", "refused"), 6);
	forge("fs2", NULL);
	cr_expect_eq(count_of("fs2", "refused"), 6, "the short name stays the host's");
	json_t *row = source_row("fs2");
	cr_expect_str_eq(json_string_value(json_object_get(row, "speaks_for")), "FS2.lab.example");
	json_decref(row);
}

Test(intruder, a_server_whose_name_is_a_pattern_or_a_list_speaks_of_nobody)
{
	sessions_stream(&b, "fs2", NULL);
	forge("*", NULL);
	forge("fs2,fs1", NULL);
	cr_expect_eq(count_of("fs2", "refused"), 12);
	forge("FS2", NULL);
	forge("FS1", NULL);
	cr_expect_eq(count_of("fs2", "refused"), 18);
}

/* What names no host, as the reader hands it on from the source fs2. */
static void forge_nameless(void)
{
	struct logkit k = { .server = "fs2" };
	logkit_logon(&k, SESSIONS_PORT + 1, "admin", 60);
	for (size_t i = 0; i < k.n; i++)
		k.records[i].has_zone = k.records[i].is_nameless = true;
	logkit_import(&b, &k, "fs2", 0, k.n);
}

Test(intruder, what_names_no_host_is_refused_where_the_source_speaks_of_several)
{
	sessions_stream(&b, "fs2", "fs7,fs8");
	forge_nameless();
	cr_expect_eq(count_of("fs2", "refused"), 6);
	cr_expect_eq(count_of("fs2", "records"), 0);
}

Test(intruder, what_names_no_host_is_the_one_hosts_of_its_source)
{
	sessions_stream(&b, "fs2", "fs7");
	forge_nameless();
	json_t *row = source_row("fs2");
	cr_expect_eq(json_integer_value(json_object_get(row, "refused")), 0);
	cr_expect_str_eq(json_string_value(json_array_get(json_object_get(row, "hosts"), 0)), "fs7");
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

/* FS1's stream says nowhere which address it has; ${first} says whether his log was there before. */
static const char *verdicts_of_claim(bool first, const char *address)
{
	static char out[64];
	struct logkit k;
	sessions_see(&b);
	sessions_stream(&b, "fs2", "fs2");
	sessions_stream(&b, "fs1", "fs1");
	if (first)
		forge("FS2.lab.example", address);
	sessions_log(&k, 1);
	logkit_import(&b, &k, "fs1", 0, k.n);
	if (!first)
		forge("FS2.lab.example", address);
	snprintf(out, sizeof out, "%s", sessions_verdicts(&b));
	close_bench();
	open_bench();
	return out;
}

Test(intruder, a_server_that_says_it_has_anothers_address_does_not_silence_the_others_log)
{
	for (int first = 0; first < 2; first++) {
		cr_expect_str_eq(verdicts_of_claim(first, "10.0.0.2"), "avaa", "%d", first);
		cr_expect_str_eq(verdicts_of_claim(first, NULL), "avaa", "%d", first);
		cr_expect_str_eq(verdicts_of_claim(first, "10.0.0.9"), "avaa", "%d", first);
	}
}

/* FS1 sends no log, and the network calls it FS1. */
Test(intruder, a_server_that_says_it_has_anothers_address_neither_confirms_nor_denies_what_went_there)
{
	sessions_challenge(&b, fs1_name);
	sessions_see(&b);
	sessions_stream(&b, "fs2", "fs2");
	forge("FS2.lab.example", "10.0.0.2");
	cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
}

/* ---- noise ------------------------------------------------------------------------------------------------------------- */

static size_t count(enum store_list what)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b.store);
	json_t *rows = store_list(tx, what, &all, NULL);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
	size_t n = json_array_size(rows);
	json_decref(rows);
	return n;
}

Test(intruder, a_log_that_claims_an_address_known_as_anothers_is_an_incident_once)
{
	for (int i = 0; i < 4; i++) {
		bool is_anothers = i % 2 == 0;
		if (i < 2)
			log_erased();
		else
			sessions_challenge(&b, fs1_name);
		sessions_stream(&b, "fs2", "fs2");
		for (int again = 0; again < 2; again++)
			forge("FS2.lab.example", is_anothers ? "10.0.0.2" : "10.0.0.9");
		cr_expect_eq(count(STORE_INCIDENTS), is_anothers, "%d", i);
		close_bench();
		open_bench();
	}
}

Test(intruder, a_flood_of_clearings_is_a_handful_of_findings)
{
	struct logkit k = { .n = 0 };
	char names[LOGKIT_MAX][16];
	sessions_stream(&b, "fs1", "fs1");
	for (unsigned i = 0; i < LOGKIT_MAX; i++) {
		logkit_life(&k, i);
		k.records[i].act = LOG_CLEARED;
		k.records[i].event_id = 1102;
		k.records[i].has_zone = true;
		snprintf(names[i], sizeof names[i], "user%u", i);
		k.records[i].account = names[i];
	}
	for (size_t from = 0; from < LOGKIT_MAX; from += 32)
		logkit_import(&b, &k, "fs1", from, from + 32);
	cr_expect_leq(count(STORE_INCIDENTS), 8);
	cr_expect_geq(count(STORE_INCIDENTS), 1);
}

/* ---- what a person says ------------------------------------------------------------------------------------------------ */

static const struct service_session me = { .user = "me" };

static void name_host(enum answer (*how)(struct service *s, const struct service_session *who, const json_t *host,
					 char text[SERVICE_ERROR_BYTES]),
		      const char *address)
{
	json_t *host = json_pack("{s:s,s:s,s:s*}", "site", "branch", "name", "fs1", "address", address);
	cr_assert_eq(how(b.service, &me, host, b.error), ANSWER_OK, "%s", b.error);
	json_decref(host);
}

/* Nothing on the wire names FS1, and its log has no logon that the network saw: only a person can say whose it is. */
Test(intruder, a_person_says_whose_log_it_is_and_takes_it_back)
{
	for (int named_first = 0; named_first < 2; named_first++) {
		struct logkit k = { .n = 0 };
		sessions_see(&b);
		logkit_life(&k, -600);
		logkit_life(&k, 6000);
		for (size_t i = 0; i < k.n; i++)
			k.records[i].has_zone = true;
		if (named_first)
			name_host(service_host_add, "10.0.0.2");
		sessions_import(&b, &k);
		if (!named_first) {
			cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
			name_host(service_host_add, "10.0.0.2");
		}
		cr_expect_str_eq(sessions_verdicts(&b), "llll");
		name_host(service_host_remove, NULL);
		cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
		close_bench();
		open_bench();
	}
}

Test(intruder, where_a_person_says_whose_address_it_is_another_stream_counts_for_nothing)
{
	sessions_see(&b);
	log_erased();
	sessions_stream(&b, "fs2", "fs2");
	forge("FS2.lab.example", "10.0.0.2");
	cr_expect_str_eq(sessions_verdicts(&b), "avaa", "his log has the address by its own word, as FS1's has: it is a doubt");
	name_host(service_host_add, "10.0.0.2");
	cr_expect_str_eq(sessions_verdicts(&b), "alaa");
}

static void approve_to(const char *destination)
{
	json_t *out = NULL, *entry = json_pack("{s:s,s:s,s:s}", "destination", destination, "account", "admin", "reason", "planned");
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &out, b.error), ANSWER_OK, "%s", b.error);
	json_decref(entry);
	json_decref(out);
}

/* The network calls 10.0.0.2 FS1 before the claim or after it. */
Test(intruder, what_is_approved_by_a_name_is_not_what_its_log_claims_of_anothers_address)
{
	for (int when = 0; when < 3; when++) {
		if (when == 0)
			sessions_challenge(&b, fs1_name);
		sessions_see(&b);
		sessions_stream(&b, "fs2", "fs2");
		forge("FS2.lab.example", "10.0.0.2");
		approve_to("fs2");
		if (when == 1)
			sessions_challenge(&b, fs1_name);
		sessions_see_one(&b, N_SESSIONS);
		cr_expect_eq(sessions_verdicts(&b)[N_SESSIONS], when == 2 ? 'g' : 'v', "%d: %s", when, sessions_verdicts(&b));
		close_bench();
		open_bench();
	}
}

Test(intruder, a_log_claims_no_more_than_a_host_can_have)
{
	char addresses[LOGKIT_MAX][16];
	struct logkit k = { .server = "FS2.lab.example" };
	sessions_stream(&b, "fs2", "fs2");
	for (unsigned i = 0; i < 100; i++) {
		logkit_life(&k, i);
		snprintf(addresses[i], sizeof addresses[i], "10.0.1.%u", i);
		k.records[i].has_zone = true;
		k.records[i].server_address = addresses[i];
	}
	logkit_import(&b, &k, "fs2", 0, k.n);
	json_t *row = source_row("fs2");
	const json_t *clock = json_array_get(json_object_get(row, "clocks"), 0);
	cr_expect_eq(json_array_size(json_object_get(clock, "addresses")), 64);
	json_decref(row);
}

/* ---- doubt ------------------------------------------------------------------------------------------------------------- */

/* A logon of ${user} from ${client}:${port}, which the network sees, ${second} after BENCH_T0. */
static void see_logon(const char *client, uint16_t port, const char *user, int64_t second)
{
	struct facts_session s = { client, "10.0.0.2", port, 777, BENCH_T0 + second };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b.next_seq);
	facts_logon(batch, &s, "LAB", user);
	b.next_seq += batch->n_events;
	bench_commit(&b, batch);
	facts_free(batch);
}

/* FS1's log without session 1, but with what another logon left: its share, and for ${has_logon} its 4624. */
static void log_with_leftover(const char *client, uint16_t port, const char *user, bool has_logon)
{
	struct logkit k;
	sessions_log(&k, 1);
	size_t from = k.n;
	logkit_logon(&k, port, user, 60);
	for (size_t i = from; i < k.n; i++)
		if (k.records[i].source_address != NULL)
			k.records[i].source_address = client;
	k.records[from] = k.records[0];
	if (!has_logon)
		k.records[from + 1] = k.records[0];
	sessions_import(&b, &k);
}

Test(intruder, another_persons_session_on_his_connection_does_not_vouch_for_his)
{
	for (int has_logon = 0; has_logon < 2; has_logon++) {
		sessions_see(&b);
		see_logon("10.0.0.1", SESSIONS_PORT + 1, "bob", 60);
		log_with_leftover("10.0.0.1", SESSIONS_PORT + 1, "bob", has_logon);
		cr_expect_str_eq(sessions_verdicts(&b), "alaa");
		close_bench();
		open_bench();
	}
}

Test(intruder, his_account_logging_on_from_elsewhere_at_that_moment_does_not_hide_him)
{
	for (int is_seen = 0; is_seen < 2; is_seen++) {
		sessions_see(&b);
		if (is_seen)
			see_logon("10.0.0.7", 40000, "admin", 60);
		log_with_leftover("10.0.0.7", 40000, "admin", true);
		cr_expect_str_eq(sessions_verdicts(&b), is_seen ? "alaa" : "avaa");
		close_bench();
		open_bench();
	}
}

/* A log of shares names no port, and may write another name for the person; not one that the network saw from there. */
Test(intruder, another_person_of_his_host_on_a_share_does_not_hide_him)
{
	for (int is_seen = 0; is_seen < 2; is_seen++) {
		struct logkit k;
		sessions_see(&b);
		if (is_seen)
			see_logon("10.0.0.1", 40000, "bob", 58);
		sessions_log(&k, 1);
		logkit_logon(&k, 40000, "bob", 60);
		for (size_t i = k.n - 6; i < k.n; i++) {
			bool is_share = k.records[i].act == LOG_SHARE;
			k.records[i].source_port = 0;
			k.records[i].logon_id = 0;
			if (!is_share)
				k.records[i] = k.records[0];
		}
		sessions_import(&b, &k);
		cr_expect_str_eq(sessions_verdicts(&b), is_seen ? "alaa" : "avaa");
		close_bench();
		open_bench();
	}
}

/* ---- sources ------------------------------------------------------------------------------------------------------------ */

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
