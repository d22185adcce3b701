/*
 * What the parts of the SMB1 conversation share: the message being built and
 * the ids it carries.
 */
#ifndef ASHIATO_TESTS_SMB_TALK1_H
#define ASHIATO_TESTS_SMB_TALK1_H

#include "tests/lib/smb_kit.h"

enum { SMB1_NO_ANDX_NEXT = 0xFF, SMB1_HEADER = 32 };

struct smb1_talk {
	struct smb_message m;
	smb_tell_fn tell;
	void *ctx;
	uint16_t mid;
	uint16_t uid;
	uint16_t tid;
};

/* Tell the message at hand. */
void smb1_talk_tell(struct smb1_talk *t);

/* Begin the next request, or the answer to the last. */
void smb1_talk_ask(struct smb1_talk *t, unsigned command);
void smb1_talk_answer(struct smb1_talk *t, unsigned command, uint32_t status);

/* Tell an answer without words and bytes. */
void smb1_talk_answer_empty(struct smb1_talk *t, unsigned command, uint32_t status);

/* WordCount and the words every AndX block begins with. */
void smb1_talk_andx(struct smb1_talk *t, unsigned words, unsigned next);

/* ByteCount: where the bytes begin is returned, its value set by the other. */
size_t smb1_talk_begin_bytes(struct smb1_talk *t);
void smb1_talk_end_bytes(struct smb1_talk *t, size_t begin);

/* UTF-16 with its NUL, at an even offset of the message. */
void smb1_talk_text(struct smb1_talk *t, const char *text);

/* Negotiation, two ways of logging on, and a tree. */
void smb1_talk_negotiate(struct smb1_talk *t);
void smb1_talk_session_setup(struct smb1_talk *t, size_t (*token)(uint8_t *), size_t (*reply)(uint8_t *), uint32_t status);
void smb1_talk_raw_session_and_tree(struct smb1_talk *t, uint32_t status);
void smb1_talk_tree_connect(struct smb1_talk *t, uint16_t tid, const char *path, const char *service);

#endif
