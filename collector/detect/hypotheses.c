#include "collector/detect/hypotheses.h"

#include "collector/detect/detail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCORE_MAX = 100, EVIDENCE_MAX = 32, SENTENCE_BYTES = 4096 };

struct kind {
	const char *name, *why;
	unsigned weight;
	struct when when;
	const json_t *verdicts;	/* NULL: any */
};

struct hypothesis {
	const char *name, *title, *technique, *caution;
	unsigned show_from;
	size_t kinds_from;
	struct kind kinds[EVIDENCE_MAX];
	size_t n_kinds;
};

struct hypotheses {
	const struct profiles *profiles;
	json_t *root;
	struct hypothesis *rows;
	size_t n;
};

/* ---- reading ---- */

static void read_kind(struct reader *r, const struct profiles *p, const json_t *row, struct kind *k)
{
	static const char *const known[] = { "kind", "weight", "all", "any", "none", "verdicts", "why", NULL };
	if (!reader_known(r, row, known))
		return;
	k->name = reader_required_text(r, row, "kind");
	k->weight = (unsigned)reader_number(r, row, "weight", 1, SCORE_MAX, 0);
	k->why = reader_required_text(r, row, "why");
	k->verdicts = reader_texts(r, row, "verdicts");
	profiles_read_when(r, p, row, &k->when);
	if (!k->when.all && !k->when.any)
		reader_reject(r, "\"all\" or \"any\" is missing");
}

static void read_hypothesis(struct reader *r, const struct profiles *p, const json_t *row, struct hypothesis *h)
{
	static const char *const known[] = { "name", "title", "technique", "show_from", "kinds_from", "caution", "evidence", NULL };
	if (!reader_known(r, row, known))
		return;
	h->name = reader_required_text(r, row, "name");
	h->title = reader_required_text(r, row, "title");
	h->technique = reader_text(r, row, "technique");
	h->caution = reader_required_text(r, row, "caution");
	h->show_from = (unsigned)reader_number(r, row, "show_from", 1, SCORE_MAX, 1);
	h->kinds_from = (size_t)reader_number(r, row, "kinds_from", 1, EVIDENCE_MAX, 1);
	const json_t *kinds = reader_array(r, row, "evidence");
	if (json_array_size(kinds) > EVIDENCE_MAX)
		reader_reject(r, "more than %d kinds of evidence", EVIDENCE_MAX);
	while (!r->bad && h->n_kinds < json_array_size(kinds)) {
		read_kind(r, p, json_array_get(kinds, h->n_kinds), &h->kinds[h->n_kinds]);
		h->n_kinds++;
	}
}

struct hypotheses *hypotheses_new(const struct profiles *p, const char *text, char *error, size_t error_cap)
{
	static const char *const known[] = { "about", "hypotheses", NULL };
	struct reader r = { .file = "hypotheses.json", .error = error, .error_cap = error_cap };
	struct hypotheses *h = calloc(1, sizeof *h);
	if (!h) {
		reader_reject(&r, "memory is short");
		return NULL;
	}
	h->profiles = p;
	h->root = reader_parse(&r, text, strlen(text));
	const json_t *rows = h->root && reader_known(&r, h->root, known) ? reader_array(&r, h->root, "hypotheses") : NULL;
	h->rows = calloc(json_array_size(rows) + 1, sizeof *h->rows);
	if (!h->rows)
		reader_reject(&r, "memory is short");
	r.section = "hypotheses";
	while (!r.bad && r.row < json_array_size(rows))
		read_hypothesis(&r, p, json_array_get(rows, r.row++), &h->rows[h->n++]);
	if (!r.bad)
		return h;
	hypotheses_free(h);
	return NULL;
}

void hypotheses_free(struct hypotheses *h)
{
	if (!h)
		return;
	free(h->rows);
	json_decref(h->root);
	free(h);
}

/* ---- weighing ---- */

static bool asks_for(const json_t *verdicts, const char *verdict)
{
	if (!verdicts)
		return true;
	for (size_t i = 0; verdict && i < json_array_size(verdicts); i++)
		if (strcmp(json_string_value(json_array_get(verdicts, i)), verdict) == 0)
			return true;
	return false;
}

static json_t *weigh_one(const struct hypotheses *all, const struct hypothesis *h, const struct scene *scene, const char *verdict)
{
	json_t *evidence = json_array();
	unsigned sum = 0;
	for (size_t i = 0; i < h->n_kinds; i++) {
		const struct kind *k = &h->kinds[i];
		const struct step *because = NULL;
		if (!asks_for(k->verdicts, verdict) || !profiles_hold(all->profiles, &k->when, scene, &because))
			continue;
		sum += k->weight;
		json_array_append_new(evidence, json_pack("{s:s,s:i,s:o}", "kind", k->name, "weight", (int)k->weight, "why",
							  detail_fill(k->why, because ? because->detail : NULL)));
	}
	sum = sum < SCORE_MAX ? sum : SCORE_MAX;
	if (sum < h->show_from || json_array_size(evidence) < h->kinds_from) {
		json_decref(evidence);
		return NULL;
	}
	return json_pack("{s:s,s:s,s:s?,s:i,s:s,s:o}", "name", h->name, "title", h->title, "technique", h->technique, "score", (int)sum,
			 "caution", h->caution, "evidence", evidence);
}

json_t *hypotheses_weigh(const struct hypotheses *h, const struct scene *scene, const char *verdict)
{
	json_t *out = json_array();
	for (size_t i = 0; i < h->n; i++) {
		json_t *row = weigh_one(h, &h->rows[i], scene, verdict);
		if (row)
			json_array_append_new(out, row);
	}
	return out;
}

/* ${used} bytes of ${out} are taken; how many are after ${format}. */
static size_t put(char out[SENTENCE_BYTES], size_t used, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = used < SENTENCE_BYTES ? vsnprintf(out + used, SENTENCE_BYTES - used, format, args) : 0;
	va_end(args);
	return used + (n > 0 ? (size_t)n : 0);
}

json_t *hypotheses_sentence(const json_t *hypothesis)
{
	char sentence[SENTENCE_BYTES];
	const json_t *evidence = json_object_get(hypothesis, "evidence");
	size_t used = put(sentence, 0, "Hypothesis, not a finding: %s, %lld of 100 points: ",
			  json_string_value(json_object_get(hypothesis, "title")),
			  json_integer_value(json_object_get(hypothesis, "score")));
	for (size_t i = 0; i < json_array_size(evidence); i++) {
		const json_t *row = json_array_get(evidence, i);
		used = put(sentence, used, "%s%s (%lld)", i ? "; " : "", json_string_value(json_object_get(row, "why")),
			   json_integer_value(json_object_get(row, "weight")));
	}
	put(sentence, used, ".");
	json_t *text = json_string(sentence);
	return text ? text : json_string(json_string_value(json_object_get(hypothesis, "title")));
}
