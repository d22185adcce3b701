/*
 * Times as logs write them. A time without a zone is read as if it were UTC
 * and says so. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_WHEN_H
#define ASHIATO_COLLECTOR_LOGS_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_when {
	int64_t ns;
	bool has_zone;
};

/*
 * A whole text:
 *   2020-08-06 02:26:39   2020-08-06T06:26:41.324Z   2020/08/06 06:26:41.123456   …+02:00   …+0200   … UTC
 *   8/6/2020 2:26:39 AM (month first, unless that cannot be)   06.08.2020 02:26:39   06/08/2020 02:26:39 (day first)
 *   /Date(1606125731000)/ (PowerShell 5's ConvertTo-Json: ms since 1970, UTC)
 * Fractions to the ns; finer ones are cut. Years 1970 to 2261. False, and ${out} as it was, for anything else.
 */
bool log_when_parse(const char *text, struct log_when *out);

/* The beginning of a syslog line of RFC 3164, "Nov 23 06:37:12": the latest such time not more than a day after
 * ${reference_ns}. How many bytes of ${text} it is; 0 if it is none. */
size_t log_when_syslog(const char *text, size_t n, int64_t reference_ns, struct log_when *out);

#endif
