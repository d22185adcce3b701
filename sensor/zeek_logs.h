/*
 * Zeek's logs as tables: which log an event has a row in, and where each field
 * of that row comes from.
 *
 * Names, types and meanings are those of Zeek's default scripts (docs.zeek.org,
 * base/protocols: smb, ntlm, dce-rpc, krb), so that what reads Zeek's logs reads
 * these. Where this sensor knows more it logs more rows, never other columns:
 * smb_files has SMB::PIPE_OPEN, SMB::FILE_READ and SMB::FILE_WRITE beside what
 * Zeek logs by default, dce_rpc has the calls that Zeek passes over as noise.
 * Less is said in these columns: times.* only of SMB::FILE_OPEN, by commands
 * whose answer tells them; fuid, which is made of the connection and the file
 * id, is no row of a files.log; kerberos.log ends with renewable, because the
 * certificates that Zeek names behind it are not read. Knows no file; see
 * zeek.h for the writing.
 */
#ifndef ASHIATO_SENSOR_ZEEK_LOGS_H
#define ASHIATO_SENSOR_ZEEK_LOGS_H

#include "sensor/zeek_source.h"

#include <stddef.h>
#include <stdint.h>

enum { ZEEK_TEXT_BYTES = 1200 };	/* a value put together from two texts of an event */

enum zeek_kind { ZEEK_UNSET, ZEEK_TEXT, ZEEK_NUMBER, ZEEK_SECONDS, ZEEK_BOOL };

struct zeek_value {
	enum zeek_kind kind;
	const char *text;
	uint64_t number;	/* a count or a port; a bool's 0 or 1 */
	int64_t ns;		/* ZEEK_SECONDS: a time or an interval */
	char room[ZEEK_TEXT_BYTES];	/* where ${text} may lie */
};

struct zeek_field {
	const char *name, *type;
	void (*get)(const struct zeek_source *s, struct zeek_value *out);	/* leaves ${out} ZEEK_UNSET when not known */
};

struct zeek_log {
	const char *path;	/* as its #path line and its file say */
	const struct zeek_field *fields;
	size_t n_fields;
	bool (*takes)(const Ev__Event *event);
};

/* Every log there is. */
extern const struct zeek_log zeek_logs[];
extern const size_t n_zeek_logs;

#endif
