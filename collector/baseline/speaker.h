/*
 * Of which hosts a source of logs may speak. Whoever owns one server owns its
 * stream and its token: that must not let him write the log of another. Pure.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_SPEAKER_H
#define ASHIATO_COLLECTOR_BASELINE_SPEAKER_H

#include <stdbool.h>

/* ${hosts}: names, addresses and patterns (`*`, `?`), with commas or blanks between; a name is that host's with and without its
 * domain. True if ${name} is among them. */
bool speaker_may(const char *hosts, const char *name);

/* True if ${hosts} is a list that speaker_may can use: at least one, none longer than a host's name. */
bool speaker_is_list(const char *hosts);

/* True for an address that every host has for itself: it names nobody. */
bool speaker_is_loopback(const char *name);

#endif
