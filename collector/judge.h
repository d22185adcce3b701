/*
 * The verdict on one stored access: its baseline entry and its server's log,
 * looked up, held against each other (baseline/ledger.h) and kept.
 */
#ifndef ASHIATO_COLLECTOR_JUDGE_H
#define ASHIATO_COLLECTOR_JUDGE_H

#include "collector/baseline/baseline.h"
#include "collector/store/store.h"

struct id_set;	/* group.h */

struct judging {
	struct store_tx *tx;
	const struct baseline *baseline;
	int64_t now_ns;			/* the collector's clock */
	struct id_set *renamed;		/* gets the accesses whose accounts have another name now, and findings about the log itself, to be
					 * judged and grouped anew */
};

struct judged {
	enum verdict verdict;	/* that stands now */
	bool has_changed;	/* it, its entry, the account that the log gives, or what that log lacks */
	bool has_new_steps;	/* the log told of other acts than before: the entry must be looked for again */
};

/* Judge ${m} and note what changed. Loose findings stay unverified. */
struct judged judge_member(const struct judging *j, const struct member *m);

/* Make the encrypted session ${opaque} an admin access if its server's log proves an administrator's act in it: the access's id, to
 * be judged and grouped like any other; 0 if it proves none. */
int64_t judge_opaque(const struct judging *j, int64_t opaque);

#endif
