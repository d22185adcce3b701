/*
 * What kind of file is it, by what it contains, and does its name say so?
 *
 * Looks at the beginning of a file only. A name can be chosen, a loader cannot
 * be talked out of its header; so what a name promises is stated beside the
 * kind, never in its place. One row of a table is one kind.
 */
#ifndef ASHIATO_SENSOR_FILE_KIND_H
#define ASHIATO_SENSOR_FILE_KIND_H

#include "sensor/core/view.h"

#include <stdbool.h>

enum { KIND_HEAD_BYTES = 1024 };	/* enough to find the PE header of every linker in use; they put it within the first 512 */

enum kind_code {
	KIND_IS_DATA,
	KIND_MAY_BE_CODE,	/* what follows the head tells */
	KIND_IS_CODE,		/* runs, or is run by what the system brings along, when it is opened */
};

struct kind {
	const char *name;	/* as events spell it */
	const char *group;	/* what an extension may promise; NULL: nothing in particular */
	const char *meaning;	/* for tables and documentation */
	enum kind_code code;
};

/* What a file that begins with ${head} is; NULL when ${head} is empty. ${head} may be shorter than KIND_HEAD_BYTES. */
const struct kind *kind_of(struct view head);

/* True if more bytes behind ${head} could tell more than ${head} does. */
bool kind_is_open(struct view head);

/* True if ${head} may begin code: it does, or bytes behind it could make it so. */
bool kind_may_be_code(struct view head);

/* The row named ${name}; NULL if there is none. */
const struct kind *kind_named(const char *name);

/* Row ${i} of the table; NULL past the last. */
const struct kind *kind_row(size_t i);

/* ---- names ---- */

/* What the extension of ${path} promises: "program", "installer", "script", "archive", "text", "picture" ...; NULL when it is none
 * that promises something, and for an alternate stream, whose name hides the extension. */
const char *kind_promised(const char *path);

/* True if a file of ${kind} is not what the extension of ${path} promises: code under a name that promises something else or
 * nothing, or not the program, package or archive that the name promises. */
bool kind_mismatches(const struct kind *kind, const char *path);

#endif
