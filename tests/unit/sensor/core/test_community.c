#include "sensor/core/community.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>

struct end_text {
	const char *address;
	uint16_t port;
};

static void expect(int family, struct end_text a, struct end_text b, const char *id)
{
	uint8_t first[16], second[16];
	size_t n = family == AF_INET ? 4 : 16;
	char out[COMMUNITY_BYTES];

	cr_assert_eq(inet_pton(family, a.address, first), 1);
	cr_assert_eq(inet_pton(family, b.address, second), 1);
	community_of_tcp((struct community_end){ view_of(first, n), a.port }, (struct community_end){ view_of(second, n), b.port }, out);
	cr_expect_str_eq(out, id);
	community_of_tcp((struct community_end){ view_of(second, n), b.port }, (struct community_end){ view_of(first, n), a.port }, out);
	cr_expect_str_eq(out, id, "the other way round");
}

/* From the specification's own material (pycommunityid's documentation and baselines). */
Test(community, ids_are_those_of_the_specification)
{
	expect(AF_INET, (struct end_text){ "127.0.0.1", 1234 }, (struct end_text){ "10.0.0.1", 80 }, "1:mgRgpIZSu0KHDp/QrtcWZpkJpMU=");
	expect(AF_INET, (struct end_text){ "10.0.0.1", 10 }, (struct end_text){ "10.0.0.2", 20 }, "1:9j2Dzwrw7T9E+IZi4b4IVT66HBI=");
}
