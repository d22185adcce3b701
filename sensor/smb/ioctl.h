/*
 * IOCTL: what is done to a file or a pipe beside reading and writing it.
 *
 * [MS-SMB2] 2.2.31, 2.2.32, and NT_TRANSACT_IOCTL ([MS-CIFS] 2.2.7.2). Of the
 * control codes those yield facts that carry what a pipe says, copy on the
 * server (copy.h), make a file lead elsewhere (alias.h) or zero part of it. The
 * others are counted.
 */
#ifndef ASHIATO_SENSOR_SMB_IOCTL_H
#define ASHIATO_SENSOR_SMB_IOCTL_H

#include "sensor/smb/assembly.h"
#include "sensor/smb/smb2.h"

bool ioctl_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish ioctl_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

bool ioctl_smb1_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish ioctl_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

/* The name of row ${i} of the control codes; NULL past the last. */
const char *ioctl_name(size_t i);

#endif
