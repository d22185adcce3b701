/*
 * SMB1: the header, AndX chains, and which file reads which command.
 *
 * [MS-CIFS] 2.2.3, with the extensions of [MS-SMB]. A message is a header and
 * one block (words, then bytes) per command; an AndX command names the next
 * block. Offsets count from the header. Requests and responses are matched by
 * MID, PID and command, so each block of a chain is an exchange by itself.
 */
#ifndef ASHIATO_SENSOR_SMB_SMB1_H
#define ASHIATO_SENSOR_SMB_SMB1_H

#include "sensor/core/cursor.h"
#include "sensor/smb/pending.h"

enum { SMB1_HEADER_BYTES = 32, SMB1_NO_ANDX = 0xFF };

/* [MS-CIFS] 2.2.3.1 Flags, Flags2; [MS-SMB] 2.2.3.1 */
enum smb1_flags {
	SMB_FLAGS_REPLY = 0x80,
	SMB_FLAGS2_SIGNATURE_REQUIRED = 0x0010,
	SMB_FLAGS2_EXTENDED_SECURITY = 0x0800,
	SMB_FLAGS2_DFS = 0x1000,
	SMB_FLAGS2_NT_STATUS = 0x4000,
	SMB_FLAGS2_UNICODE = 0x8000,
};

struct smb1_header {
	uint8_t command;	/* of the first block */
	uint32_t status;	/* as NTSTATUS */
	uint8_t flags;
	uint16_t flags2;
	uint16_t tid;
	uint16_t pid;		/* its low half */
	uint16_t uid;
	uint16_t mid;
};

/* One command of a message. */
struct smb1_block {
	struct smb1_header h;
	struct view bytes_of_message;	/* from the header on; up to the bulk data, where those follow */
	uint8_t command;
	size_t at;			/* of WordCount */
	struct view words;
	size_t bytes_at;
	size_t bytes_n;			/* as far as they are there */
	bool has_bulk;			/* its data follow piece by piece */
	struct message *message;	/* NULL for a message that was kept */
};

/* Where data lie in a message, and where in the file. */
struct smb1_data {
	uint16_t fid;
	uint64_t offset;
	uint32_t data_offset;
	uint32_t n;
};

typedef bool (*smb1_request_fn)(struct conn *c, const struct smb1_block *b);

/* Read the header and the block at ${at} of ${message}; SMB1_HEADER_BYTES for the first. */
bool smb1_block_parse(struct view message, size_t at, struct smb1_block *out);

/* What nbss is to do with the message that begins with ${head}. */
struct plan smb1_plan(struct conn *c, enum way way, const struct message *m, struct view head);

/* A message that is there as a whole: takes it off m->left, unless smb1_plan is to be asked about it. */
void smb1_whole(struct conn *c, enum way way, struct message *m, struct view message);

/* A message that went ${way}, or its head. */
void smb1_unit(struct conn *c, enum way way, struct message *m, struct view unit);

/* ---- for the commands ---- */

/* A cursor at the block's words, and one at its bytes that counts from the header. */
struct cursor smb1_words(const struct smb1_block *b);
struct cursor smb1_bytes(const struct smb1_block *b);

/* The words of an AndX block, behind AndXCommand, AndXReserved and AndXOffset. */
struct cursor smb1_andx_words(const struct smb1_block *b);

/* The words with which commands older than AndX say what moves, FID, count and offset ([MS-CIFS] 2.2.4.11.1, 2.2.4.12.1, 2.2.4.40.1),
 * into ${p}, which then holds a reference to the open. False if they are not there; ${p} is as it was. */
bool smb1_core_words(struct conn *c, const struct smb1_block *b, struct pending *p);

bool smb1_is_unicode(const struct smb1_block *b);

/* The NUL-terminated string at the cursor, as the header's flags say it is
 * encoded, in the arena; NULL when that is full. The end of the bytes ends it too. */
char *smb1_string(struct conn *c, const struct smb1_block *b, struct cursor *bytes);

/* The NUL-terminated UTF-16 at the cursor, where it stands. */
struct view smb1_utf16(struct cursor *bytes);

/* The same as smb1_string, always one byte a character. */
char *smb1_ascii(struct conn *c, struct cursor *bytes);

/* The same as smb1_string of a path: see name_text. */
char *smb1_path(struct conn *c, const struct smb1_block *b, struct cursor *bytes);

/* ${bytes}, a path, as text, as the header's flags say it is encoded. */
char *smb1_text(struct conn *c, const struct smb1_block *b, struct view bytes);

/* A pending filled in from ${b}; the caller adds what the command needs. */
struct pending smb1_pending(const struct smb1_block *b, finish_fn finish);

/* What a block before ${b} in its chain opened, with a reference for the caller; it is meant whatever FID ${b} names. NULL: nothing. */
struct open *smb1_chained_open(const struct smb1_block *b);

/* The open with this FID (an AndX chain's own open where a block before it made one), with a reference for the caller. */
struct open *smb1_open_of(struct conn *c, const struct smb1_block *b, uint16_t fid);

/* The data ${d} of a message move through ${o}, out of it if the message is a response: handed on now, or piece by piece by nbss.
 * False if they are not where they should be. */
bool smb1_move(struct conn *c, const struct smb1_block *b, struct open *o, const struct smb1_data *d);

/* The name of row ${i} of the commands of SMB1, and whether facts are read from it; NULL past the last. */
const char *smb1_command(size_t i, bool *is_read);

/* The name of ${command}; NULL where nothing is known of it. */
const char *smb1_name(uint8_t command);

#endif
