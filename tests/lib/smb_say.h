/*
 * Single SMB2 requests and answers, said to a kit's connection.
 */
#ifndef ASHIATO_TESTS_SMB_SAY_H
#define ASHIATO_TESTS_SMB_SAY_H

#include "tests/lib/smb_kit.h"

/* NEGOTIATE and its answer with dialect 3.0; ${client} and ${server} are GUIDs of 16 characters. */
void smb_say_negotiate(struct smb_kit *k, const char *client, const char *server);

/* SESSION_SETUP without a token, with these Flags and PreviousSessionId, answered with ${status}. */
void smb_say_logon(struct smb_kit *k, struct smb2_ids ids, unsigned flags, uint64_t previous, uint32_t status);
void smb_say_logoff(struct smb_kit *k, struct smb2_ids ids);

void smb_ask_tree(struct smb_kit *k, struct smb2_ids ids, const char *path);
void smb_grant_tree(struct smb_kit *k, struct smb2_ids ids, unsigned type);	/* ShareType: 1 disk, 2 pipe */

/* The request into ${m}, unsent. */
void smb_put_create(struct smb_message *m, struct smb2_ids ids, const char *path, uint32_t flags);
void smb_ask_create(struct smb_kit *k, struct smb2_ids ids, const char *path);
void smb_grant_create(struct smb_kit *k, struct smb2_ids ids, uint64_t file_id, uint64_t time);	/* ${time}: all four; 0 of a pipe */

void smb_ask_write(struct smb_kit *k, struct smb2_ids ids, uint64_t file_id, uint64_t offset, const char *text);
void smb_ask_write_bytes(struct smb_kit *k, struct smb2_ids ids, uint64_t file_id, uint64_t offset, struct view bytes);
void smb_answer_write(struct smb_kit *k, struct smb2_ids ids, uint32_t status);
void smb_ask_read(struct smb_kit *k, struct smb2_ids ids, uint64_t file_id, uint64_t offset, uint32_t n);
void smb_answer_read(struct smb_kit *k, struct smb2_ids ids, const char *text);
void smb_say_close(struct smb_kit *k, struct smb2_ids ids, uint64_t file_id);

/* A transform header of this session and ${n} bytes that are sealed. */
void smb_say_sealed(struct smb_kit *k, enum way way, uint64_t session_id, size_t n);

#endif
