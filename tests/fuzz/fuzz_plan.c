/* Tables of planned work: what is told is either an entry that compiles or a reason, never both. */
#include "collector/plan.h"
#include "tests/lib/ruleskit.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *ctx, size_t row, json_t *entry, const char *why)
{
	struct baseline_entry e;
	char error[256];
	(void)ctx;
	assert(row >= 2 && (entry == NULL) == (why != NULL));
	assert(entry == NULL || entry_of_json(ruleskit_rules(), entry, &e, error, sizeof error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[256];
	struct plan_options options = { .zone = "Europe/Zurich", .reason = "fuzz", .each = take };
	options.is_planned = size > 0 && data[0] % 2 == 1;
	options.mapping = size > 0 && data[0] % 3 == 1 ? "source=a,valid_until=b" : NULL;
	plan_read(ruleskit_rules(), (const char *)data, size, &options, error, sizeof error);
	return 0;
}
