#include "collector/logs/fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[N_LOG_FIELDS] = {
#define FIELD(id, name) name,
#include "collector/logs/fields.def"
#undef FIELD
};

const char *log_field_name(enum log_field field)
{
	assert((unsigned)field < N_LOG_FIELDS);
	return names[field];
}

bool log_fields_init(struct log_fields *f, size_t record_cap)
{
	f->room_bytes = record_cap + N_LOG_FIELDS;	/* and the NULs */
	f->room = malloc(f->room_bytes);
	log_fields_clear(f);
	return f->room != NULL;
}

void log_fields_fini(struct log_fields *f)
{
	free(f->room);
}

void log_fields_clear(struct log_fields *f)
{
	memset(f->text, 0, sizeof f->text);
	f->used = 0;
}

void log_fields_set(struct log_fields *f, enum log_field field, const char *text, size_t n)
{
	n = strnlen(text, n);
	if (n == 0 || f->text[field] != NULL || n >= f->room_bytes - f->used)
		return;
	char *at = f->room + f->used;
	memcpy(at, text, n);
	at[n] = '\0';
	f->used += n + 1;
	f->text[field] = at;
}

enum log_field log_field_of(const char *name, size_t n)
{
	for (unsigned i = LOG_FIELD_SUBJECT_SID; i < N_LOG_FIELDS; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return (enum log_field)i;
	return N_LOG_FIELDS;
}
