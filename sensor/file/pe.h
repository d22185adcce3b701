/*
 * PE: is it an executable, by what it contains?
 *
 * Looks at the beginning of a file only (Microsoft "PE Format": MS-DOS stub,
 * signature, COFF header, optional header). A name can be chosen, a loader
 * cannot be talked out of its header.
 */
#ifndef ASHIATO_SENSOR_FILE_PE_H
#define ASHIATO_SENSOR_FILE_PE_H

#include "sensor/core/view.h"

#include <stdbool.h>

enum { PE_HEAD_BYTES = 1024 };	/* enough to find the PE header of every linker in use; they put it within the first 512 */

enum pe_kind {
	PE_UNKNOWN,	/* byte 0 not seen */
	PE_OTHER,	/* no executable */
	PE_MZ,		/* an MS-DOS header, and no PE header inside what was seen */
	PE_32,
	PE_32_PLUS,
};

/* What a file that begins with ${head} is. ${head} may be shorter than PE_HEAD_BYTES. */
enum pe_kind pe_kind(struct view head);

/* True if more bytes behind ${head} could make an executable of it, or it is one already. */
bool pe_may_be(struct view head);

/* "pe32", "pe32+", "mz", "other", as events spell it; NULL for PE_UNKNOWN. */
const char *pe_kind_name(enum pe_kind kind);

#endif
