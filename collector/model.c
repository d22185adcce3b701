#include "collector/model.h"

#include <assert.h>

const char *verdict_name(enum verdict v)
{
	static const char *const names[N_VERDICTS] = {
		[VERDICT_LEGITIMATE] = "legitimate", [VERDICT_PENDING] = "pending",   [VERDICT_UNVERIFIED] = "unverified",
		[VERDICT_UNAPPROVED] = "unapproved", [VERDICT_UNLOGGED] = "unlogged",
	};
	assert(v < N_VERDICTS);
	return names[v];
}
