/*
 * SMB1 transactions: messages to pipes, and setting file information.
 *
 * TRANSACTION ([MS-CIFS] 2.2.4.33) with TRANS_TRANSACT_NMPIPE (2.2.5.6), its
 * secondary requests (2.2.4.34) and answers in several messages; TRANSACTION2
 * (2.2.4.46) with TRANS2_SET_PATH_INFORMATION (2.2.6.7) and
 * TRANS2_SET_FILE_INFORMATION (2.2.6.9). Other subcommands yield no fact.
 */
#ifndef ASHIATO_SENSOR_SMB_TRANSACTION_H
#define ASHIATO_SENSOR_SMB_TRANSACTION_H

#include "sensor/smb/smb1.h"

bool transaction_request(struct conn *c, const struct smb1_block *b);
enum finish transaction_finish(struct conn *c, struct pending *p, const struct answer *a);
bool transaction_secondary(struct conn *c, const struct smb1_block *b);

bool transaction_2_request(struct conn *c, const struct smb1_block *b);

#endif
