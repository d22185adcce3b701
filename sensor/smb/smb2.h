/*
 * SMB2 and SMB3: the header, compounds, and which file reads which command.
 *
 * [MS-SMB2] 2.2.1. Each element of a compound is handled by itself, as a unit
 * of nbss; what related elements inherit stands in struct message.
 */
#ifndef ASHIATO_SENSOR_SMB_SMB2_H
#define ASHIATO_SENSOR_SMB_SMB2_H

#include "sensor/core/cursor.h"
#include "sensor/smb/pending.h"

enum {
	SMB2_HEADER_BYTES = 64,
	SMB2_WRITE_HEAD_BYTES = SMB2_HEADER_BYTES + 48,	/* 2.2.21 up to Buffer */
	SMB2_READ_HEAD_BYTES = SMB2_HEADER_BYTES + 16,	/* 2.2.20 up to Buffer */
};

/* [MS-SMB2] 2.2.1.2 */
enum smb2_flags {
	SMB2_FLAGS_SERVER_TO_REDIR = 0x00000001,
	SMB2_FLAGS_ASYNC_COMMAND = 0x00000002,
	SMB2_FLAGS_RELATED_OPERATIONS = 0x00000004,
	SMB2_FLAGS_DFS_OPERATIONS = 0x10000000,
};

struct smb2_header {
	uint32_t status;	/* responses */
	uint16_t command;
	uint32_t flags;
	uint32_t next_command;
	uint64_t message_id;
	uint32_t tree_id;	/* 0 in an asynchronous response */
	uint64_t session_id;
	bool is_response;	/* by the side it comes from, whatever its flag says */
};

/* One element of a request. */
struct smb2_request {
	struct smb2_header h;	/* session_id, tree_id: inherited where the element is related */
	struct view unit;	/* from its header on; the head only, if bulk data follow */
	struct message *message;
};

/* What nbss is to do with the element that begins with ${head}. */
struct plan smb2_plan(struct conn *c, enum way way, const struct message *m, struct view head);

/* A message that is there as a whole: takes its elements off m->left, down to one that smb2_plan is to be asked about. */
void smb2_whole(struct conn *c, enum way way, struct message *m, struct view message);

/* An element that went ${way}, or its head. */
void smb2_unit(struct conn *c, enum way way, struct message *m, struct view unit);

/* What the request's FileId means: the open with that id, or the one the
 * element before it is about. A reference for the caller; NULL when memory is short. */
struct open *smb2_open_of(struct conn *c, const struct smb2_request *r, uint64_t volatile_id);

/* The same, but NULL for an id that was not seen before. */
struct open *smb2_known_open_of(struct conn *c, const struct smb2_request *r, uint64_t volatile_id);

/* A pending filled in from ${r}; the caller adds what the command needs. */
struct pending smb2_pending(const struct smb2_request *r, finish_fn finish);

/* A cursor at the body of an element. Its offsets count from the header. */
struct cursor smb2_body(struct view unit);

/* The volatile half of the FileId that comes next ([MS-SMB2] 2.2.14.1). */
uint64_t smb2_file_id(struct cursor *c);

/* For the commands' table: what a request tells, and what its response does. */
typedef bool (*smb2_request_fn)(struct conn *c, const struct smb2_request *r);

/* The name of row ${i} of the commands of SMB2, and whether facts are read from it; NULL past the last. */
const char *smb2_command(size_t i, bool *is_read);

#endif
