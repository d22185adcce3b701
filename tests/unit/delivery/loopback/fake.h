/*
 * A pipeline whose "store" is an array, so that a test can look into it, break
 * it, and let the collector restart around it.
 */
#ifndef ASHIATO_TESTS_FAKE_PIPELINE_H
#define ASHIATO_TESTS_FAKE_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_SEQ_MAX = 200000, FAKE_KEYS = 4 };

struct pipeline {
	char keys[FAKE_KEYS][41];	/* enrolled; "" none. Sensor i is called "sensor-i" */
	bool fail;			/* commits answer "disk full" and store nothing */
	bool forget_answer;		/* commits store, then answer an error: the batch comes again */
	uint64_t high_water[FAKE_KEYS];
	uint64_t epoch[FAKE_KEYS];
	uint64_t commits, repeated;
	uint64_t of_kind[64];		/* events stored, by Ev__Event__BodyCase */
	uint8_t stored[FAKE_KEYS][FAKE_SEQ_MAX];	/* how often each event was stored */
};

/* The one store of this test, empty. */
struct pipeline *fake_pipeline(void);

#endif
