#include "collector/detect/profiles.h"

#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char fact_mark[] = "fact:";
enum { FACT_MARK_CHARS = sizeof fact_mark - 1 };

/* ---- reading ---- */

static const struct fact *fact_named(const struct profiles *p, const char *name)
{
	for (size_t i = 0; i < p->n_facts; i++)
		if (strcmp(p->facts[i].name, name) == 0)
			return &p->facts[i];
	return NULL;
}

static void read_fact(struct reader *r, const json_t *row, struct fact *f)
{
	static const char *const known[] = { "fact", "step", "admin", "key", "matches", "equals", "in", "names_file_of",
					     "destinations", NULL };
	if (!reader_known(r, row, known))
		return;
	f->name = reader_required_text(r, row, "fact");
	f->destinations = (size_t)reader_number(r, row, "destinations", 2, 1000, 0);
	if (f->destinations)
		return;
	f->step = reader_required_text(r, row, "step");
	f->admin_only = reader_flag(r, row, "admin");
	f->key = reader_text(r, row, "key");
	f->equals = reader_text(r, row, "equals");
	f->in = reader_text(r, row, "in");
	f->names_file_of = reader_text(r, row, "names_file_of");
	expression_read(r, &f->matches, reader_text(r, row, "matches"));
	if (!f->key && (f->equals || f->in || f->names_file_of || f->matches.source))
		reader_reject(r, "\"key\" is missing");
}

static void check_terms(struct reader *r, const struct profiles *p, const json_t *terms)
{
	for (size_t i = 0; i < json_array_size(terms); i++) {
		const char *term = json_string_value(json_array_get(terms, i));
		if (strncmp(term, fact_mark, FACT_MARK_CHARS) == 0 && !fact_named(p, term + FACT_MARK_CHARS))
			reader_reject(r, "\"%s\" is not among the facts", term);
	}
}

void profiles_read_when(struct reader *r, const struct profiles *p, const json_t *object, struct when *when)
{
	when->all = reader_texts(r, object, "all");
	when->any = reader_texts(r, object, "any");
	when->none = reader_texts(r, object, "none");
	check_terms(r, p, when->all);
	check_terms(r, p, when->any);
	check_terms(r, p, when->none);
}

static void read_profile(struct reader *r, const struct profiles *p, const json_t *row, struct profile *out)
{
	static const char *const known[] = { "name", "title", "when", "techniques", "acts", "parts", "what_it_is",
					     "what_to_check", NULL };
	static const char *const known_when[] = { "all", "any", "none", NULL };
	if (!reader_known(r, row, known))
		return;
	out->name = reader_required_text(r, row, "name");
	out->title = reader_required_text(r, row, "title");
	out->what_it_is = reader_required_text(r, row, "what_it_is");
	out->what_to_check = reader_texts(r, row, "what_to_check");
	out->techniques = reader_texts(r, row, "techniques");
	out->acts = reader_texts(r, row, "acts");
	out->parts = reader_texts(r, row, "parts");
	const json_t *when = json_object_get(row, "when");
	out->is_choosable = when != NULL;
	if (when && reader_known(r, when, known_when))
		profiles_read_when(r, p, when, &out->when);
}

static void read_score(struct reader *r, const struct profiles *p, const json_t *row, struct score_row *out)
{
	static const char *const known[] = { "add", "all", "any", "none", "evidence", NULL };
	if (!reader_known(r, row, known))
		return;
	out->add = (unsigned)reader_number(r, row, "add", 1, 100, 0);
	out->evidence = reader_required_text(r, row, "evidence");
	profiles_read_when(r, p, row, &out->when);
	if (!out->when.all && !out->when.any)
		reader_reject(r, "\"all\" or \"any\" is missing");
}

static void read_verdict(struct reader *r, const json_t *row, struct verdict_row *out)
{
	static const char *const known[] = { "verdict", "add", "at_least", "evidence", NULL };
	if (!reader_known(r, row, known))
		return;
	const char *name = reader_required_text(r, row, "verdict");
	while (name && out->verdict < N_VERDICTS && strcmp(verdict_name(out->verdict), name) != 0)
		out->verdict++;
	if (name && out->verdict == N_VERDICTS)
		reader_reject(r, "\"%s\" is no verdict", name);
	out->add = (unsigned)reader_number(r, row, "add", 0, 100, 0);
	out->at_least = (unsigned)reader_number(r, row, "at_least", 0, 100, 0);
	out->evidence = reader_required_text(r, row, "evidence");
}

/* Begin a section: its rows, and zeroed memory for as many results of ${size} bytes in ${*out}. */
static const json_t *begin(struct reader *r, const struct profiles *p, const char *section, size_t size, void *out)
{
	const json_t *rows = reader_array(r, p->root, section);
	void *memory = calloc(json_array_size(rows) + 1, size);
	if (!memory)
		reader_reject(r, "memory is short");
	memcpy(out, &memory, sizeof memory);
	r->section = section;
	r->row = 0;
	return r->bad ? NULL : rows;
}

static void read_all(struct reader *r, struct profiles *p)
{
	const json_t *rows = begin(r, p, "facts", sizeof *p->facts, &p->facts);
	while (r->row < json_array_size(rows) && !r->bad)
		read_fact(r, json_array_get(rows, r->row++), &p->facts[p->n_facts++]);
	rows = begin(r, p, "profiles", sizeof *p->profiles, &p->profiles);
	while (r->row < json_array_size(rows) && !r->bad)
		read_profile(r, p, json_array_get(rows, r->row++), &p->profiles[p->n_profiles++]);
	rows = begin(r, p, "scores", sizeof *p->scores, &p->scores);
	while (r->row < json_array_size(rows) && !r->bad)
		read_score(r, p, json_array_get(rows, r->row++), &p->scores[p->n_scores++]);
	rows = begin(r, p, "verdicts", sizeof *p->verdicts, &p->verdicts);
	while (r->row < json_array_size(rows) && !r->bad)
		read_verdict(r, json_array_get(rows, r->row++), &p->verdicts[p->n_verdicts++]);
	r->section = NULL;
	r->row = 0;
	p->log_points = reader_array(r, p->root, "log_points");
}

/* Some profile must hold for whatever an access consists of. */
static bool has_last_resort(const struct profiles *p)
{
	for (size_t i = 0; i < p->n_profiles; i++) {
		const struct when *w = &p->profiles[i].when;
		if (p->profiles[i].is_choosable && !w->all && !w->any && !w->none)
			return true;
	}
	return false;
}

struct profiles *profiles_new(const char *text, char *error, size_t error_cap)
{
	static const char *const known[] = { "about", "profiles", "facts", "scores", "verdicts", "log_points", NULL };
	struct reader r = { .file = "profiles.json", .error = error, .error_cap = error_cap };
	struct profiles *p = calloc(1, sizeof *p);
	if (!p) {
		reader_reject(&r, "memory is short");
		return NULL;
	}
	p->root = reader_parse(&r, text, strlen(text));
	if (p->root && reader_known(&r, p->root, known))
		read_all(&r, p);
	if (!r.bad && !has_last_resort(p))
		reader_reject(&r, "profiles: no profile holds for everything");
	if (!r.bad)
		return p;
	profiles_free(p);
	return NULL;
}

void profiles_free(struct profiles *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_facts; i++)
		expression_free(&p->facts[i].matches);
	free(p->facts);
	free(p->profiles);
	free(p->scores);
	free(p->verdicts);
	json_decref(p->root);
	free(p);
}

const struct profile *profiles_find(const struct profiles *p, const char *name)
{
	for (size_t i = 0; i < p->n_profiles; i++)
		if (strcmp(p->profiles[i].name, name) == 0)
			return &p->profiles[i];
	return NULL;
}

/* ---- judging ---- */

/* Refused acts are told but prove nothing: no term means them. */
static bool names(const char *glob, const struct scene_steps *row)
{
	return !row->is_refused && glob_matches(glob, row->name);
}

static bool any_step(const struct scene *scene, const char *glob, const struct step **found)
{
	for (size_t i = 0; i < scene->n_names; i++)
		if (names(glob, &scene->names[i])) {
			*found = scene->names[i].steps[0];
			return true;
		}
	return false;
}

static bool is_boundary(char c)
{
	return c == '\0' || strchr("\\/\"' ", c) != NULL;
}

/* True if ${file} is a whole component somewhere in the command ${text}. */
static bool names_file(const char *text, const char *file)
{
	size_t n = strlen(file);
	for (size_t i = 0; n > 0 && text[i]; i++)
		if ((i == 0 || is_boundary(text[i - 1])) && strncasecmp(text + i, file, n) == 0 && is_boundary(text[i + n]))
			return true;
	return false;
}

/* How a value of one step is compared with another's. */
typedef bool (*compare_fn)(const char *value, const char *other);

static bool compare_file(const char *value, const char *path)
{
	return names_file(value, detail_file_of(path));
}

/* What is left of the comparisons that one fact may cost: a flood of steps must not make every batch slow. */
enum { COMPARISONS_MAX = 200000 };

struct search {
	const struct scene *scene;
	const struct fact *fact;
	size_t comparisons;
};

static bool elsewhere(struct search *search, const char *glob, const char *key, const char *value, compare_fn compare)
{
	char buffer[DETAIL_TEXT_BYTES];
	for (size_t i = 0; i < search->scene->n_names; i++) {
		const struct scene_steps *row = &search->scene->names[i];
		if (!names(glob, row))
			continue;
		for (size_t s = 0; s < row->n && search->comparisons < COMPARISONS_MAX; s++) {
			const char *other = detail_text(row->steps[s]->detail, key, buffer);
			search->comparisons++;
			if (other && compare(value, other))
				return true;
		}
	}
	return false;
}

static bool fact_fits(struct search *search, const struct step *step)
{
	const struct fact *f = search->fact;
	char buffer[DETAIL_TEXT_BYTES], other[DETAIL_TEXT_BYTES];
	if (f->admin_only && !step->admin)
		return false;
	if (!f->key)
		return true;
	const char *value = detail_text(step->detail, f->key, buffer);
	if (!value)
		return false;
	if (f->matches.source && !expression_fits(&f->matches, value))
		return false;
	const char *same = f->equals ? detail_text(step->detail, f->equals, other) : NULL;
	if (f->equals && (!same || !glob_equal(value, same)))
		return false;
	if (f->in && !elsewhere(search, f->in, f->key, value, glob_equal))
		return false;
	return !f->names_file_of || elsewhere(search, f->names_file_of, "path", value, compare_file);
}

static bool fact_holds(const struct fact *f, const struct scene *scene, const struct step **because)
{
	struct search search = { scene, f, 0 };
	if (f->destinations)
		return scene->n_destinations >= f->destinations;
	for (size_t i = 0; i < scene->n_names; i++) {
		const struct scene_steps *row = &scene->names[i];
		if (!names(f->step, row))
			continue;
		for (size_t s = 0; s < row->n && search.comparisons < COMPARISONS_MAX; s++)
			if (fact_fits(&search, row->steps[s])) {
				*because = row->steps[s];
				return true;
			}
	}
	return false;
}

static bool term_holds(const struct profiles *p, const char *term, const struct scene *scene, const struct step **because)
{
	if (strncmp(term, fact_mark, FACT_MARK_CHARS) == 0)
		return fact_holds(fact_named(p, term + FACT_MARK_CHARS), scene, because);
	return any_step(scene, term, because);
}

/* How many of ${terms} hold; ${*because} is set by the first one. */
static size_t count_terms(const struct profiles *p, const json_t *terms, const struct scene *scene, const struct step **because)
{
	size_t holding = 0;
	for (size_t i = 0; i < json_array_size(terms); i++) {
		const struct step *step = NULL;
		if (!term_holds(p, json_string_value(json_array_get(terms, i)), scene, &step))
			continue;
		holding++;
		if (!*because)
			*because = step;
	}
	return holding;
}

bool profiles_hold(const struct profiles *p, const struct when *when, const struct scene *scene, const struct step **because)
{
	const struct step *first = NULL, *ignored = NULL;
	bool holds = count_terms(p, when->all, scene, &first) == json_array_size(when->all) &&
		     (json_array_size(when->any) == 0 || count_terms(p, when->any, scene, &first) > 0) &&
		     count_terms(p, when->none, scene, &ignored) == 0;
	if (because)
		*because = holds ? first : NULL;
	return holds;
}

const struct profile *profiles_choose(const struct profiles *p, const struct scene *scene)
{
	size_t i = 0;
	while (!p->profiles[i].is_choosable || !profiles_hold(p, &p->profiles[i].when, scene, NULL))
		i++;
	return &p->profiles[i];
}

bool profiles_has_act(const struct profile *profile, const char *step)
{
	for (size_t i = 0; i < json_array_size(profile->acts); i++)
		if (glob_matches(json_string_value(json_array_get(profile->acts, i)), step))
			return true;
	return false;
}
