#include "tests/lib/ruleskit.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever a person writes as a whitelist: it is refused with a sentence, or explains an access or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct access access = { .is_access = true, .source = "10.0.0.5", .destination = "2001:db8::9",
					      .account = "LAB\\admin", .start_ns = EVENTKIT_START_NS };
	static const struct step step = { .name = "file.write.exe", .admin = true, .technique = "T1570",
					  .time_ns = EVENTKIT_START_NS, .last_ns = EVENTKIT_START_NS };
	char error[256] = "";
	struct baseline *b = ruleskit_baseline((const char *)data, n, error, sizeof error);
	assert((b != NULL) == (error[0] == '\0'));
	if (b != NULL)
		baseline_covers(b, &access, &step, 1);
	baseline_free(b);
	return 0;
}
