/*
 * The verdict on one stored access: its baseline entry and its server's log,
 * looked up, held against each other (baseline/ledger.h) and kept.
 */
#ifndef ASHIATO_COLLECTOR_JUDGE_H
#define ASHIATO_COLLECTOR_JUDGE_H

#include "collector/baseline/baseline.h"
#include "collector/store/store.h"

struct judging {
	struct store_tx *tx;
	const struct baseline *baseline;
	int64_t now_ns;			/* the collector's clock */
};

struct judged {
	enum verdict verdict;	/* that stands now */
	bool has_changed;	/* it, its entry, the account that the log gives, or what that log lacks */
};

/* Judge ${m} and note what changed. Loose findings stay unverified. */
struct judged judge_member(const struct judging *j, const struct member *m);

#endif
