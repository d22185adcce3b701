/*
 * Habits and the store: what accesses teach, and what habits say of an
 * incident (collector/baseline/habits.h has the rules).
 */
#ifndef ASHIATO_COLLECTOR_HABITUAL_H
#define ASHIATO_COLLECTOR_HABITUAL_H

#include "collector/baseline/habits.h"
#include "collector/store/learned.h"

extern const char habitual_setting[];	/* name of the setting: days of learning */

/* Learn from accesses that have been quiet for some minutes at ${now_ns}; forget what is too old. */
void habitual_learn(struct store_tx *tx, int64_t now_ns);

/* How many days a site is learned before its habits count: as people set it, else HABIT_LEARNING_DAYS. */
unsigned habitual_learning_days(struct store_tx *tx);

/* The days of a habit before ${today}, added up. */
void habitual_sum(struct store_tx *tx, const struct store_habit_key *key, int64_t today, struct habit *out);

/* Add to ${i}, composed of ${members}, what the habits of its acts on the days before each say. Bounded: of more than some dozens of
 * different acts the rest counts as no habit. Nothing is taken off where a living log lacks one of the logons. */
void habitual_weigh(struct store_tx *tx, const struct member *members, size_t n, struct incident *i);

#endif
