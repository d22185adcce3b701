/*
 * A FILETIME ([MS-DTYP] 2.3.3): tenths of a microsecond since 1601.
 */
#ifndef ASHIATO_SENSOR_CORE_FILETIME_H
#define ASHIATO_SENSOR_CORE_FILETIME_H

#include <stdbool.h>
#include <stdint.h>

#define FILETIME_OF_1970 UINT64_C(116444736000000000)
#define FILETIME_MAX UINT64_C(208678104000000000)	/* 2262-04-11, as far as int64 reaches in nanoseconds */

/* ${filetime} in ns since 1970; false, and ${ns} as it was, for one that cannot be said so. */
static inline bool filetime_ns(uint64_t filetime, int64_t *ns)
{
	if (filetime < FILETIME_OF_1970 || filetime > FILETIME_MAX)
		return false;
	*ns = (int64_t)(filetime - FILETIME_OF_1970) * 100;
	return true;
}

#endif
