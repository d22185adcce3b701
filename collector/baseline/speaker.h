/*
 * Of which hosts a source of logs may speak. Whoever owns one server owns its
 * stream and its token: that must not let him write the log of another. Pure.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_SPEAKER_H
#define ASHIATO_COLLECTOR_BASELINE_SPEAKER_H

#include <stdbool.h>
#include <stddef.h>

/* ${hosts}: names, addresses and patterns (`*`, `?`), with commas or blanks between; a name is that host's with and without its
 * domain. True if ${name} is among them. */
bool speaker_may(const char *hosts, const char *name);

enum speaker_word {
	SPEAKER_NONE,	/* ${name} is of none of them */
	SPEAKER_KNOWN,
	SPEAKER_BOUND,	/* a word without a domain has got ${name}'s */
};

/* As speaker_may; a word without a domain means the host of the first domain that comes with it, so that `fs1` does not speak for
 * fs1.anything: ${name} takes its place in ${hosts}. SPEAKER_NONE also where it does not fit into the ${cap} bytes. */
enum speaker_word speaker_bind(char *hosts, size_t cap, const char *name);

/* True if ${hosts} is a list that speaker_may can use: at least one, none longer than a host's name. */
bool speaker_is_list(const char *hosts);

/* True if ${name} is one host's, in a list too: a server that calls itself "*" or "fs1,dc1" is none. */
bool speaker_is_plain(const char *name);

/* True for an address that every host has for itself: it names nobody. */
bool speaker_is_loopback(const char *name);

#endif
