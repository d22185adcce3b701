#include "collector/logs/key.h"

#include <criterion/criterion.h>
#include <string.h>

static struct log_record line_of(const char *raw, int64_t time_ns)
{
	struct log_record r;

	log_record_init(&r);
	r.raw = raw;
	r.raw_bytes = strlen(raw);
	r.time_ns = time_ns;
	return r;
}

static bool same_key(struct log_record a, struct log_record b)
{
	struct log_key x = log_key_of(&a), y = log_key_of(&b);

	return x.high == y.high && x.low == y.low;
}

Test(log_key, the_same_line_at_the_same_time_is_one_record)
{
	cr_expect(same_key(line_of("admin|10.77.0.21|disconnect|ok", 7), line_of("admin|10.77.0.21|disconnect|ok", 7)));
}

Test(log_key, the_same_line_at_another_time_is_another_record)
{
	cr_expect_not(same_key(line_of("admin|10.77.0.21|disconnect|ok", 7), line_of("admin|10.77.0.21|disconnect|ok", 8)));
}

Test(log_key, another_line_at_the_same_time_is_another_record)
{
	cr_expect_not(same_key(line_of("admin|10.77.0.21|connect|ok", 7), line_of("admin|10.77.0.21|disconnect|ok", 7)));
}
