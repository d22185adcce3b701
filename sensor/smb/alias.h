/*
 * One more name for a file: a hard link, a symbolic one, a reparse point.
 *
 * FileLinkInformation ([MS-FSCC] 2.4.27, set through set_info.h and
 * transaction2.h), NT_RENAME with SMB_NT_RENAME_SET_LINK_INFO ([MS-CIFS]
 * 2.2.4.66), the links of SMB1's POSIX extensions, and FSCTL_SET_REPARSE_POINT
 * ([MS-FSCC] 2.3.81; ioctl.h). All become smb.link.
 */
#ifndef ASHIATO_SENSOR_SMB_ALIAS_H
#define ASHIATO_SENSOR_SMB_ALIAS_H

#include "sensor/smb/pending.h"

enum alias_form { ALIAS_HARD, ALIAS_SYMBOLIC, ALIAS_MOUNT_POINT, ALIAS_OTHER };

/* The file of p->open got the name of p's kept text, or was to: ${a} says. Without an open the kept text holds both paths, the
 * one there was, NUL, and the new one. */
void alias_hard_report(struct conn *c, struct pending *p, const struct answer *a);

/* What p->open names leads to p's kept text from now on, or was to. */
void alias_soft_report(struct conn *c, struct pending *p, const struct answer *a, enum alias_form form);

/* The reparse point of ${data}: its target in ${arena} (NULL where it names none) and its form. False if it is malformed. */
bool alias_reparse_parse(struct arena *arena, struct view data, const char **target, enum alias_form *form);

#endif
