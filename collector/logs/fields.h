/*
 * The fields of one record while it is read: text by meaning, whatever name a
 * format gives it. Formats fill it, windows.c and samba.c make a record of it.
 * Pure; the caller's storage, bounded.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_FIELDS_H
#define ASHIATO_COLLECTOR_LOGS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum log_field {
#define FIELD(id, name) LOG_FIELD_##id,
#include "collector/logs/fields.def"
#undef FIELD
	N_LOG_FIELDS
};

struct log_fields {
	const char *text[N_LOG_FIELDS];	/* NULL: not there */
	char *room;			/* the texts lie here, each ended by NUL */
	size_t room_bytes, used;
};

/* Room for the fields of records of up to ${record_cap} bytes. False if memory is short. */
bool log_fields_init(struct log_fields *f, size_t record_cap);
void log_fields_fini(struct log_fields *f);

/* Nothing is there. */
void log_fields_clear(struct log_fields *f);

/* ${field} is the ${n} bytes at ${text}, up to a NUL among them; what is there already stays, "" is nothing. What
 * does not fit any more is left out. */
void log_fields_set(struct log_fields *f, enum log_field field, const char *text, size_t n);

/* The field that Windows calls ${name}; N_LOG_FIELDS if none is wanted. */
enum log_field log_field_of(const char *name, size_t n);

/* Windows' name of it; "" for one of ours. */
const char *log_field_name(enum log_field field);

#endif
