/*
 * SMB1 transactions with files: TRANSACTION2 ([MS-CIFS] 2.2.4.46) and its
 * secondary requests (2.2.4.47), with TRANS2_OPEN2 (2.2.6.1) and
 * TRANS2_CREATE_DIRECTORY (2.2.6.14), which become smb.create,
 * TRANS2_SET_PATH_INFORMATION (2.2.6.7) and TRANS2_SET_FILE_INFORMATION
 * (2.2.6.9). Other subcommands yield no fact.
 */
#ifndef ASHIATO_SENSOR_SMB_TRANSACTION2_H
#define ASHIATO_SENSOR_SMB_TRANSACTION2_H

#include "sensor/smb/assembly.h"

bool transaction2_request(struct conn *c, const struct smb1_block *b);
bool transaction2_secondary(struct conn *c, const struct smb1_block *b);

/* The name of row ${i} of the subcommands; NULL past the last. */
const char *transaction2_name(size_t i);

#endif
