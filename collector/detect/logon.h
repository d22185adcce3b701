/*
 * Who it is: negotiation, session setup, the tokens in RPC binds, and logons at
 * a Kerberos key distribution centre. Fills in a session's account,
 * workstation, way of authentication and dialect, names the library that the
 * client was made with, and counts failures.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_LOGON_H
#define ASHIATO_COLLECTOR_DETECT_LOGON_H

#include "collector/detect/feed.h"

void logon_negotiate(const struct feed *f);
void logon_session_setup(const struct feed *f);
void logon_bind(const struct feed *f);
void logon_kerberos(const struct feed *f);	/* an AS exchange: of no session */

#endif
