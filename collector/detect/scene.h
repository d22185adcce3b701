/*
 * The steps of a group of accesses, gathered by name, so that a rule that asks
 * for one name does not walk through all of them: a group can hold a thousand
 * accesses of hundreds of steps. Borrows everything it shows.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_SCENE_H
#define ASHIATO_COLLECTOR_DETECT_SCENE_H

#include "collector/detect/detect.h"

/* All steps of one name, in the order of the members. */
struct scene_steps {
	const char *name;
	const struct step **steps;
	size_t n;
	bool is_refused;	/* the name ends in ".refused": told, but proof of nothing */
};

struct scene {
	const struct member *members;
	size_t n_members;
	struct scene_steps *names;	/* in the order of their first steps */
	size_t n_names;
	const struct step **steps;	/* memory of names[].steps */
	size_t n_destinations;		/* different ones */
};

/* Gather. False when memory is short: the scene is then empty of steps, and scene_fini still to be called. */
bool scene_init(struct scene *s, const struct member *members, size_t n);
void scene_fini(struct scene *s);

#endif
