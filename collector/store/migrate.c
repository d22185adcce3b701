#include "collector/store/migrate.h"

#include "proto/base/embedded.h"

#include <stdlib.h>
#include <string.h>

/* The number in "schema/migrations/0001.sql"; 0 for any other file. */
static int number_of(const char *name)
{
	static const char folder[] = "schema/migrations/";
	if (strncmp(name, folder, sizeof folder - 1) != 0)
		return 0;
	return (int)strtol(name + sizeof folder - 1, NULL, 10);
}

bool migrate_next(int version, struct migration *out)
{
	for (const struct embedded_file *f = embedded_schema; f->name != NULL; f++)
		if (number_of(f->name) == version + 1) {
			*out = (struct migration){ version + 1, f->bytes };
			return true;
		}
	return false;
}

int migrate_newest(void)
{
	struct migration m = { 0 };
	while (migrate_next(m.number, &m))
		;
	return m.number;
}
