/*
 * The two ends of a delivery before either starts: key files, a place for the
 * spool, and a collector's store that has enrolled the one sensor.
 */
#ifndef ASHIATO_TESTS_DELIVERY_ENDS_H
#define ASHIATO_TESTS_DELIVERY_ENDS_H

#include "proto/curve.h"
#include "tests/unit/delivery/loopback/fake.h"

extern char collector_key[64], sensor_key[64];	/* files */
extern char spool_dir[64];			/* not made yet */
extern struct curve_pair collector_pair, sensor_pair;
extern struct pipeline *pipeline;
extern char why[512];				/* where a test lets errors be written */

/* Make all of it, fresh, for this test. */
void ends_make(void);

#endif
