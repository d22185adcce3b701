/*
 * Copying on the server: what is in a file comes from another one there.
 *
 * FSCTL_SRV_COPYCHUNK and FSCTL_SRV_COPYCHUNK_WRITE ([MS-SMB2] 2.2.31.1,
 * [MS-SMB] 2.2.7.2.1), FSCTL_DUPLICATE_EXTENTS_TO_FILE ([MS-FSCC] 2.3.7, 2.3.9),
 * FSCTL_OFFLOAD_WRITE (2.3.41) and SMB1's COPY ([MS-CIFS] 2.2.4.35). All become
 * smb.copy. Control codes come through ioctl.h.
 */
#ifndef ASHIATO_SENSOR_SMB_COPY_H
#define ASHIATO_SENSOR_SMB_COPY_H

#include "sensor/smb/smb1.h"

/* What each control code asks, into ${p} (p->open is the target; p->offset gets the bytes) and ${keep}. False if ${input} is malformed. */
bool copy_chunks_asked(struct conn *c, struct pending *p, struct view input, struct view *keep);
bool copy_extents_asked(struct conn *c, struct pending *p, struct view input, struct view *keep);
bool copy_extents_ex_asked(struct conn *c, struct pending *p, struct view input, struct view *keep);
bool copy_offload_asked(struct conn *c, struct pending *p, struct view input, struct view *keep);

/* What was answered: ${output} belongs to a success, and is empty otherwise. False if it is malformed. */
bool copy_chunks_told(struct conn *c, struct pending *p, const struct answer *a, struct view output);
bool copy_extents_told(struct conn *c, struct pending *p, const struct answer *a, struct view output);
bool copy_offload_told(struct conn *c, struct pending *p, const struct answer *a, struct view output);

bool copy_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish copy_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
