/*
 * What stands around an access and says something about whose credentials were
 * used: told as steps of their own that no log line and no packet of the
 * access itself shows (names begin with "auth."), for the hypotheses.
 */
#ifndef ASHIATO_COLLECTOR_CONTEXT_H
#define ASHIATO_COLLECTOR_CONTEXT_H

#include "collector/baseline/completion.h"
#include "collector/store/store.h"

/* Add to ${c} what holds of ${m}: auth.workstation_differs (the network knows the source by another name), auth.credential_switch (the
 * source had always been somebody else), auth.log_ntlm (the server's log has NTLM with key length 0), auth.new_credentials (a logon of
 * type 9 on the source shortly before). ${l} is the access's ledger. */
void context_add(struct store_tx *tx, const struct member *m, const struct ledger *l, int64_t now_ns, struct completion *c);

#endif
