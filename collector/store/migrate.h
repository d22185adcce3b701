/*
 * The numbered files of schema/migrations: which one follows which. Pure.
 */
#ifndef ASHIATO_COLLECTOR_STORE_MIGRATE_H
#define ASHIATO_COLLECTOR_STORE_MIGRATE_H

#include <stdbool.h>

struct migration {
	int number;		/* schema/migrations/0001.sql is 1 */
	const char *sql;
};

/* The migration that brings a database from schema ${version} on; false if it is the newest already. */
bool migrate_next(int version, struct migration *out);

/* The newest schema this program knows. */
int migrate_newest(void);

#endif
