/*
 * Setting who may do what with a file: its security descriptor.
 *
 * SMB2 SET_INFO of type SECURITY ([MS-SMB2] 2.2.39) and SMB1's
 * NT_TRANSACT_SET_SECURITY_DESC ([MS-CIFS] 2.2.7.3) carry a self-relative
 * descriptor ([MS-DTYP] 2.4.6). What of it is set becomes smb.set_security.
 */
#ifndef ASHIATO_SENSOR_SMB_SECURITY_H
#define ASHIATO_SENSOR_SMB_SECURITY_H

#include "sensor/smb/assembly.h"

/* What is kept of a descriptor that is to be set. */
struct view security_kept(struct view descriptor);

/* What was kept with ${p} was set on p->open as far as p->access (SecurityInformation) says, or was to be: ${a} says. */
void security_report(struct conn *c, struct pending *p, const struct answer *a);

bool security_smb1_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish security_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
