/*
 * atsvc: the AT scheduler ([MS-TSCH] 3.2.5.2), which runs a command line at a
 * time of day with SYSTEM's rights.
 */
#include "sensor/rpc/interfaces.h"

/* NetrJobAdd, with AT_INFO ([MS-TSCH] 2.3.2): its command lies behind the structure. */
static void job_add(struct decoding *d)
{
	bool has_command;
	uint64_t job_time;

	decode_unique_string(d, "server");
	ndr_align_to_pointer(&d->in);
	job_time = ndr_wide(&d->in);	/* DWORD_PTR: milliseconds after midnight */
	ndr_u32(&d->in);		/* DaysOfMonth */
	ndr_u8(&d->in);			/* DaysOfWeek */
	ndr_u8(&d->in);			/* Flags */
	has_command = ndr_pointer(&d->in);
	decode_number(d, "job_time_ms", job_time);
	if (has_command)
		decode_string(d, "command");
}

/* NetrJobDel */
static void job_del(struct decoding *d)
{
	decode_unique_string(d, "server");
	decode_number(d, "first_job", ndr_u32(&d->in));
	decode_number(d, "last_job", ndr_u32(&d->in));
}

const struct decoder atsvc_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, job_add },	/* NetrJobAdd */
	{ 1, NDR_WIDE, job_del },	/* NetrJobDel */
	{ .decode = NULL },
	/* clang-format on */
};
