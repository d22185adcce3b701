#include "sensor/core/view.h"

#include <string.h>

bool view_equals(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.bytes, b.bytes, a.n) == 0);
}

size_t view_copy(void *to, size_t cap, struct view from)
{
	size_t n = from.n < cap ? from.n : cap;

	if (n > 0)
		memcpy(to, from.bytes, n);
	return n;
}
