/*
 * Reading: what comes out of a file or a pipe.
 *
 * SMB2 READ ([MS-SMB2] 2.2.19, 2.2.20), READ_ANDX ([MS-CIFS] 2.2.4.42, [MS-SMB]
 * 2.2.4.2) and READ (2.2.4.11). The data themselves are handed on by nbss as
 * they come.
 */
#ifndef ASHIATO_SENSOR_SMB_READ_H
#define ASHIATO_SENSOR_SMB_READ_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

bool read_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish read_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

/* Where the data of an answered READ_ANDX lie. */
bool read_andx_place(const struct smb1_block *b, struct smb1_data *out);
bool read_andx_request(struct conn *c, const struct smb1_block *b);
enum finish read_andx_finish(struct conn *c, struct pending *p, const struct answer *a);
bool read_core_request(struct conn *c, const struct smb1_block *b);
enum finish read_core_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
