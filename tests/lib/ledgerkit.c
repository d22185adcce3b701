#include "tests/lib/ledgerkit.h"

#include "proto/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define LOGON_ID UINT64_C(0xba8b3e)

static const int64_t logon_ns = 1736157731 * CLOCK_SECOND_NS + CLOCK_SECOND_NS / 2;	/* 2025-01-06T10:02:11.5Z */

static void add_step(struct ledgerkit *k, const char *name, bool is_admin, json_t *detail)
{
	k->steps[k->n_steps] = (struct step){ .ordinal = (uint32_t)k->n_steps, .name = name, .time_ns = logon_ns, .last_ns = logon_ns,
					      .count = 1, .admin = is_admin, .detail = detail };
	k->n_steps++;
}

struct log_record *ledgerkit_record(struct ledgerkit *k, enum log_act act, uint32_t event_id, int second)
{
	struct log_record *r = &k->records[k->n_records++];
	log_record_init(r);
	r->act = act;
	r->event_id = event_id;
	r->outcome = LOG_SUCCESS;
	r->time_ns = logon_ns - CLOCK_SECOND_NS / 2 + second * CLOCK_SECOND_NS + CLOCK_HOUR_NS;
	r->server = "FS1.lab.example";
	return r;
}

static struct log_record *of_logon(struct log_record *r)
{
	r->account = "dave";
	r->domain = "LAB";
	r->logon_id = LOGON_ID;
	return r;
}

static struct log_record *from_client(struct log_record *r)
{
	r->source_address = "10.77.0.21";
	r->source_port = 49822;
	return r;
}

struct ledger_trail *ledgerkit_apart(struct ledgerkit *k)
{
	for (size_t i = 0; i < k->n_clocks && !k->is_apart; i++) {
		struct ledger_clock *c = &k->clocks[i];
		struct ledger_trail *t = &c->trails[LOG_TRAIL_SECURITY];
		*t = (struct ledger_trail){ t->acts, c->first_ns, c->last_ns, c->first_ns, c->last_ns, false };
	}
	k->is_apart = true;
	return &k->clocks[0].trails[LOG_TRAIL_SECURITY];
}

void ledgerkit_begin(struct ledgerkit *k)
{
	*k = (struct ledgerkit){ 0 };
	k->access = (struct access){ .is_access = true, .source = "10.77.0.21", .source_port = 49822, .destination = "10.77.0.9",
				     .destination_port = 445, .account = "LAB\\dave", .auth = "ntlm", .dialect = "3.1.1", .session_id = 9,
				     .start_ns = logon_ns, .end_ns = logon_ns + 2 * CLOCK_SECOND_NS };
	add_step(k, "smb.logon", false, NULL);
	add_step(k, "smb.tree.admin", true, NULL);
	add_step(k, "file.write.exe", true, NULL);
	add_step(k, "svcctl.create_service", true, json_pack("{s:s,s:s,s:s}", "service", "abcd", "display", "Abcd Service", "image_path",
							     "%SystemRoot%\\abcd.exe"));
	k->n_clocks = 1;
	k->clocks[0] = (struct ledger_clock){ .id = KIT_CLOCK, .host = "FS1.lab.example", .source = "fs1.jsonl", .how = LEDGER_LOGONS_AGREE,
					      .offset_ns = CLOCK_HOUR_NS, .first_ns = logon_ns + CLOCK_HOUR_NS - 131 * CLOCK_SECOND_NS,
					      .last_ns = logon_ns + 2 * CLOCK_HOUR_NS };
	k->clocks[0].trails[LOG_TRAIL_SECURITY].acts = ~0u;
	of_logon(ledgerkit_record(k, LOG_PRIVILEGES, 4672, 0));
	from_client(of_logon(ledgerkit_record(k, LOG_LOGON, 4624, 0)))->logon_type = 3;
	from_client(of_logon(ledgerkit_record(k, LOG_SHARE, 5140, 0)));
	from_client(of_logon(ledgerkit_record(k, LOG_OBJECT, 5145, 1)));
	struct log_record *service = of_logon(ledgerkit_record(k, LOG_SERVICE_INSTALLED, 4697, 1));
	service->service = "abcd";
	of_logon(ledgerkit_record(k, LOG_LOGOFF, 4634, 12));
}

void ledgerkit_end(struct ledgerkit *k)
{
	ledger_result_fini(&k->result);
	ledger_close(k->ledger);
	for (size_t i = 0; i < k->n_steps; i++)
		json_decref(k->steps[i].detail);
}

void ledgerkit_remove(struct ledgerkit *k, enum log_act act)
{
	size_t kept = 0;
	for (size_t i = 0; i < k->n_records; i++)
		if (k->records[i].act != act)
			k->records[kept++] = k->records[i];
	k->n_records = kept;
}

void ledgerkit_undated(struct ledgerkit *k)
{
	k->clocks[0].id = KIT_CLOCK + 1;
	k->clocks[1] = k->clocks[0];
	k->clocks[1].id = KIT_CLOCK;
	k->clocks[1].source = "other.jsonl";
	k->clocks[1].how = LEDGER_UNKNOWN;
	k->n_clocks = 2;
}

static void feed(struct ledgerkit *k, bool names_source)
{
	for (size_t i = 0; i < k->n_records; i++)
		if ((k->records[i].source_address != NULL) == names_source)
			ledger_add(k->ledger, KIT_CLOCK, (int64_t)i + 1, &k->records[i]);
}

enum verdict ledgerkit_judge(struct ledgerkit *k, int64_t entry)
{
	struct ledger_case c = { &k->access, k->steps, k->n_steps, k->clocks, k->n_clocks };
	ledger_result_fini(&k->result);
	ledger_close(k->ledger);
	bool is_apart = k->is_apart;
	ledgerkit_apart(k);
	k->is_apart = is_apart;
	k->ledger = ledger_open(&c);
	feed(k, true);
	feed(k, false);
	feed(k, false);
	for (size_t i = 0; i < k->n_records && ledger_is_silent(k->ledger); i++)
		ledger_stray(k->ledger, KIT_CLOCK, (int64_t)i + 1, &k->records[i]);
	ledger_judge(k->ledger, entry, &k->result);
	return k->result.verdict;
}

bool ledgerkit_says(const struct ledgerkit *k, const char *text)
{
	for (size_t i = 0; i < json_array_size(k->result.evidence); i++)
		if (strstr(json_string_value(json_array_get(k->result.evidence, i)), text) != NULL)
			return true;
	return false;
}

bool ledgerkit_misses(const struct ledgerkit *k, const char *what)
{
	return json_array_size(k->result.findings) == 1 &&
	       strcmp(json_string_value(json_array_get(k->result.findings, 0)), "missing_records") == 0 && ledgerkit_says(k, what);
}
