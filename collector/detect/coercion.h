/*
 * Coercion: a host is told, by a call that names a path or a listener, to log
 * on somewhere, and does (PetitPotam, PrinterBug, DFSCoerce, ShadowCoerce). A
 * rule with memory: the call is held per host that was told; when that host
 * logs on within a minute where it was sent, both are a finding of the caller.
 * A call that nothing follows stays what it is.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_COERCION_H
#define ASHIATO_COLLECTOR_DETECT_COERCION_H

#include "collector/detect/acts.h"
#include "collector/detect/recent.h"

/* Memory for ${hosts}. NULL when memory is short. */
struct recent *coercion_memory(size_t hosts);

/* ${act} (not yet added) is a call in ${x}: held if the catalogue calls it forced authentication, whatever it returned. */
void coercion_call(const struct feed *f, struct session *x, const struct act *act);

/* A logon, successful or not, of ${account}: does the client do what it was told? */
void coercion_logon(const struct feed *f, const char *account);

#endif
