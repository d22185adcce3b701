/*
 * Names of shares and files, from the wire's spelling to the events'.
 *
 * Pure text; what the names mean for an incident is not known here, only which
 * files are worth a digest.
 */
#ifndef ASHIATO_SENSOR_SMB_NAME_H
#define ASHIATO_SENSOR_SMB_NAME_H

#include "sensor/core/handoff.h"

/* A copy of ${text} in pool memory, cut to LIMIT_PATH_BYTES ("…" then stands at
 * its end); NULL for NULL, or (counted) when memory is short. */
char *name_keep(struct env *env, const char *text);

/* The same in a block that begins with ${n_before} bytes of the caller's; the block. */
void *name_keep_behind(struct env *env, size_t n_before, const char *text);

/* Give a copy of name_keep back. */
void name_release(struct pool *pool, char *kept);

/* ${sent}, UTF-16 or bytes as text_of_bytes takes them, as text in ${arena}; NULL when that is full. Of a name that is too long to be
 * kept the last component stays, and what stands before it is cut ("…"): whoever pads it hides nothing. */
char *name_text(struct arena *arena, struct view sent, bool is_utf16);

/* ${path} without . and .. and doubled backslashes, as the server resolves it: ${path} itself where there are none, or when
 * ${arena}, where the copy goes, is full. NULL is allowed and returned. */
const char *name_resolved(struct arena *arena, const char *path);

/* What a client connects to, as \\HOST\SHARE: ${sent} itself, or a copy in ${arena} without the backslashes behind it, which Samba
 * refuses and others may pass over. NULL is allowed and returned. */
const char *name_of_tree(struct arena *arena, const char *sent);

/* The last component of \\HOST\SHARE; NULL for NULL. */
const char *name_of_share(const char *tree_path);

/*
 * The part of ${path}, as a create request names it, that lies below the share
 * of ${tree_path} (may be NULL): without leading backslashes, where
 * ${has_dfs_prefix} ([MS-SMB2] 2.2.13: HOST\SHARE\...) without that prefix, and
 * resolved (see name_resolved).
 */
const char *name_below_share(struct arena *arena, const char *path, const char *tree_path, bool has_dfs_prefix);

/* ${path} of a POSIX client in the spelling of the others: its slashes become backslashes. NULL is allowed and returned. */
char *name_of_posix(char *path);

/* The name of a pipe without a leading \ or \PIPE\ . */
const char *name_of_pipe(const char *path);

/* The alternate data stream that ${path} names ([MS-FSCC] 2.1.5.3), in ${arena}; NULL when it is a file's own data. */
char *name_of_stream(struct arena *arena, const char *path);

/* ${name} in lower case, in ${arena}; NULL for NULL or when the arena is full. */
char *name_lower(struct arena *arena, const char *name);

/* True if \\HOST\SHARE is ADMIN$ or a drive share; NULL is neither. */
bool name_is_admin(const char *tree_path);

/* True if the whole file deserves a digest: it lies on ADMIN$ or a drive share, or its extension says it can be run. */
bool name_wants_hash(const char *tree_path, const char *path);

#endif
