/*
 * Hypotheses (schema/hypotheses.json, whose "about" explains them): what the
 * context of an incident may mean, as a sum of named kinds of evidence. Never
 * a finding.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_HYPOTHESES_H
#define ASHIATO_COLLECTOR_DETECT_HYPOTHESES_H

#include "collector/detect/profiles.h"

struct hypotheses;

/* ${p} holds the facts that terms name, and must outlive the result. NULL, and a sentence, if the text does not say what it must. */
struct hypotheses *hypotheses_new(const struct profiles *p, const char *text, char *error, size_t error_cap);
void hypotheses_free(struct hypotheses *h);

/* Those that ${scene} supports well enough to be shown, as a JSON array (new reference):
 * [{"name","title","technique","score","caution","evidence":[{"kind","weight","why"}]}]; the worst verdict of the scene's accesses is
 * ${verdict}, NULL without one. */
json_t *hypotheses_weigh(const struct hypotheses *h, const struct scene *scene, const char *verdict);

/* One plain sentence for an incident's evidence: which hypothesis, how many points, by which kinds (new reference). */
json_t *hypotheses_sentence(const json_t *hypothesis);

#endif
