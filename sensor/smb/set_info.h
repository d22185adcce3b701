/*
 * Setting what the server knows of a file: its names, its end, its deletion;
 * who may do what with it is security.h's.
 *
 * SMB2 SET_INFO ([MS-SMB2] 2.2.39, 2.2.40), with the information classes of
 * [MS-FSCC] 2.4; SMB1 sets the same through transaction2.h, and has levels of
 * its own for POSIX clients (the CIFS UNIX extensions).
 */
#ifndef ASHIATO_SENSOR_SMB_SET_INFO_H
#define ASHIATO_SENSOR_SMB_SET_INFO_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

/* FileInformationClass ([MS-FSCC] 2.4), one byte on the wire; behind it levels of SMB1's POSIX extensions, as they are,
 * and what is no class. */
enum file_class {
	FILE_CLASS_NONE = 0,
	FILE_RENAME = 10,
	FILE_LINK = 11,
	FILE_DISPOSITION = 13,
	FILE_ALLOCATION = 19,
	FILE_END_OF_FILE = 20,
	FILE_DISPOSITION_EX = 64,
	FILE_RENAME_EX = 65,
	FILE_LINK_EX = 72,
	POSIX_SYMBOLIC_LINK = 0x201,
	POSIX_HARD_LINK = 0x203,
	POSIX_UNLINK = 0x20A,
	SECURITY_DESCRIPTOR = 0x300,	/* InfoType SECURITY, which has no classes */
};

/* What is set. */
struct set_info {
	uint16_t class;		/* enum file_class */
	struct view info;
	size_t root_bytes;	/* the size of RootDirectory in FILE_RENAME and FILE_LINK: 8 in SMB2, 4 in SMB1 */
	bool is_unicode;	/* names of the POSIX levels */
};

/*
 * ${s} is to be set on p->open; ${p} is remembered with what it needs. Classes
 * that yield no fact are remembered without. False if its content is malformed;
 * p->open is then released.
 */
bool set_info_request(struct conn *c, struct pending *p, const struct set_info *s);

/* The end of p->open was set to p->offset, or was to: ${a} says. */
void set_info_end(struct conn *c, struct pending *p, const struct answer *a);

/* The bytes [${from}, ${to}) of p->open were zeroed, or were to: ${a} says. */
void set_info_zeros(struct conn *c, struct pending *p, const struct answer *a, uint64_t from, uint64_t to);

/* The name of row ${i} of the classes; NULL past the last. */
const char *set_info_class(size_t i);

bool set_info_smb2_request(struct conn *c, const struct smb2_request *r);
/* Of either dialect. */
enum finish set_info_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
