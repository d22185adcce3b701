/*
 * Setting what the server knows of a file: its name, its end, its deletion.
 *
 * SMB2 SET_INFO ([MS-SMB2] 2.2.39, 2.2.40), with the information classes of
 * [MS-FSCC] 2.4; SMB1 sets the same through transaction2.h.
 */
#ifndef ASHIATO_SENSOR_SMB_SET_INFO_H
#define ASHIATO_SENSOR_SMB_SET_INFO_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

/* FileInformationClass ([MS-FSCC] 2.4) */
enum file_class {
	FILE_CLASS_NONE = 0,
	FILE_RENAME = 10,
	FILE_DISPOSITION = 13,
	FILE_END_OF_FILE = 20,
	FILE_DISPOSITION_EX = 64,
	FILE_RENAME_EX = 65,
};

/*
 * Information ${class} with content ${info} is to be set on p->open; ${p} is
 * remembered with what it needs. Classes that yield no fact are remembered
 * without. False if ${info} is malformed; p->open is then released. ${root_bytes}:
 * the size of RootDirectory in FILE_RENAME, 8 in SMB2 and 4 in SMB1.
 */
bool set_info_request(struct conn *c, struct pending *p, uint8_t class, struct view info, size_t root_bytes);

bool set_info_smb2_request(struct conn *c, const struct smb2_request *r);
/* Of either dialect. */
enum finish set_info_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
