#include "sensor/smb/xca.h"

#include <string.h>

/* True if ${n} more bytes fit; else the output is bad from here on. */
static bool fits(struct xca_out *out, size_t n)
{
	out->is_bad = out->is_bad || n > out->cap - out->n;
	return !out->is_bad;
}

void xca_fill(struct xca_out *out, uint8_t byte, size_t n)
{
	if (!fits(out, n))
		return;
	memset(out->bytes + out->n, byte, n);
	out->n += n;
}

void xca_put(struct xca_out *out, struct view bytes)
{
	if (fits(out, bytes.n))
		out->n += view_copy(out->bytes + out->n, bytes.n, bytes);
}

void xca_repeat(struct xca_out *out, size_t floor, size_t back, size_t n)
{
	if (back == 0 || back > out->n - floor)
		out->is_bad = true;
	if (!fits(out, n))
		return;
	for (size_t end = out->n + n; out->n < end; out->n++)
		out->bytes[out->n] = out->bytes[out->n - back];
}
