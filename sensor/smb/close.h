/*
 * Closing: the end of an open, and of a file that was to go with it.
 *
 * SMB2 CLOSE ([MS-SMB2] 2.2.15, 2.2.16) and CLOSE ([MS-CIFS] 2.2.4.5).
 */
#ifndef ASHIATO_SENSOR_SMB_CLOSE_H
#define ASHIATO_SENSOR_SMB_CLOSE_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

bool close_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish close_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

bool close_smb1_request(struct conn *c, const struct smb1_block *b);

/* The open of ${p} is closed, if ${a} says so. */
enum finish close_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
