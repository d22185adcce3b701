/*
 * The baseline: legitimate administrator access as people have approved it
 * (ledger L2). Pure; ledger.h gives the verdict.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_BASELINE_H
#define ASHIATO_COLLECTOR_BASELINE_BASELINE_H

#include "collector/model.h"

struct baseline;
struct rules;

/* Empty. ${rules} says which acts belong to a profile that an entry names in its actions; it must outlive the result. */
struct baseline *baseline_new(const struct rules *rules);
void baseline_free(struct baseline *b);

/* Host names in entries are looked up in ${n}, which the baseline owns from now on; without it they name nobody. */
struct hosts;
void baseline_use_hosts(struct baseline *b, struct hosts *n);

/* True if the entry ${id} names a host: what it covers depends on what is known of that host. */
bool baseline_is_by_name(const struct baseline *b, int64_t id);

/* Compile and add ${e}. False, and a sentence naming the field and what is
 * allowed there, if it cannot mean anything ("source: \"10.0.0/33\" is not …"). */
bool baseline_add(struct baseline *b, const struct baseline_entry *e, char *error, size_t error_cap);

/* The id of an entry in force that covers source, account, destination, time and every admin step; 0 if none, and for
 * a finding that is no access. */
int64_t baseline_covers(const struct baseline *b, const struct access *a, const struct step *steps, size_t n_steps);

/* Tell ${each} what keeps ${a} from being covered by entries that cover source, account, destination and time, but not every act: the admin
 * steps that they leave over, each once; or, where they cover none, the profile that the access shows and that has them all. */
typedef void (*baseline_act_fn)(void *ctx, const char *act);
void baseline_left_over(const struct baseline *b, const struct access *a, const struct step *steps, size_t n_steps, baseline_act_fn each,
			void *ctx);

/* False if no entry covers even source, account, destination and start of ${a}: then its steps need not be known. */
bool baseline_may_cover(const struct baseline *b, const struct access *a);

/* True if the entry ${id} is in force. Entries were added in the order of their ids. */
bool baseline_has(const struct baseline *b, int64_t id);

#endif
