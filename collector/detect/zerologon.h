/*
 * Zerologon (CVE-2020-1472): a Netlogon credential of eight zero bytes is
 * right for one challenge in 256, so a tool tries until one is accepted. A
 * rule with memory: it counts within one association.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_ZEROLOGON_H
#define ASHIATO_COLLECTOR_DETECT_ZEROLOGON_H

#include "collector/detect/state.h"

/* A call was made whose step (without ".refused") is ${name}. */
void zerologon_call(const struct feed *f, struct session *x, const char *name, const json_t *arguments, bool succeeded);

#endif
