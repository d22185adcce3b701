#include "collector/detect/rules.h"

#include "collector/detect/detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int64_t incident_gap_ns = 3600LL * 1000000000;

enum { TITLE_BYTES = 512, TITLE_DESTINATIONS = 2, SCORE_MAX = 100 };

/* The steps of one group and the rules they are judged by. */
struct group {
	const struct rules *rules;
	struct scene scene;
};

/* ---- small sets of texts ---- */

static bool has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), text) == 0)
			return true;
	return false;
}

static void add_text(json_t *list, const char *text)
{
	if (text && !has_text(list, text))
		json_array_append_new(list, json_string(text));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A sorted copy; ${list} is released. */
static json_t *sorted(json_t *list)
{
	size_t n = json_array_size(list);
	const char **texts = calloc(n + 1, sizeof *texts);
	if (!texts)
		return list;
	for (size_t i = 0; i < n; i++)
		texts[i] = json_string_value(json_array_get(list, i));
	qsort(texts, n, sizeof *texts, by_text);
	json_t *out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_string(texts[i]));
	free(texts);
	json_decref(list);
	return out;
}

/* ---- score ---- */

/* True if a step counts: an act that succeeded, or a judgement on authentication or on what the sensor was shown. */
static bool counts(const struct step *step)
{
	return step->admin || strncmp(step->name, "auth.", 5) == 0 || strncmp(step->name, "sensor.", 7) == 0;
}

/* Call ${each} with the catalogue's row of every step that counts; once per name where the detail does not matter. */
static void each_rule(const struct group *g, void (*each)(void *ctx, const struct rule *rule), void *ctx)
{
	for (size_t i = 0; i < g->scene.n_names; i++) {
		const struct scene_steps *row = &g->scene.names[i];
		bool is_same = !catalogue_looks_at_detail(g->rules->catalogue, row->name);
		for (size_t s = 0; s < row->n; s++) {
			const struct rule *rule =
				counts(row->steps[s]) ?
					catalogue_step(g->rules->catalogue, row->name, row->steps[s]->detail) :
					NULL;
			if (rule)
				each(ctx, rule);
			if (rule && is_same)
				break;
		}
	}
}

static void take_worst(void *ctx, const struct rule *rule)
{
	const struct rule **worst = ctx;
	if (!*worst || rule->score > (*worst)->score)
		*worst = rule;
}

static void take_technique(void *ctx, const struct rule *rule)
{
	add_text(ctx, rule->technique);
}

static void add_sentence(json_t *evidence, const char *template, const struct step *because)
{
	json_array_append_new(evidence, detail_fill(template, because ? because->detail : NULL));
}

static unsigned score(const struct group *g, json_t *evidence)
{
	const struct rule *worst = NULL;
	each_rule(g, take_worst, &worst);
	unsigned sum = worst ? worst->score : 0;
	if (worst)
		add_text(evidence, worst->why);
	const struct profiles *p = g->rules->profiles;
	for (size_t i = 0; i < p->n_scores; i++) {
		const struct step *because = NULL;
		if (!profiles_hold(p, &p->scores[i].when, &g->scene, &because))
			continue;
		sum += p->scores[i].add;
		add_sentence(evidence, p->scores[i].evidence, because);
	}
	return sum < SCORE_MAX ? sum : SCORE_MAX;
}

static const char *severity_of(unsigned points)
{
	static const struct {
		unsigned below;
		const char *name;
	} bands[] = { { 30, "low" }, { 60, "medium" }, { 85, "high" }, { SCORE_MAX + 1, "critical" } };
	size_t i = 0;
	while (points >= bands[i].below)
		i++;
	return bands[i].name;
}

/* ---- words ---- */

/* What a host's own log tells of it. */
static bool is_on_itself(const struct incident *i)
{
	return json_array_size(i->destinations) == 1 && strcmp(json_string_value(json_array_get(i->destinations, 0)), i->source) == 0;
}

static char *title_of(const struct profile *profile, const struct incident *i)
{
	char text[TITLE_BYTES];
	size_t n = json_array_size(i->destinations), used = 0;
	if (is_on_itself(i))
		used += (size_t)snprintf(text, sizeof text, "%s on ", profile->title);
	else
		used += (size_t)snprintf(text, sizeof text, "%s from %s to ", profile->title, i->source);
	for (size_t d = 0; d < n && d < TITLE_DESTINATIONS && used < sizeof text; d++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", d ? ", " : "",
					 json_string_value(json_array_get(i->destinations, d)));
	if (n > TITLE_DESTINATIONS && used < sizeof text)
		used += (size_t)snprintf(text + used, sizeof text - used, " and %zu more", n - TITLE_DESTINATIONS);
	if (i->account && used < sizeof text && used + strlen(i->account) + sizeof " as " < sizeof text)
		snprintf(text + used, sizeof text - used, " as %s", i->account);
	return strdup(text);
}

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* What the members say of the whole: who, when, where, the worst verdict. */
static void gather(const struct member *members, size_t n, struct incident *out)
{
	const char *account = NULL, *workstation = NULL;
	out->first_ns = members[0].access->start_ns;
	out->last_ns = members[0].access->end_ns;
	for (size_t m = 0; m < n; m++) {
		const struct access *a = members[m].access;
		account = account ? account : a->account;
		workstation = workstation ? workstation : a->workstation;
		out->first_ns = a->start_ns < out->first_ns ? a->start_ns : out->first_ns;
		out->last_ns = a->end_ns > out->last_ns ? a->end_ns : out->last_ns;
		add_text(out->destinations, a->destination);
		if (!a->is_access)
			continue;
		out->n_accesses++;
		out->has_verdict = true;
		out->verdict = a->verdict > out->verdict ? a->verdict : out->verdict;
	}
	out->site = copy_of(members[0].access->site);
	out->source = copy_of(members[0].access->source);
	out->account = copy_of(account);
	out->workstation = copy_of(workstation);
}

/* What the worst verdict says by itself: an act that a server's log does not have weighs more than the same act approved. */
static void weigh_verdict(const struct profiles *p, struct incident *out)
{
	for (size_t i = 0; out->has_verdict && i < p->n_verdicts; i++) {
		const struct verdict_row *row = &p->verdicts[i];
		if (row->verdict != out->verdict)
			continue;
		unsigned lifted = out->score + row->add > row->at_least ? out->score + row->add : row->at_least;
		incident_weigh(out, (int)(lifted - out->score), row->evidence);
	}
}

/* What it may mean, each as one sentence among the evidence too. */
static void suppose(const struct group *g, struct incident *out)
{
	out->hypotheses = hypotheses_weigh(g->rules->hypotheses, &g->scene, out->has_verdict ? verdict_name(out->verdict) : NULL);
	for (size_t i = 0; i < json_array_size(out->hypotheses); i++)
		json_array_append_new(out->evidence, hypotheses_sentence(json_array_get(out->hypotheses, i)));
}

void incident_compose(const struct rules *rules, const struct member *members, size_t n, struct incident *out)
{
	struct group g = { .rules = rules };
	scene_init(&g.scene, members, n);
	const struct profile *profile = profiles_choose(rules->profiles, &g.scene);
	json_t *techniques = json_array();
	*out = (struct incident){ .id = members[0].access->incident_id,
				  .profile = profile->name,
				  .destinations = json_array(),
				  .evidence = json_array() };
	gather(members, n, out);
	each_rule(&g, take_technique, techniques);
	for (size_t i = 0; i < json_array_size(profile->techniques); i++)
		add_text(techniques, json_string_value(json_array_get(profile->techniques, i)));
	out->techniques = sorted(techniques);
	out->score = score(&g, out->evidence);
	out->severity = severity_of(out->score);
	weigh_verdict(rules->profiles, out);
	out->title = title_of(profile, out);
	suppose(&g, out);
	scene_fini(&g.scene);
}

void incident_weigh(struct incident *i, int add, const char *why)
{
	int sum = (int)i->score + add;
	i->score = sum < 0 ? 0 : sum > SCORE_MAX ? SCORE_MAX : (unsigned)sum;
	i->severity = severity_of(i->score);
	add_text(i->evidence, why);
}

/* The strings of an incident are const for its readers; here they end. */
static void release(const char *text)
{
	free((void *)(uintptr_t)text);
}

void incident_fini(struct incident *i)
{
	release(i->site);
	release(i->source);
	release(i->account);
	release(i->workstation);
	release(i->title);
	json_decref(i->techniques);
	json_decref(i->destinations);
	json_decref(i->evidence);
	json_decref(i->hypotheses);
	*i = (struct incident){ 0 };
}
