/*
 * Opening a file, a directory or a pipe, in each way there is.
 *
 * SMB2 CREATE ([MS-SMB2] 2.2.13, 2.2.14) and what create_smb1.h reads. All
 * become smb.create.
 */
#ifndef ASHIATO_SENSOR_SMB_CREATE_H
#define ASHIATO_SENSOR_SMB_CREATE_H

#include "sensor/smb/create_context.h"
#include "sensor/smb/open.h"
#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

/* CreateDisposition ([MS-SMB2] 2.2.13) */
enum disposition {
	FILE_SUPERSEDE, FILE_OPEN, FILE_CREATE, FILE_OPEN_IF, FILE_OVERWRITE, FILE_OVERWRITE_IF, N_DISPOSITIONS
};

/* Which of several ways of opening that one command of SMB1 has; the rest are called after their command. */
enum create_way { CREATE_BY_COMMAND, CREATE_DIRECTORY_BY_TRANS2, CREATE_BY_POSIX };

/* What a request asks for. */
struct create_asked {
	char *path;		/* as sent, in the arena; NULL when it is opened by its id */
	bool has_dfs_prefix;
	uint8_t way;		/* enum create_way */
	uint64_t id;		/* of the file, where options say that it stands in place of a name */
	struct view contexts;	/* SMB2: as they are, or empty; sound */
	uint32_t desired_access;
	uint32_t options;	/* CreateOptions, or CREATE_OPTIONS_NONE where the command has none */
	uint32_t disposition;
};

enum { CREATE_TIMES = 4 };	/* CreationTime, LastAccessTime, LastWriteTime, ChangeTime */

/* What an answer says; CreateAction as in [MS-SMB2] 2.2.14. */
struct create_answered {
	uint64_t file_id;
	bool has_no_id;		/* a directory was made, not opened */
	uint64_t persistent_id;	/* SMB2 */
	struct create_contexts contexts;
	uint32_t action;
	uint64_t times[CREATE_TIMES];	/* FILETIME; 0: not told */
	bool has_size;
	uint64_t size;
	bool has_attributes;
	uint32_t attributes;
	bool is_pipe_known;
	bool is_pipe;
};

enum { CREATE_ACTION_NONE = 0xFF };	/* the answer does not tell */
#define CREATE_OPTIONS_NONE UINT32_MAX

/* ${name} of a request with these CreateOptions into ${asked}: text, or the id that stands in its place ([MS-SMB2] 2.2.13). */
void create_take_name(struct conn *c, struct view name, bool is_unicode, struct create_asked *asked);

/* A create of ${asked}: ${p}, filled in but for the open, waits. The open becomes what the message is about. */
void create_request(struct conn *c, struct message *m, struct pending *p, const struct create_asked *asked);

/* Its end; ${k} is NULL unless it was answered with success. */
void create_finish(struct conn *c, struct pending *p, const struct answer *a, const struct create_answered *k);

bool create_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish create_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
