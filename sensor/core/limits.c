#include "sensor/core/limits.h"

const struct limits limits_default = {
	.memory_bytes = 56u << 20,
	.arena_bytes = 1u << 20,
	.out_of_order_bytes = 256u << 10,
	.flows = 100000,
	.idle_ns = INT64_C(3600) * 1000000000,
	.hole_ns = INT64_C(2) * 1000000000,
};
