#include "collector/detect/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- techniques ---- */

static void read_technique(struct reader *r, const json_t *row, json_t *names)
{
	static const char *const known[] = { "id", "name", NULL };
	if (!reader_known(r, row, known))
		return;
	const char *id = reader_required_text(r, row, "id"), *name = reader_required_text(r, row, "name");
	if (id && name && json_object_get(names, id))
		reader_reject(r, "%s stands there twice", id);
	if (!r->bad)
		json_object_set_new(names, id, json_string(name));
}

static bool read_techniques(struct rules *rules, const char *text, char *error, size_t error_cap)
{
	static const char *const known[] = { "about", "techniques", NULL };
	struct reader r = { .file = "techniques.json", .error = error, .error_cap = error_cap };
	rules->techniques = reader_parse(&r, text, strlen(text));
	rules->names = json_object();
	if (!rules->techniques || !reader_known(&r, rules->techniques, known))
		return false;
	const json_t *rows = reader_array(&r, rules->techniques, "techniques");
	r.section = "techniques";
	for (r.row = 1; r.row <= json_array_size(rows) && !r.bad; r.row++)
		read_technique(&r, json_array_get(rows, r.row - 1), rules->names);
	return !r.bad;
}

/* ---- the three agree ---- */

static bool all_named(const struct rules *rules, const json_t *ids, struct reader *r)
{
	for (size_t i = 0; i < json_array_size(ids); i++)
		if (!rules_technique(rules, json_string_value(json_array_get(ids, i))))
			return reader_reject(r, "%s has no name in techniques.json", json_string_value(json_array_get(ids, i)));
	return true;
}

static bool agree(const struct rules *rules, char *error, size_t error_cap)
{
	struct reader r = { .file = "catalogue.json", .error = error, .error_cap = error_cap };
	for (size_t i = 0; i < rules->catalogue->n_rules; i++) {
		const char *id = rules->catalogue->rules[i].technique;
		if (id && !rules_technique(rules, id))
			return reader_reject(&r, "%s: %s has no name in techniques.json", rules->catalogue->rules[i].step, id);
	}
	r.file = "profiles.json";
	for (size_t i = 0; i < rules->profiles->n_profiles; i++)
		if (!all_named(rules, rules->profiles->profiles[i].techniques, &r))
			return false;
	return true;
}

struct rules *rules_new(const struct rule_texts *texts, char *error, size_t error_cap)
{
	struct rules *rules = calloc(1, sizeof *rules);
	if (!rules) {
		snprintf(error, error_cap, "rules: memory is short");
		return NULL;
	}
	rules->catalogue = catalogue_new(texts->catalogue, error, error_cap);
	rules->profiles = rules->catalogue ? profiles_new(texts->profiles, error, error_cap) : NULL;
	rules->libraries = rules->profiles ? libraries_new(texts->libraries, error, error_cap) : NULL;
	rules->hypotheses = rules->libraries ? hypotheses_new(rules->profiles, texts->hypotheses, error, error_cap) : NULL;
	if (rules->hypotheses && read_techniques(rules, texts->techniques, error, error_cap) && agree(rules, error, error_cap))
		return rules;
	rules_free(rules);
	return NULL;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	catalogue_free(r->catalogue);
	profiles_free(r->profiles);
	libraries_free(r->libraries);
	hypotheses_free(r->hypotheses);
	json_decref(r->techniques);
	json_decref(r->names);
	free(r);
}

/* ---- questions ---- */

const char *rules_technique(const struct rules *r, const char *id)
{
	return json_string_value(json_object_get(r->names, id));
}

bool rules_profile(const struct rules *r, const char *name, struct profile_text *out)
{
	const struct profile *p = profiles_find(r->profiles, name);
	if (!p)
		return false;
	*out = (struct profile_text){ p->title, p->what_it_is, p->what_to_check };
	return true;
}

const json_t *rules_log_points(const struct rules *r)
{
	return r->profiles->log_points;
}

/* ---- printing ---- */

static void print_rule(const struct rule *rule, void (*line)(void *, const char *), void *ctx)
{
	char text[1024], condition[256] = "";
	if (rule->key)
		snprintf(condition, sizeof condition, " if %s ~ %s", rule->key, rule->when.source);
	snprintf(text, sizeof text, "%-7s %-5s %3u  %-10s %s%s: %s", rule->section, rule->admin ? "admin" : "-", rule->score,
		 rule->technique ? rule->technique : "-", rule->step, condition, rule->title);
	line(ctx, text);
}

static void print_library(const struct library *l, void (*line)(void *, const char *), void *ctx)
{
	char text[1024];
	snprintf(text, sizeof text, "library %-5s %s: %s", l->is_tool ? "tool" : "-", l->name, l->why);
	line(ctx, text);
}

void rules_print(const struct rules *r, void (*line)(void *ctx, const char *text), void *ctx)
{
	char text[1024];
	for (size_t i = 0; i < r->catalogue->n_rules; i++)
		print_rule(&r->catalogue->rules[i], line, ctx);
	for (size_t i = 0; i < r->profiles->n_profiles; i++) {
		snprintf(text, sizeof text, "profile %s: %s", r->profiles->profiles[i].name, r->profiles->profiles[i].title);
		line(ctx, text);
	}
	for (size_t i = 0; i < r->profiles->n_scores; i++) {
		snprintf(text, sizeof text, "score   +%u: %s", r->profiles->scores[i].add, r->profiles->scores[i].evidence);
		line(ctx, text);
	}
	for (size_t i = 0; i < r->libraries->n_rows; i++)
		print_library(&r->libraries->rows[i], line, ctx);
}
