/*
 * Names of hosts and the addresses they are known to have, per site. Pure: the
 * caller says what is known. Only what a person or a server's own log says
 * belongs in here: whoever may choose the name of a host on the wire must not
 * choose himself into the whitelist.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_HOSTS_H
#define ASHIATO_COLLECTOR_BASELINE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

enum { HOST_NAME_BYTES = 254, HOSTS_MAX = 1000000 };

struct hosts;

struct hosts *hosts_new(void);
void hosts_free(struct hosts *n);

/* ${name} of ${site} has ${address}. False when memory is short or there are HOSTS_MAX. */
bool hosts_add(struct hosts *n, const char *site, const char *name, const char *address);

/* True if ${text} can be the name of a host: labels of letters, digits, '-' and '_', the last one not a number. */
bool hosts_is_name(const char *text);

/* True if ${name} is known to have ${address} in ${site}. Case does not matter; "fs1" is also "fs1.lab.example". */
bool hosts_has(const struct hosts *n, const char *site, const char *name, const char *address);

/* True if any address of ${name} is known anywhere. */
bool hosts_knows(const struct hosts *n, const char *name);

#endif
