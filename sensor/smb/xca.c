#include "sensor/smb/xca.h"

#include <string.h>

/* How many of ${n} more bytes fit; if not all, the output is bad from behind them on. */
static size_t fitting(struct xca_out *out, size_t n)
{
	size_t room = out->is_bad ? 0 : out->cap - out->n;

	if (n <= room)
		return n;
	out->is_full = out->is_full || !out->is_bad;
	out->is_bad = true;
	return room;
}

void xca_fill(struct xca_out *out, uint8_t byte, size_t n)
{
	size_t fits = fitting(out, n);

	if (fits > 0)
		memset(out->bytes + out->n, byte, fits);
	out->n += fits;
}

void xca_put(struct xca_out *out, struct view bytes)
{
	size_t fits = fitting(out, bytes.n);

	out->n += view_copy(out->bytes + out->n, fits, bytes);
}

void xca_repeat(struct xca_out *out, size_t floor, size_t back, size_t n)
{
	if (back == 0 || back > out->n - floor)
		out->is_bad = true;
	for (size_t end = out->n + fitting(out, n); out->n < end; out->n++)
		out->bytes[out->n] = out->bytes[out->n - back];
}
