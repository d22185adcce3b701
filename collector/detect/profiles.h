/*
 * Profiles, facts and score rows, compiled (schema/profiles.json, whose
 * "about" explains them): what a set of steps looks like as a whole. Pure; it
 * judges a scene and knows nothing of how it came about.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_PROFILES_H
#define ASHIATO_COLLECTOR_DETECT_PROFILES_H

#include "collector/detect/catalogue.h"
#include "collector/detect/scene.h"

struct fact {
	const char *name;
	const char *step;		/* glob */
	bool admin_only;
	const char *key;
	struct expression matches;
	const char *equals;		/* another key of the same step */
	const char *in;			/* glob of another step with the same value under the same key */
	const char *names_file_of;	/* glob of a step whose path's last component stands in the value */
	size_t destinations;		/* at least so many; 0: not asked */
};

/* Terms of one row: JSON arrays of texts, NULL where absent. */
struct when {
	const json_t *all, *any, *none;
};

struct profile {
	const char *name, *title, *what_it_is;
	const json_t *what_to_check, *techniques, *acts, *parts;
	struct when when;
	bool is_choosable;
};

struct score_row {
	struct when when;
	unsigned add;
	const char *evidence;
};

/* What the worst verdict of an incident's accesses says about it by itself. */
struct verdict_row {
	enum verdict verdict;
	unsigned add, at_least;
	const char *evidence;
};

struct profiles {
	json_t *root;
	struct fact *facts;
	size_t n_facts;
	struct profile *profiles;
	size_t n_profiles;
	struct score_row *scores;
	size_t n_scores;
	struct verdict_row *verdicts;
	size_t n_verdicts;
	const json_t *log_points;
};

/* NULL, and a sentence, if the text does not say what it must. */
struct profiles *profiles_new(const char *text, char *error, size_t error_cap);
void profiles_free(struct profiles *p);

/* The terms "all", "any" and "none" of ${object}, whose facts must be among ${p}'s. */
void profiles_read_when(struct reader *r, const struct profiles *p, const json_t *object, struct when *when);

const struct profile *profiles_find(const struct profiles *p, const char *name);

/* The first profile that holds. Never NULL: the last choosable row asks nothing. */
const struct profile *profiles_choose(const struct profiles *p, const struct scene *scene);

/* True if the terms hold; ${*because} (may be NULL) becomes the step that made the first term hold. */
bool profiles_hold(const struct profiles *p, const struct when *when, const struct scene *scene, const struct step **because);

/* True if an act named ${step} belongs to ${profile}. */
bool profiles_has_act(const struct profile *profile, const char *step);

#endif
