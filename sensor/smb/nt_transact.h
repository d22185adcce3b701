/*
 * NT_TRANSACT ([MS-CIFS] 2.2.4.62) and its secondary requests (2.2.4.63), with
 * NT_TRANSACT_CREATE (2.2.7.1), which opens as NT_CREATE_ANDX does and becomes
 * smb.create, and NT_TRANSACT_IOCTL (2.2.7.2; ioctl.h). Other functions yield no
 * fact.
 */
#ifndef ASHIATO_SENSOR_SMB_NT_TRANSACT_H
#define ASHIATO_SENSOR_SMB_NT_TRANSACT_H

#include "sensor/smb/assembly.h"

bool nt_transact_request(struct conn *c, const struct smb1_block *b);
bool nt_transact_secondary(struct conn *c, const struct smb1_block *b);

/* The name of row ${i} of the subcommands; NULL past the last. */
const char *nt_transact_name(size_t i);

#endif
