/*
 * What a server's log calls one domain: Windows writes a logon under the name
 * that the ticket gives (4624: LAB.TEST) and what follows within it under the
 * domain's own (5140: LAB). Pure.
 *
 * Whoever owns a server may write what they like into its log. It counts as
 * that one server's word beside those of the others (store_domain_claim), which
 * it could give in an NTLM challenge as well.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_DOMAIN_H
#define ASHIATO_COLLECTOR_BASELINE_DOMAIN_H

#include "collector/baseline/ledger.h"

struct domain_names {
	const char *netbios, *dns;	/* the ledger's */
};

/* The two names of a domain, if two records of one host's log that are tied to the access, of one logon id and one domain user's SID,
 * write them. False: none do. A server's own accounts have no domain. */
bool domain_names_of(const struct ledger *l, struct domain_names *out);

#endif
