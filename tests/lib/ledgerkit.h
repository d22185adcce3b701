/*
 * One access to FS1 and what FS1's log has of it, as plain rows that a test
 * takes away from or changes.
 */
#ifndef ASHIATO_TESTS_LIB_LEDGERKIT_H
#define ASHIATO_TESTS_LIB_LEDGERKIT_H

#include "collector/baseline/ledger.h"

enum { KIT_CLOCK = 7, KIT_RECORDS_MAX = 64, KIT_STEPS_MAX = 16 };

struct ledgerkit {
	struct access access;
	struct step steps[KIT_STEPS_MAX];
	size_t n_steps;
	struct ledger_clock clocks[3];
	size_t n_clocks;
	bool is_apart;		/* see ledgerkit_apart */
	struct log_record records[KIT_RECORDS_MAX];	/* of clock KIT_CLOCK, ids from 1 */
	size_t n_records;
	struct ledger_result result;
	struct ledger *ledger;
};

/* LAB\dave at 10.77.0.21:49822 uses ADMIN$ of FS1 (10.77.0.9) and installs a service on 6 January 2025 at 10:02:11.5 UTC; the log
 * writes local time, one hour ahead, from 10:00 to 11:30, and has the logon whole. */
void ledgerkit_begin(struct ledgerkit *k);
void ledgerkit_end(struct ledgerkit *k);

/* The first clock's Security channel, to be changed: until then each clock's goes as far as its log, and tells logons for as long. */
struct ledger_trail *ledgerkit_apart(struct ledgerkit *k);

/* A record more, at ${second} of the access, as the log writes it: nobody's until the test says whose. */
struct log_record *ledgerkit_record(struct ledgerkit *k, enum log_act act, uint32_t event_id, int second);

/* Take all records of ${act} away. */
void ledgerkit_remove(struct ledgerkit *k, enum log_act act);

/* From now on the records are those of a second log, whose clock's offset is not known; the first log covers the access as before. */
void ledgerkit_undated(struct ledgerkit *k);

/* Feed and judge as the pipeline does; the result is in the kit. */
enum verdict ledgerkit_judge(struct ledgerkit *k, int64_t entry);

/* True if a sentence of the evidence contains ${text}. */
bool ledgerkit_says(const struct ledgerkit *k, const char *text);

/* True if the finding missing_records stands, and a sentence names ${what}. */
bool ledgerkit_misses(const struct ledgerkit *k, const char *what);

#endif
