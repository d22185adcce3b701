#include "tests/unit/delivery/loopback/ends.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

char collector_key[64], sensor_key[64], spool_dir[64];
struct curve_pair collector_pair, sensor_pair;
struct pipeline *pipeline;
char why[512];

void ends_make(void)
{
	snprintf(collector_key, sizeof collector_key, "%s", scratch_path("collector.key"));
	snprintf(sensor_key, sizeof sensor_key, "%s", scratch_path("sensor.key"));
	snprintf(spool_dir, sizeof spool_dir, "%s", scratch_path("spool"));
	curve_generate(&collector_pair, why, sizeof why);
	curve_generate(&sensor_pair, why, sizeof why);
	cr_assert_eq(curve_save(collector_key, &collector_pair, why, sizeof why), 0, "%s", why);
	cr_assert_eq(curve_save(sensor_key, &sensor_pair, why, sizeof why), 0, "%s", why);
	pipeline = fake_pipeline();
	strcpy(pipeline->keys[0], sensor_pair.public_key);
}
