/*
 * One connection, detection, and what it told: fresh for each test of a suite
 * that names fixture_begin and fixture_end.
 */
#ifndef ASHIATO_TESTS_DETECT_FIXTURE_H
#define ASHIATO_TESTS_DETECT_FIXTURE_H

#include "tests/lib/ruleskit.h"

extern struct eventkit *kit;
extern struct detect *detection;
extern struct told told;

void fixture_begin(void);
void fixture_end(void);

#endif
