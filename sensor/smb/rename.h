/*
 * Renaming a file: through its open, or by name.
 *
 * FileRenameInformation ([MS-FSCC] 2.4.37, set through set_info.h and
 * transaction2.h), RENAME ([MS-CIFS] 2.2.4.8), MOVE (2.2.4.36, within a share)
 * and NT_RENAME (2.2.4.66), unless that asks for a link (alias.h). All become
 * smb.rename.
 */
#ifndef ASHIATO_SENSOR_SMB_RENAME_H
#define ASHIATO_SENSOR_SMB_RENAME_H

#include "sensor/smb/smb1.h"

/*
 * p->open was renamed to p's kept text, or was to be: ${a} says. Without an open
 * the kept text holds both paths, the old one, NUL, and the new one.
 */
void rename_report(struct conn *c, struct pending *p, const struct answer *a);

/* Two names, each behind a format byte, from the bytes of ${b} into ${keep}, as rename_report wants them. False if they are malformed. */
bool rename_take_names(struct conn *c, const struct smb1_block *b, struct view *keep);

bool rename_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish rename_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

bool rename_smb1_nt_request(struct conn *c, const struct smb1_block *b);
enum finish rename_smb1_nt_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
