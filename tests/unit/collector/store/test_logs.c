#include "collector/store/query.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define T0 (INT64_C(1400000000) * CLOCK_SECOND_NS)

static char error[256];

static struct store *store;
static int64_t source, host;

static int64_t source_new(struct store_tx *tx, const char *name)
{
	struct store_log_source_new what = { .name = name, .kind = "file", .site = "branch" };
	return store_log_source_add(tx, &what, T0);
}

static void commit(struct store_tx *tx)
{
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
}

static void open_store(void)
{
	store = store_open(":memory:", error, sizeof error);
	cr_assert_not_null(store, "%s", error);
	struct store_tx *tx = store_write(store);
	source = source_new(tx, "fs1.jsonl");
	host = store_log_host(tx, source, "FS1", false, T0, T0);
	commit(tx);
}

static void close_store(void)
{
	store_close(store);
}

TestSuite(logs, .init = open_store, .fini = close_store);

static const char raw[] = "{\"EventID\":4624}";

static struct log_record logon(uint64_t record_id)
{
	struct log_record r;
	log_record_init(&r);
	r.act = LOG_LOGON;
	r.outcome = LOG_SUCCESS;
	r.time_ns = T0 + (int64_t)record_id;
	r.record_id = record_id;
	r.event_id = 4624;
	r.channel = "Security";
	r.account = "dave";
	r.domain = "LAB";
	r.logon_id = 0xb2d627;
	r.source_address = "10.77.0.21";
	r.source_port = 49822;
	r.logon_type = 3;
	r.key_length = 0;
	r.raw = raw;
	r.raw_bytes = sizeof raw - 1;
	return r;
}

static int64_t add(struct log_record r)
{
	struct store_tx *tx = store_write(store);
	int64_t id = store_log_add(tx, host, &r);
	commit(tx);
	return id;
}

/* ---- records ---------------------------------------------------------------------------------------------------------- */

Test(logs, the_same_numbered_record_is_stored_once)
{
	cr_assert_neq(add(logon(7)), 0);
	cr_assert_eq(add(logon(7)), 0);
	cr_assert_neq(add(logon(8)), 0);
}

Test(logs, a_host_set_up_anew_may_count_from_one_again)
{
	struct log_record again = logon(7);
	again.time_ns += CLOCK_HOUR_NS;
	cr_assert_neq(add(logon(7)), 0);
	cr_assert_neq(add(again), 0);
}

Test(logs, records_without_a_number_are_told_apart_by_what_they_say)
{
	struct log_record one = logon(0), other = logon(0);
	other.raw_bytes--;
	cr_assert_neq(add(one), 0);
	cr_assert_eq(add(one), 0);
	cr_assert_neq(add(other), 0);
}

static size_t n_told;
static struct log_record told;

static bool tell(void *ctx, int64_t id, int64_t of, const struct log_record *r)
{
	(void)ctx, (void)id;
	cr_assert_eq(of, host);
	n_told++;
	told = *r;
	cr_assert_str_eq(r->account, "dave");
	cr_assert_str_eq(r->domain, "LAB");
	cr_assert_str_eq(r->server, "FS1");
	cr_assert_str_eq(r->source_address, "10.77.0.21");
	cr_assert_null(r->share);
	return true;
}

static size_t told_since(struct store_tx *tx)
{
	size_t n = n_told;
	n_told = 0;
	commit(tx);
	return n;
}

Test(logs, a_record_is_found_by_everything_matching_asks_for)
{
	add(logon(1));
	struct store_tx *tx = store_read(store);
	store_log_of_endpoint(tx, &(struct store_endpoint){ "10.77.0.21", 49822, INT64_MIN, INT64_MAX }, tell, NULL);
	cr_expect_eq(n_told, 1);
	store_log_acts_of_host(tx, &(struct store_log_acts){ host, 1u << LOG_LOGON, T0, T0 + 1 }, tell, NULL);
	store_log_acts_of_host(tx, &(struct store_log_acts){ host, ~(1u << LOG_LOGON), T0, T0 + 1 }, tell, NULL);
	cr_expect_eq(n_told, 2);
	store_log_of_logon(tx, &(struct store_logon){ host, 0xb2d627, T0, T0 + 1 }, tell, NULL);
	cr_expect_eq(n_told, 3);
	store_log_of_host(tx, host, T0 + 1, T0 + 1, tell, NULL);
	cr_expect_eq(n_told, 4);
	store_log_of_host(tx, host, T0 + 2, T0 + 9, tell, NULL);
	store_log_of_endpoint(tx, &(struct store_endpoint){ "10.77.0.21", 49823, INT64_MIN, INT64_MAX }, tell, NULL);
	store_log_of_address(tx, "10.77.0.21", T0, T0 + 9, tell, NULL);
	cr_assert_eq(told_since(tx), 4);
	cr_assert_eq(told.logon_id, 0xb2d627);
	cr_assert_eq(told.logon_type, 3);
	cr_assert_eq(told.key_length, 0);
	cr_assert_eq(told.etype, -1);
	cr_assert_eq(told.event_id, 4624);
}

Test(logs, records_of_every_act_are_found_by_their_logon_and_their_connection_and_objects_apart)
{
	const size_t n_others = N_LOG_ACTS - 2;		/* LOG_OTHER is not stored */
	for (int act = 1; act < N_LOG_ACTS; act++) {
		struct log_record r = logon((uint64_t)act);
		r.act = (enum log_act)act;
		add(r);
		r.record_id += 100;
		r.source_port = 0;
		add(r);
	}
	struct store_tx *tx = store_read(store);
	struct store_endpoint e = { "10.77.0.21", 49822, T0, T0 + 99 };
	store_log_of_endpoint(tx, &e, tell, NULL);
	cr_expect_eq(n_told, n_others);
	store_log_objects_of_endpoint(tx, &e, tell, NULL);
	cr_expect_eq(n_told, n_others + 1);
	n_told = 0;
	store_log_of_logon(tx, &(struct store_logon){ host, 0xb2d627, T0, T0 + 99 }, tell, NULL);
	cr_expect_eq(n_told, 2 * n_others);
	store_log_objects_of_logon(tx, &(struct store_logon){ host, 0xb2d627, T0, T0 + 99 }, tell, NULL);
	cr_expect_eq(n_told, 2 * n_others + 2);
	n_told = 0;
	store_log_of_address(tx, "10.77.0.21", T0, T0 + 99, tell, NULL);
	cr_assert_eq(told_since(tx), N_LOG_ACTS - 1);
}

Test(logs, of_the_objects_of_a_connection_the_first_are_told)
{
	for (uint64_t i = 0; i < STORE_LOG_OBJECTS + 9; i++) {
		struct log_record r = logon(i + 1);
		r.act = LOG_OBJECT;
		add(r);
	}
	struct store_tx *tx = store_read(store);
	store_log_objects_of_endpoint(tx, &(struct store_endpoint){ "10.77.0.21", 49822, T0, T0 + 99 }, tell, NULL);
	cr_assert_eq(told.record_id, STORE_LOG_OBJECTS);
	cr_assert_eq(told_since(tx), STORE_LOG_OBJECTS);
}

Test(logs, a_record_without_a_port_is_found_by_its_address_and_time)
{
	struct log_record r = logon(1);
	r.source_port = 0;
	add(r);
	struct store_tx *tx = store_read(store);
	store_log_of_address(tx, "10.77.0.21", T0, T0 + 1, tell, NULL);
	store_log_of_address(tx, "10.77.0.21", T0 + 2, T0 + 9, tell, NULL);
	cr_assert_eq(told_since(tx), 1);
}

static bool tell_raw(void *ctx, int64_t id, int64_t of, const struct log_record *r)
{
	(void)ctx, (void)id, (void)of;
	n_told = r->raw_bytes;
	cr_assert_str_eq(r->task_content, "<Task/>");
	return true;
}

Test(logs, the_bulk_is_kept_up_to_its_bound_and_cut_between_characters)
{
	static char bulk[STORE_LOG_RAW_BYTES + 2];
	memset(bulk, 'x', sizeof bulk);
	memcpy(bulk + STORE_LOG_RAW_BYTES - 1, "\xc3\xa9", 2);
	struct log_record r = logon(1);
	r.raw = bulk;
	r.raw_bytes = sizeof bulk;
	r.task_content = "<Task/>";
	int64_t id = add(r);
	struct store_tx *tx = store_read(store);
	cr_assert(store_log_record(tx, id, tell_raw, NULL));
	cr_assert_not(store_log_record(tx, id + 1, tell_raw, NULL));
	cr_assert_eq(told_since(tx), STORE_LOG_RAW_BYTES - 1);
}

/* ---- hosts and sources ------------------------------------------------------------------------------------------------ */

static struct store_log_host seen;

static bool see(void *ctx, const struct store_log_host *h)
{
	(void)ctx;
	seen = *h;
	seen.name = NULL;
	n_told++;
	return true;
}

static struct store_log_host host_now(void)
{
	struct store_tx *tx = store_read(store);
	store_log_host_of(tx, host, see, NULL);
	commit(tx);
	return seen;
}

Test(logs, a_host_is_one_in_any_case_and_another_where_its_zone_is_known)
{
	struct store_tx *tx = store_write(store);
	cr_assert_eq(store_log_host(tx, source, "fs1", false, T0 - 5, T0), host);
	cr_assert_neq(store_log_host(tx, source, "FS1", true, T0, T0), host);
	commit(tx);
	cr_assert_eq(host_now().first_ns, T0 - 5);
	cr_assert_eq(host_now().last_ns, T0);
}

Test(logs, a_span_widens_and_is_heard_of_with_new_records_or_when_it_moves_on)
{
	struct store_tx *tx = store_write(store);
	store_log_host_seen(tx, host, &(struct store_log_news){ T0 - 1, T0 + 1, 0, 2 }, T0 + 50);
	store_log_host_seen(tx, host, &(struct store_log_news){ T0, T0, 0, 1 }, T0 + 60);
	store_log_host_seen(tx, host, &(struct store_log_news){ T0, T0, 0, 0 }, T0 + 70);
	commit(tx);
	struct store_log_host h = host_now();
	cr_assert_eq(h.first_ns, T0 - 1);
	cr_assert_eq(h.last_ns, T0 + 1);
	cr_assert_eq(h.heard_ns, T0 + 60);
	cr_assert_eq(h.records, 3);
}

Test(logs, the_offset_a_person_set_goes_before_the_estimate_and_the_hosts_before_the_sources)
{
	cr_assert_not(host_now().has_offset);
	struct store_tx *tx = store_write(store);
	store_log_host_estimate(tx, host, true, -5, 3);
	commit(tx);
	cr_assert_eq(host_now().offset_ns, -5);
	cr_assert_eq(host_now().matches, 3);
	cr_assert_not(host_now().is_set);
	tx = store_write(store);
	cr_assert(store_log_offset_set(tx, source, NULL, true, -6));
	commit(tx);
	cr_assert_eq(host_now().offset_ns, -6);
	tx = store_write(store);
	cr_assert(store_log_offset_set(tx, source, "fs1", true, 0));
	cr_assert_not(store_log_offset_set(tx, source, "fs2", true, 0));
	commit(tx);
	cr_assert_eq(host_now().offset_ns, 0);
	cr_assert(host_now().is_set);
}

static void see_address(void *ctx, const char *address, const char *how)
{
	(void)ctx;
	cr_assert_str_eq(address, "10.77.0.10");
	cr_assert_str_eq(how, "own");
	n_told++;
}

Test(logs, a_host_is_found_by_an_address_it_is_tied_to_in_its_site)
{
	struct store_tx *tx = store_write(store);
	struct store_endpoint where = { .address = "10.77.0.10" };
	store_log_tie(tx, host, "10.77.0.10", "own");
	store_log_tie(tx, host, "10.77.0.10", "logon");
	store_log_addresses(tx, host, see_address, NULL);
	store_log_hosts_at(tx, store_site(tx, "branch"), &where, see, NULL);
	store_log_hosts_at(tx, store_site(tx, "other"), &where, see, NULL);
	store_log_hosts(tx, see, NULL);
	cr_assert_eq(told_since(tx), 3);
}

Test(logs, a_source_is_found_by_name_token_and_peer)
{
	uint8_t token[STORE_TOKEN_BYTES] = { 7 };
	struct store_log_source_new what = { .name = "wef", .kind = "syslog", .site = "branch", .address = "10.0.0.9", .token = token };
	struct store_log_source out;
	struct store_tx *tx = store_write(store);
	int64_t id = store_log_source_add(tx, &what, T0);
	cr_assert(store_log_source(tx, "wef", &out) && out.id == id);
	cr_assert(store_log_source_of_token(tx, token, &out) && out.id == id);
	cr_assert(store_log_source_of_address(tx, "10.0.0.9", &out) && out.id == id);
	cr_assert_str_eq(out.site, "branch");
	cr_assert_str_eq(out.format, "");
	cr_assert_not(store_log_source_of_address(tx, "10.0.0.8", &out));
	commit(tx);
}

Test(logs, a_taken_name_is_refused_with_a_sentence)
{
	struct store_tx *tx = store_write(store);
	source_new(tx, "fs1.jsonl");
	cr_assert_eq(store_commit(tx, error, sizeof error), -1);
	cr_assert_str_eq(error, "a source named fs1.jsonl exists already: choose another name");
}

static int64_t rows_left(struct store_tx *tx)
{
	n_told = 0;
	store_log_hosts(tx, see, NULL);
	store_log_of_endpoint(tx, &(struct store_endpoint){ "10.77.0.21", 49822, INT64_MIN, INT64_MAX }, tell, NULL);
	return (int64_t)n_told;
}

Test(logs, a_removed_source_takes_everything_along)
{
	add(logon(1));
	struct store_tx *tx = store_write(store);
	store_log_source_remove(tx, source);
	cr_assert_eq(rows_left(tx), 0);
	commit(tx);
}

Test(logs, the_last_rejects_are_kept)
{
	struct store_tx *tx = store_write(store);
	struct store_log_reject r = { "fs1.jsonl", 1, "not JSON", "{" };
	for (r.line = 1; r.line <= STORE_LOG_REJECTS_MAX + 5; r.line++)
		store_log_reject(tx, source, &r, T0);
	struct store_log_tally add = { .rejected = STORE_LOG_REJECTS_MAX + 5 };
	store_log_source_seen(tx, source, &add, "not JSON", T0);
	commit(tx);
}

Test(logs, a_file_is_known_again_by_its_beginning)
{
	struct store_log_file f = { .head = { 1 }, .head_bytes = 64, .bytes = 1000, .line = 3 }, out = f;
	struct store_tx *tx = store_write(store);
	cr_assert_not(store_log_file(tx, source, &out));
	store_log_file_save(tx, source, "/var/log/a", &f);
	f.bytes = 2000;
	store_log_file_save(tx, source, "/var/log/a.1", &f);
	cr_assert(store_log_file(tx, source, &out));
	commit(tx);
	cr_assert_eq(out.bytes, 2000);
	cr_assert_eq(out.line, 3);
}
