#include "sensor/core/view.h"

#include <string.h>

bool view_equals(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.bytes, b.bytes, a.n) == 0);
}
