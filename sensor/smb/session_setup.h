/*
 * Session setup and logoff: who logs on, by what, and whether they were let in.
 *
 * [MS-CIFS] 2.2.4.53, [MS-SMB] 2.2.4.6, [MS-SMB2] 2.2.5 to 2.2.8. Each exchange
 * is an event; env->read_token reads what stands in the tokens.
 */
#ifndef ASHIATO_SENSOR_SMB_SESSION_SETUP_H
#define ASHIATO_SENSOR_SMB_SESSION_SETUP_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

bool session_setup_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish session_setup_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);
bool session_setup_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish session_setup_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

bool session_setup_smb1_logoff(struct conn *c, const struct smb1_block *b);
bool session_setup_logoff_request(struct conn *c, const struct smb2_request *r);
enum finish session_setup_logoff_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
