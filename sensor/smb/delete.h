/*
 * Deleting a file or a folder: by its disposition, at its closing, at the end of what it was opened through, or by name.
 *
 * [MS-FSCC] 2.4.11 and 2.4.12 (set through set_info.h and transaction2.h),
 * FILE_DELETE_ON_CLOSE (create.h, close.h), DELETE ([MS-CIFS] 2.2.4.7) and
 * DELETE_DIRECTORY (2.2.4.2). All become smb.delete.
 */
#ifndef ASHIATO_SENSOR_SMB_DELETE_H
#define ASHIATO_SENSOR_SMB_DELETE_H

#include "sensor/smb/smb1.h"

/* What a disposition says ([MS-FSCC] 2.4.12; that of 2.4.11 has the first only). */
enum {
	DISPOSITION_DELETE = 0x00000001,
	DISPOSITION_ON_CLOSE = 0x00000008,	/* it is about what was asked when opening */
};

enum deletion { DELETE_BY_DISPOSITION, DELETE_ON_CLOSE, DELETE_ON_DISCONNECT, DELETE_BY_COMMAND };

/* p->open, or what p's kept path names below the share, was deleted, or was to be: ${a} says. */
void delete_report(struct conn *c, struct pending *p, const struct answer *a, enum deletion by);

/* The disposition p->count says that p->open is not to be deleted, or was to: ${a} says. What was asked when opening stays asked,
 * servers delete at the Close all the same, unless it is about that. Nothing is said when there was nothing to take back. */
void delete_taken_back(struct conn *c, struct pending *p, const struct answer *a);

/*
 * ${o} ended at ${time_ns} without a Close: if it was to be deleted then, the server has done so ([MS-SMB2] 3.3.4.17).
 * ${is_answered}: it ended with a tree or session whose end the server confirmed; a connection's end nobody confirms.
 */
void delete_unclosed(struct conn *c, const struct open *o, int is_answered, int64_t time_ns);

bool delete_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish delete_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
