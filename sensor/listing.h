/*
 * What this sensor understands, printed from the tables it works with: nothing
 * here is typed twice. docs/COVERAGE.md is made from it.
 */
#ifndef ASHIATO_SENSOR_LISTING_H
#define ASHIATO_SENSOR_LISTING_H

#include <stdio.h>

/* Print the table called ${name} (--list). -1 if there is none. */
int listing_print(const char *name, FILE *out);

/* The name of table ${i}; NULL past the last. */
const char *listing_name(size_t i);

#endif
