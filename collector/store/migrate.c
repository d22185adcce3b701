#include "collector/store/migrate.h"

#include "proto/base/embedded.h"

#include <stdio.h>

bool migrate_next(int version, struct migration *out)
{
	for (const struct embedded_file *f = embedded_schema; f->name != NULL; f++) {
		int number;
		if (sscanf(f->name, "schema/migrations/%4d.sql", &number) == 1 && number == version + 1) {
			*out = (struct migration){ number, f->bytes };
			return true;
		}
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
