/*
 * Writing: what goes into a file or a pipe, and whether it was accepted.
 *
 * SMB2 WRITE ([MS-SMB2] 2.2.21, 2.2.22), WRITE_ANDX ([MS-CIFS] 2.2.4.43,
 * [MS-SMB] 2.2.4.3), WRITE (2.2.4.12), WRITE_AND_CLOSE (2.2.4.40) and
 * WRITE_PRINT_FILE (2.2.4.68). The data themselves are handed on by nbss as they
 * come.
 */
#ifndef ASHIATO_SENSOR_SMB_WRITE_H
#define ASHIATO_SENSOR_SMB_WRITE_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

bool write_smb2_request(struct conn *c, const struct smb2_request *r);

/* Where the data of a WRITE_ANDX lie and go. */
bool write_andx_place(const struct smb1_block *b, struct smb1_data *out);
bool write_andx_request(struct conn *c, const struct smb1_block *b);
bool write_core_request(struct conn *c, const struct smb1_block *b);
enum finish write_core_finish(struct conn *c, struct pending *p, const struct answer *a);
bool write_print_request(struct conn *c, const struct smb1_block *b);
bool write_and_close_request(struct conn *c, const struct smb1_block *b);

/* Of either dialect. */
enum finish write_finish(struct conn *c, struct pending *p, const struct answer *a);
enum finish write_and_close_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
