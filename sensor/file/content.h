/*
 * Content: the beginning of a file that moves, kept as long as it tells more.
 *
 * Of a file that begins like nothing in particular the first bytes decide and
 * nothing is kept. Of one that may say more about itself (an executable's
 * imports and resources lie behind its headers) up to CONTENT_MAX_BYTES from
 * offset 0 on are kept; what comes early, behind a hole, is not. What comes
 * twice stays as it came first: a write that must fail, or that blots out a
 * header afterwards, hides nothing. All files together may take an eighth of
 * the memory there is: many executables at once must not push connections out.
 */
#ifndef ASHIATO_SENSOR_FILE_CONTENT_H
#define ASHIATO_SENSOR_FILE_CONTENT_H

#include "sensor/core/handoff.h"
#include "sensor/file/kind.h"

enum { CONTENT_CLASS_BYTES = 16 };

/* Holds the tools of this trade whole: PsExec's service 380 KiB, RemCom's 56. What a larger one says of itself behind that stays
 * unread, and is reported as not complete. */
enum { CONTENT_MAX_BYTES = 512 * 1024 };

struct content {
	uint8_t *bytes;		/* of the pool, from offset 0 on; NULL: none are kept */
	uint32_t cap;
	uint32_t n;		/* of them, those there, or those there were when it turned out that none need be kept */
	const struct kind *kind;/* NULL: undecided, or byte 0 was not seen */
	bool is_short;		/* there was no room for more */
	bool is_rewritten;	/* what is kept may not be what the file ended with */
	uint8_t n_class;	/* octets of ${class} seen */
	uint64_t class_at;	/* of a compound file: where its class stands; 0: not known (yet) */
	uint8_t class[CONTENT_CLASS_BYTES];
};

/* ${bytes} of the file at ${offset}. Counts COUNT_FILE_CONTENT_FULL once for a file when there is no room to keep them. */
void content_feed(struct content *c, struct env *env, uint64_t offset, struct view bytes);

/* What stands at ${begin} and behind is not part of the file after all. When the head is among it all is forgotten. */
void content_take_back(struct content *c, struct env *env, uint64_t begin);

/* The kind cannot change any more, and it is no code. */
bool content_is_data(const struct content *c);

/* Forget all; the next byte 0 decides anew. */
void content_fini(struct content *c, struct env *env);

/* No more bytes will come: decide, and state kind, promised, extension_mismatch and pe in ${body}, whose path is set already. */
void content_report(struct content *c, struct env *env, Ev__SmbTransfer *body);

#endif
