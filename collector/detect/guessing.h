/*
 * Password guessing: so many failed logons of one source within a window,
 * over whatever sessions, accounts and servers. A rule with memory. What it
 * finds is told as a finding without an access.
 *
 * Bounded: a fixed number of sources; in the place of a new one the source
 * goes that failed longest ago.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_GUESSING_H
#define ASHIATO_COLLECTOR_DETECT_GUESSING_H

#include "collector/detect/state.h"

/* Memory for as many sources as suit ${sessions} sessions. NULL when memory is short. */
struct guesses *guessing_new(size_t sessions);
void guessing_free(struct guesses *g);

/* Findings that were dropped while under way. */
uint64_t guessing_lost(const struct guesses *g);

/* A logon as ${account} (may be NULL) failed with the event's status, or succeeded. */
void guessing_failure(const struct feed *f, const char *account);
void guessing_success(const struct feed *f, const char *account);

#endif
