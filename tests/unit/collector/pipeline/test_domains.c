/* A person is one under both names of the domain. */
#include "collector/store/store.h"
#include "tests/lib/facts.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char error[256];

/* A session of ${domain}\\admin, ${i} minutes after the first. */
static void see_session_of(struct bench *b, char *domain, unsigned i)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i, SESSIONS_PORT + i, BENCH_T0 + 60 * i };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	facts_psexec(batch, &s, "admin");
	char **name = &batch->events[0]->smb_session_setup->domain, *was = *name;
	*name = domain;
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	*name = was;
	facts_free(batch);
}

/* 10.0.0.3 calls its domain LAB and lab.test. */
static void see_domain(struct bench *b)
{
	static char nb_domain[] = "LAB", dns_domain[] = "lab.test", computer[] = "DC1";
	Ev__NtlmChallenge challenge = EV__NTLM_CHALLENGE__INIT;
	Ev__AuthToken answer = EV__AUTH_TOKEN__INIT;
	struct facts_session s = { "10.0.0.9", "10.0.0.3", 52001, 52001, BENCH_T0 - 60 };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	Ev__Event *logon = facts_logon(batch, &s, "LAB", "eve");
	challenge.nb_computer_name = computer;
	challenge.nb_domain_name = nb_domain;
	challenge.dns_domain_name = dns_domain;
	answer.ntlm_challenge = &challenge;
	logon->smb_session_setup->answer = &answer;
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	logon->smb_session_setup->answer = NULL;
	facts_free(batch);
}

static size_t incidents(struct bench *b)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_INCIDENTS, &all, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	size_t n = json_array_size(rows);
	json_decref(rows);
	return n;
}

Test(domains, a_person_is_one_group_under_both_names_of_the_domain_whenever_that_becomes_known)
{
	static char realm[] = "LAB.TEST", netbios[] = "LAB";
	for (int known_first = 0; known_first < 2; known_first++) {
		struct bench b;
		bench_open(&b, ":memory:");
		if (known_first)
			see_domain(&b);
		see_session_of(&b, netbios, 0);
		see_session_of(&b, realm, 1);
		cr_expect_eq(incidents(&b), known_first ? 1 : 2);
		see_domain(&b);
		cr_expect_eq(incidents(&b), 1);
		bench_close(&b);
	}
}

Test(domains, an_entry_covers_the_other_name_of_the_domain_only_where_it_is_known)
{
	static char realm[] = "LAB.TEST";
	struct service_session me = { .user = "me" };
	struct bench b;
	json_t *out = NULL;
	bench_open(&b, ":memory:");
	see_session_of(&b, realm, 0);
	json_t *entry = json_pack("{s:s,s:s}", "account", "LAB\\admin", "reason", "work");
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &out, error), ANSWER_OK, "%s", error);
	json_decref(out);
	json_decref(entry);
	cr_expect_str_eq(sessions_verdicts(&b), "v");
	see_domain(&b);
	cr_expect_str_eq(sessions_verdicts(&b), "g");
	cr_assert_eq(service_verdicts(b.service, 1, &out, error), ANSWER_OK, "%s", error);
	char *text = json_dumps(out, 0);
	cr_expect(strstr(text, "inferred") != NULL, "%s", text);
	free(text);
	json_decref(out);
	bench_close(&b);
}

/* The ticket names the realm, the server's log the domain. */
Test(domains, a_logon_that_the_log_writes_under_another_name_tells_the_names_of_the_domain)
{
	static char realm[] = "LAB.TEST", netbios[] = "LAB";
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	for (unsigned i = 0; i < N_SESSIONS; i++)
		see_session_of(&b, i == 3 ? netbios : realm, i);
	cr_expect_eq(incidents(&b), 2);
	sessions_log(&k, -1);
	sessions_import(&b, &k);
	cr_expect_eq(incidents(&b), 1);
	bench_close(&b);
}

/* With an entry for ${share_domain}'s admin, who logged on as LAB.TEST's. */
static const char *verdicts_with_entry(const char *share_domain, const char *share_sid)
{
	static char realm[] = "LAB.TEST";
	static char out[64];
	struct service_session me = { .user = "me" };
	struct bench b;
	struct logkit k;
	json_t *added = NULL, *entry = json_pack("{s:s,s:o,s:s}", "source", "10.0.0.1", "account", json_sprintf("%s\\admin", share_domain),
						 "reason", "work");
	bench_open(&b, ":memory:");
	for (unsigned i = 0; i < N_SESSIONS; i++)
		see_session_of(&b, realm, i);
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &added, error), ANSWER_OK, "%s", error);
	sessions_log(&k, -1);
	for (size_t i = 0; i < k.n; i++) {
		bool is_logon = k.records[i].act == LOG_LOGON;
		k.records[i].sid = is_logon ? "S-1-5-21-1-2-3-1104" : share_sid;
		k.records[i].domain = is_logon ? "LAB.TEST" : share_domain;
	}
	sessions_import(&b, &k);
	snprintf(out, sizeof out, "%s", sessions_verdicts(&b));
	json_decref(entry);
	json_decref(added);
	bench_close(&b);
	return out;
}

/* Windows writes 4624 under the realm of the ticket and 5140 of the same logon under the domain's own name. */
Test(domains, two_records_of_one_logon_and_person_tell_the_names_of_the_domain)
{
	cr_expect_str_eq(verdicts_with_entry("LAB", "S-1-5-21-1-2-3-1104"), "gggg");
	cr_expect_str_eq(verdicts_with_entry("LAB", "S-1-5-21-1-2-3-500"), "aaaa", "another person's record tells nothing");
	cr_expect_str_eq(verdicts_with_entry("LAB", "S-1-5-18"), "aaaa", "nor does the system's");
	cr_expect_str_eq(verdicts_with_entry("FS1", "S-1-5-21-1-2-3-1104"), "aaaa", "a server's own accounts are of no domain");
}
