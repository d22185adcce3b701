/*
 * An SMB connection under test: an env whose neighbours write down what they
 * are told, and builders for messages.
 *
 * Events are kept unpacked, as a receiver would see them. The fakes for files
 * and pipes sum up, so that what they say does not depend on the cut of the
 * segments: one line per transfer or association when it is closed, with the
 * bytes of each direction, their checksum, and what was lost or refused.
 */
#ifndef ASHIATO_TESTS_SMB_KIT_H
#define ASHIATO_TESTS_SMB_KIT_H

#include "sensor/core/handoff.h"
#include "tests/lib/line.h"

enum { SMB_KIT_EVENTS = 1024, SMB_KIT_LOG_BYTES = 16384, SMB_MESSAGE_BYTES = 262144, SMB_KIT_LINES = 3 };

enum smb_kit_kind { SMB_KIT_FAKES, SMB_KIT_REAL };	/* the neighbours: those below, or rpc/ and file/ themselves */

struct smb_message;

struct smb_kit {
	struct env env;
	struct arena arena;
	struct counts counts;
	struct pool *own;	/* what is not the connections': env.pool holds only theirs */
	struct line lines[SMB_KIT_LINES];	/* the connections; their ports differ by one */
	struct conn *conns[SMB_KIT_LINES];
	size_t at;		/* the one that speaks */
	int64_t now_ns;		/* one millisecond later with each call of smb_kit_say */
	Ev__Event *events[SMB_KIT_EVENTS];
	size_t n_events;
	char log[SMB_KIT_LOG_BYTES];	/* the fakes' lines */
	size_t n_log;
};

/* A kit with an open connection; aborts when memory is short. */
struct smb_kit *smb_kit_new(enum smb_kit_kind kind);

/* The same for a connection whose beginning was not captured. */
struct smb_kit *smb_kit_new_midstream(void);

/* From now on connection ${line} speaks; it is opened if it is not yet. */
void smb_kit_turn(struct smb_kit *k, size_t line);

/* The connection that speaks closes ("fin"). */
void smb_kit_hang_up(struct smb_kit *k);

/* Feed ${bytes} as one segment. */
void smb_kit_say(struct smb_kit *k, enum way way, struct view bytes);

/* From now on the pool holds no more than ${cap_bytes} (a new one: the connection begins anew). */
void smb_kit_squeeze(struct smb_kit *k, size_t cap_bytes);

/* Feed a message of a conversation, for a struct smb_kit as ${ctx}; nothing once the connection could not be opened. */
void smb_kit_hear(struct smb_message *m, void *ctx);

/* ${n} bytes of that direction are missing. */
void smb_kit_gap(struct smb_kit *k, enum way way, uint64_t n);

/* Close the connections ("end of capture"). Afterwards every byte of the pool must be back: false if not. */
bool smb_kit_close(struct smb_kit *k);

/* Close if still open, and free everything. */
void smb_kit_free(struct smb_kit *k);

/* The ${i}th event of this kind, from 0; NULL if there are not so many. */
const Ev__Event *smb_kit_event(const struct smb_kit *k, Ev__Event__BodyCase kind, size_t i);

/* How many there are of this kind. */
size_t smb_kit_count(const struct smb_kit *k, Ev__Event__BodyCase kind);

/* All events, packed one behind the other, times left out; the caller frees it. */
uint8_t *smb_kit_packed(const struct smb_kit *k, size_t *n_out);

/* ---- messages ---- */

/* One message with its NetBIOS header, being built. */
struct smb_message {
	uint8_t bytes[SMB_MESSAGE_BYTES];
	size_t n;
	size_t element;		/* where the last SMB2 element, or the SMB1 header, begins */
	enum way way;
};

struct smb2_ids {
	uint64_t message_id;
	uint64_t session_id;
	uint32_t tree_id;
};

void smb_u8(struct smb_message *m, unsigned value);
void smb_u16(struct smb_message *m, unsigned value);
void smb_u32(struct smb_message *m, uint32_t value);
void smb_u64(struct smb_message *m, uint64_t value);
void smb_zeros(struct smb_message *m, size_t n);
void smb_bytes(struct smb_message *m, const void *bytes, size_t n);
void smb_ascii(struct smb_message *m, const char *text);	/* with its NUL */
void smb_utf16(struct smb_message *m, const char *text);	/* without one */

/* Set a field already written, counted from the element's header. */
void smb_set_u16(struct smb_message *m, size_t offset, unsigned value);
void smb_set_u32(struct smb_message *m, size_t offset, uint32_t value);

/* Begin a message with an SMB2 element, or append one to a compound. */
void smb2_begin(struct smb_message *m, unsigned command, uint32_t flags, struct smb2_ids ids);
void smb2_answer(struct smb_message *m, unsigned command, uint32_t status, struct smb2_ids ids);
void smb2_next(struct smb_message *m, unsigned command, uint32_t flags, struct smb2_ids ids);

/* Begin an SMB1 message: a header with NT status codes and UTF-16. */
struct smb1_ids {
	uint16_t mid;
	uint16_t uid;
	uint16_t tid;
};
void smb1_begin(struct smb_message *m, unsigned command, struct smb1_ids ids);
void smb1_answer(struct smb_message *m, unsigned command, uint32_t status, struct smb1_ids ids);

/* The message with its NetBIOS length set. */
struct view smb_done(struct smb_message *m);

/* Set its length and feed it. */
void smb_send(struct smb_kit *k, struct smb_message *m);

/* NTLMSSP messages ([MS-NLMP] 2.2.1), raw: NEGOTIATE, CHALLENGE of server SRV, AUTHENTICATE of DOM\alice at WKS with a
 * 24-byte response. Each returns its length in at most 256 bytes. */
size_t smb_ntlm_negotiate(uint8_t *out);
size_t smb_ntlm_challenge(uint8_t *out);
size_t smb_ntlm_authenticate(uint8_t *out);

/* ---- whole conversations ---- */

/* What ${tell} does with each message of a conversation. */
typedef void (*smb_tell_fn)(struct smb_message *m, void *ctx);

/* SMB2 and SMB3: every command that yields facts, in an order a client could use. */
void smb_conversation_smb2(smb_tell_fn tell, void *ctx);

/* The same for SMB1. */
void smb_conversation_smb1(smb_tell_fn tell, void *ctx);

#endif
