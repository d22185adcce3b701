/*
 * Opening a file, a directory or a pipe, in each way there is.
 *
 * SMB2 CREATE ([MS-SMB2] 2.2.13, 2.2.14), NT_CREATE_ANDX ([MS-CIFS] 2.2.4.64),
 * OPEN_ANDX (2.2.4.41), OPEN (2.2.4.3), CREATE (2.2.4.4), CREATE_NEW (2.2.4.16),
 * TRANS2_OPEN2 (2.2.6.1) and NT_TRANSACT_CREATE (2.2.7.1). All become smb.create.
 */
#ifndef ASHIATO_SENSOR_SMB_CREATE_H
#define ASHIATO_SENSOR_SMB_CREATE_H

#include "sensor/smb/open.h"
#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

/* CreateDisposition ([MS-SMB2] 2.2.13) */
enum disposition {
	FILE_SUPERSEDE, FILE_OPEN, FILE_CREATE, FILE_OPEN_IF, FILE_OVERWRITE, FILE_OVERWRITE_IF, N_DISPOSITIONS
};

/* What a request asks for. */
struct create_asked {
	char *path;		/* as sent, in the arena */
	bool has_dfs_prefix;
	uint32_t desired_access;
	uint32_t options;	/* CreateOptions, or CREATE_OPTIONS_NONE where the command has none */
	uint32_t disposition;
};

/* What an answer says; CreateAction as in [MS-SMB2] 2.2.14. */
struct create_answered {
	uint64_t file_id;
	uint32_t action;
	bool has_size;
	uint64_t size;
	bool has_attributes;
	uint32_t attributes;
	bool is_pipe_known;
	bool is_pipe;
};

enum { CREATE_ACTION_NONE = 0xFF };	/* the answer does not tell */
#define CREATE_OPTIONS_NONE UINT32_MAX

/* A create of ${asked}: ${p}, filled in but for the open, waits. The open becomes what the message is about. */
void create_request(struct conn *c, struct message *m, struct pending *p, const struct create_asked *asked);

/* Its end; ${k} is NULL unless it was answered with success. */
void create_finish(struct conn *c, struct pending *p, const struct answer *a, const struct create_answered *k);

bool create_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish create_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
