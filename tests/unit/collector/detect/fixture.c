#include "tests/unit/collector/detect/fixture.h"

struct eventkit *kit;
struct detect *detection;
struct told told;

void fixture_begin(void)
{
	kit = eventkit_new();
	detection = ruleskit_detect(&told);
}

void fixture_end(void)
{
	detect_free(detection);
	told_fini(&told);
	eventkit_free(kit);
}
