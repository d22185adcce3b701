/*
 * SMB1's ways of opening; see create.h.
 */
#ifndef ASHIATO_SENSOR_SMB_CREATE_SMB1_H
#define ASHIATO_SENSOR_SMB_CREATE_SMB1_H

#include "sensor/smb/assembly.h"
#include "sensor/smb/create.h"

bool create_smb1_nt_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_nt_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_open_andx_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_open_andx_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_open_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_open_finish(struct conn *c, struct pending *p, const struct answer *a);

/* CREATE and CREATE_NEW */
bool create_smb1_core_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_core_finish(struct conn *c, struct pending *p, const struct answer *a);

/* NT_TRANSACT_CREATE and TRANS2_OPEN2, once their parameters are ${whole} (assembly.h) */
bool create_smb1_transact_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct view whole[N_SIDES]);
enum finish create_smb1_transact_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_open2_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct view whole[N_SIDES]);
enum finish create_smb1_open2_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
