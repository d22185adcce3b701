/*
 * Deleting a file or a folder: by its disposition, at its closing, or by name.
 *
 * [MS-FSCC] 2.4.11 and 2.4.12 (set through set_info.h and transaction2.h),
 * FILE_DELETE_ON_CLOSE (create.h, close.h), DELETE ([MS-CIFS] 2.2.4.7) and
 * DELETE_DIRECTORY (2.2.4.2). All become smb.delete.
 */
#ifndef ASHIATO_SENSOR_SMB_DELETE_H
#define ASHIATO_SENSOR_SMB_DELETE_H

#include "sensor/smb/smb1.h"

enum deletion { DELETE_BY_DISPOSITION, DELETE_ON_CLOSE, DELETE_BY_COMMAND };

/* p->open, or what p's kept path names below the share, was deleted, or was to be: ${a} says. */
void delete_report(struct conn *c, struct pending *p, const struct answer *a, enum deletion by);

bool delete_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish delete_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
