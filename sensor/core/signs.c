#include "sensor/core/signs.h"

#include <stdbool.h>

static const enum count counters[N_SIGNS] = {
#define SIGN(id) [SIGN_##id] = COUNT_##id,
	SIGNS(SIGN)
#undef SIGN
};

/* The counters of the signs among the ${word}th 64. */
#define MARK_IN(word, id) | (COUNT_##id / COUNTS_PER_WORD == (word) ? UINT64_C(1) << COUNT_##id % COUNTS_PER_WORD : 0)
#define FIRST(id) MARK_IN(0, id)
#define SECOND(id) MARK_IN(1, id)

static const uint64_t watched[COUNTS_WORDS] = { 0 SIGNS(FIRST), 0 SIGNS(SECOND) };

static bool is_marked(const struct counts *c, enum count which)
{
	return c->marked[which / COUNTS_PER_WORD] >> which % COUNTS_PER_WORD & 1;
}

uint16_t signs_take(struct counts *c)
{
	uint16_t signs = 0;

	if (((c->marked[0] & watched[0]) | (c->marked[1] & watched[1])) == 0)
		return 0;
	for (unsigned i = 0; i < N_SIGNS; i++)
		signs |= (uint16_t)(is_marked(c, counters[i]) ? 1u << i : 0);
	c->marked[0] = c->marked[1] = 0;
	return signs;
}

const char *sign_name(enum sign sign)
{
	return count_name(counters[sign]);
}
