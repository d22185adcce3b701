/*
 * Parameters: one reader per kind of thing that operations take and give.
 *
 * They are what rows of struct param name (decode.h). Each reads one parameter
 * of an operation, with what it points to, as NDR lays it out (C706 chapter
 * 14): the referent of a pointer that is a parameter itself follows at once,
 * that of a pointer inside a structure follows the structure. For the latter,
 * param_pointer notes the pointer where it stands, and the param_behind readers
 * come, in the same order, behind the rest of the structure. Interface-specific
 * layouts stand in the interface's file. A NULL name reads and reports nothing.
 */
#ifndef ASHIATO_SENSOR_RPC_PARAM_H
#define ASHIATO_SENSOR_RPC_PARAM_H

#include "sensor/rpc/decode.h"

enum { PARAM_SID_TEXT_BYTES = 192, PARAM_UUID_TEXT_BYTES = 37 };

/* ---- numbers ---- */
void param_u8(struct decoding *d, struct ndr *n, const char *name);
void param_u16(struct decoding *d, struct ndr *n, const char *name);
void param_u32(struct decoding *d, struct ndr *n, const char *name);
void param_u64(struct decoding *d, struct ndr *n, const char *name);
void param_enum(struct decoding *d, struct ndr *n, const char *name);
void param_wide(struct decoding *d, struct ndr *n, const char *name);		/* DWORD_PTR */
void param_unique_u16(struct decoding *d, struct ndr *n, const char *name);
void param_unique_u32(struct decoding *d, struct ndr *n, const char *name);

/* ---- text ---- */
void param_uuid(struct decoding *d, struct ndr *n, const char *name);
void param_unique_uuid(struct decoding *d, struct ndr *n, const char *name);
void param_string(struct decoding *d, struct ndr *n, const char *name);		/* [in, string] */
void param_unique_string(struct decoding *d, struct ndr *n, const char *name);	/* [in, string, unique] */
void param_strings(struct decoding *d, struct ndr *n, const char *name);	/* [unique, size_is] array of them; joined by blanks */
void param_name(struct decoding *d, struct ndr *n, const char *name);		/* RPC_UNICODE_STRING; [MS-DTYP] 2.3.10 */
void param_unique_name(struct decoding *d, struct ndr *n, const char *name);
void param_names(struct decoding *d, struct ndr *n, const char *name);		/* [size_is] array of them; joined by ", " */
void param_varying_names(struct decoding *d, struct ndr *n, const char *name);	/* [size_is, length_is] */
void param_sids(struct decoding *d, struct ndr *n, const char *name);		/* [size_is] array of pointers to RPC_SID; joined by ", " */
void param_sid(struct decoding *d, struct ndr *n, const char *name);		/* RPC_SID; [MS-DTYP] 2.4.2.3 */

/* ---- octets ---- */
void param_array(struct decoding *d, struct ndr *n, const char *name);		/* [size_is]; how many, as a number */
void param_unique_array(struct decoding *d, struct ndr *n, const char *name);
void param_rest(struct decoding *d, struct ndr *n, const char *name);		/* what follows is of no interest */

/* ---- structures ---- */
void param_struct(struct decoding *d, struct ndr *n, const char *name);		/* one that contains pointers begins here */
void param_align8(struct decoding *d, struct ndr *n, const char *name);		/* one that contains 64-bit integers begins here */
void param_pointer(struct decoding *d, struct ndr *n, const char *name);
void param_behind_string(struct decoding *d, struct ndr *n, const char *name);
void param_behind_array(struct decoding *d, struct ndr *n, const char *name);
void param_behind_u32(struct decoding *d, struct ndr *n, const char *name);

/* ---- context handles: a request's stands for a name, reported if known ---- */
void param_handle(struct decoding *d, struct ndr *n, const char *name);
void param_close(struct decoding *d, struct ndr *n, const char *name);		/* the same, and it is over */
void param_key(struct decoding *d, struct ndr *n, const char *name);		/* RPC_UNICODE_STRING below the handle: "HKLM\SAM" */
void param_rid(struct decoding *d, struct ndr *n, const char *name);		/* relative id below the handle's SID: "S-1-5-32-544" */

/* An answer's handle: from now on it stands for what the argument ${name} says. */
void param_keep(struct decoding *d, struct ndr *n, const char *name);
/* The same for ${name} itself. */
void param_keep_as(struct decoding *d, struct ndr *n, const char *name);

/* ---- for readers of an interface's own ---- */

/* True if the next embedded pointer noted by param_pointer points to something. */
bool param_is_behind(struct decoding *d);

/* ${u} as it is written, in ${text}. */
void param_uuid_text(const struct uuid *u, char text[PARAM_UUID_TEXT_BYTES]);

#endif
