#include "tests/unit/collector/pipeline/sessions.h"

#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>

void sessions_see_at(struct bench *b, unsigned i, int64_t second)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i, SESSIONS_PORT + i, BENCH_T0 + second };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	facts_psexec(batch, &s, "admin");
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	facts_free(batch);
}

void sessions_see_one(struct bench *b, unsigned i)
{
	sessions_see_at(b, i, 60 * i);
}

void sessions_see(struct bench *b)
{
	for (unsigned i = 0; i < N_SESSIONS; i++)
		sessions_see_one(b, i);
}

void sessions_log(struct logkit *k, int erased)
{
	*k = (struct logkit){ .offset_ns = -4 * CLOCK_HOUR_NS };
	logkit_life(k, -600);
	for (int i = 0; i < N_SESSIONS; i++)
		if (i != erased)
			logkit_logon(k, (uint16_t)(SESSIONS_PORT + i), "admin", 60 * i);
	logkit_life(k, 6000);
}

void sessions_challenge(struct bench *b, char *name)
{
	Ev__NtlmChallenge challenge = EV__NTLM_CHALLENGE__INIT;
	Ev__AuthToken answer = EV__AUTH_TOKEN__INIT;
	struct facts_session s = { "10.0.0.1", "10.0.0.2", 52000, 52000, BENCH_T0 - 60 };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	Ev__Event *logon = facts_logon(batch, &s, "LAB", "admin");
	challenge.nb_computer_name = name;
	answer.ntlm_challenge = &challenge;
	logon->smb_session_setup->answer = &answer;
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	logon->smb_session_setup->answer = NULL;
	facts_free(batch);
}

void sessions_stream(struct bench *b, const char *name, const char *hosts)
{
	struct store_log_source_new upload = { .name = name, .kind = "upload", .site = "branch", .hosts = hosts };
	struct store_tx *tx = store_write(b->store);
	store_log_source_add(tx, &upload, 1);
	cr_assert_eq(store_commit(tx, b->error, sizeof b->error), 0, "%s", b->error);
}

const char *sessions_verdicts(struct bench *b)
{
	static char out[64];
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_REPORT_ACCESSES, &all, NULL);
	cr_assert_eq(store_commit(tx, b->error, sizeof b->error), 0, "%s", b->error);
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		out[n++] = json_string_value(json_object_get(row, "verdict"))[2];	/* pe(n)ding un(v)erified un(a)pproved un(l)ogged */
		if (json_array_size(json_object_get(row, "findings")) > 0)
			out[n++] = '!';
	}
	out[n] = '\0';
	json_decref(rows);
	return out;
}

void sessions_import(struct bench *b, const struct logkit *k)
{
	logkit_import(b, k, "fs1.jsonl", 0, k->n);
}
