/* generate KIND BYTES OUT [RECORDING...]: write a capture to measure with; see kinds.h. */
#include "tests/bench/kinds.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*write)(struct output *o, char *const *paths, size_t n, uint64_t bytes);
} kinds[] = {
	{ "mixed",      mixed_write },
	{ "bulk-share", bulk_write_share },
	{ "bulk-admin", bulk_write_admin },
};

int main(int argc, char **argv)
{
	struct output o;

	if (argc < 4)
		errx(2, "usage: generate mixed|bulk-share|bulk-admin BYTES OUT [RECORDING...]");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		output_open(&o, argv[3]);
		kinds[i].write(&o, argv + 4, (size_t)argc - 4, strtoull(argv[2], NULL, 10));
		output_close(&o);
		return 0;
	}
	errx(2, "%s: no such kind of capture", argv[1]);
}
