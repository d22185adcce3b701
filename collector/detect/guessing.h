/*
 * Password guessing: so many failed logons of one source within a window,
 * over SMB, RPC or Kerberos, whatever sessions, accounts and servers. A rule with memory. What it
 * finds is told as a finding without an access.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_GUESSING_H
#define ASHIATO_COLLECTOR_DETECT_GUESSING_H

#include "collector/detect/recent.h"

/* Memory for ${sources}. NULL when memory is short. */
struct recent *guessing_memory(size_t sources);

/* A logon as ${account} (may be NULL) failed for want of the right name or password: the step that says so is ${name}, with
 * ${why} under "status". Or it succeeded. */
void guessing_failure(const struct feed *f, const char *name, const char *account, const char *why);
void guessing_success(const struct feed *f, const char *account);

#endif
