/*
 * RC4 where it has no business: overpass-the-hash. A rule with memory.
 *
 * The RC4 key of an account is its NT hash. Whoever holds only the hash logs on
 * at the key distribution centre with that key; Windows itself uses AES
 * whenever the account has such keys. A logon that succeeded with RC4 is told
 * when something shows that AES was possible: nothing else was offered, the
 * KDC named AES keys of the account, or the account used AES before. It is the
 * step auth.rc4 of the admin accesses that the same source makes as that
 * account while the ticket is good; by itself it is an event, no incident. A
 * service ticket under RC4 is not told: whose key that is, the service chose.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_RC4_H
#define ASHIATO_COLLECTOR_DETECT_RC4_H

#include "collector/detect/acts.h"

struct rc4;	/* what accounts did lately; bounded */

/* NULL when memory is short. */
struct rc4 *rc4_new(void);
void rc4_free(struct rc4 *r);

/* A krb.as of ${account} (REALM\\client; NULL: nobody is named). The event needs no connection. */
void rc4_logon(const struct feed *f, const char *account);

/* The session ${x} is its account's: add the step, if that account's logon from the same source is remembered. */
void rc4_session(const struct feed *f, struct session *x);

#endif
