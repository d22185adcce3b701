#include "sensor/core/counts.h"

struct row {
	const char *name;
	enum count_kind kind;
	const char *meaning;
};

static const struct row rows[N_COUNTS] = {
#define COUNT(id, name, kind, meaning) [COUNT_##id] = { name, kind, meaning },
#include "sensor/core/counts.def"
#undef COUNT
};

const char *count_name(enum count which)
{
	return rows[which].name;
}

enum count_kind count_kind_of(enum count which)
{
	return rows[which].kind;
}

const char *count_meaning(enum count which)
{
	return rows[which].meaning;
}

uint64_t counts_sum(const struct counts *c, enum count_kind kind)
{
	uint64_t sum = 0;

	for (int i = 0; i < N_COUNTS; i++)
		sum += rows[i].kind == kind ? c->of[i] : 0;
	return sum;
}
