/*
 * SMB1's ways of opening: NT_CREATE_ANDX ([MS-CIFS] 2.2.4.64), OPEN_ANDX
 * (2.2.4.41), OPEN (2.2.4.3), CREATE (2.2.4.4), CREATE_TEMPORARY (2.2.4.15),
 * CREATE_NEW (2.2.4.16), OPEN_PRINT_FILE (2.2.4.67), CREATE_DIRECTORY (2.2.4.1),
 * TRANS2_OPEN2 (2.2.6.1), TRANS2_CREATE_DIRECTORY (2.2.6.14),
 * NT_TRANSACT_CREATE (2.2.7.1), and the open of POSIX clients. See create.h.
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

/* CREATE, CREATE_NEW and OPEN_PRINT_FILE */
bool create_smb1_core_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_core_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_temporary_request(struct conn *c, const struct smb1_block *b);
enum finish create_smb1_temporary_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_directory_request(struct conn *c, const struct smb1_block *b);
bool create_smb1_directory2_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish create_smb1_directory_finish(struct conn *c, struct pending *p, const struct answer *a);

/* SMB_POSIX_PATH_OPEN of ${path} with the level's ${data}. */
bool create_smb1_posix_request(struct conn *c, const struct smb1_block *b, struct pending *p, char *path, struct view data);
enum finish create_smb1_posix_finish(struct conn *c, struct pending *p, const struct answer *a);

/* NT_TRANSACT_CREATE and TRANS2_OPEN2, once their parameters are ${whole} (assembly.h) */
bool create_smb1_transact_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish create_smb1_transact_finish(struct conn *c, struct pending *p, const struct answer *a);

bool create_smb1_open2_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish create_smb1_open2_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
