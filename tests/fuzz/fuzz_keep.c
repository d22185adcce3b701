/*
 * What [parse], taken over, may send to [keep]: one datagram. Parts begin, get bytes and end in that order and only so, and all
 * of them end.
 */
#include "sensor/courier.h"
#include "sensor/keep.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool is_open[COURIER_PARTS];

static void *begin(void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < COURIER_PARTS; i++)
		if (!is_open[i])
			return is_open[i] = true, &is_open[i];
	abort();
}

/* No room for much, so that parts are given up too. */
static bool bytes(void *ctx, void *part, struct view in_order)
{
	bool *is_open_one = part;

	(void)ctx;
	if (!*is_open_one)
		abort();
	*is_open_one = in_order.n < 1000;
	return *is_open_one;
}

static bool end(void *ctx, void *part, const uint8_t *sha256)
{
	bool *is_open_one = part;

	(void)ctx;
	if (!*is_open_one)
		abort();
	*is_open_one = false;
	return sha256 != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct file_keeper keeper = { .begin = begin, .bytes = bytes, .end = end };
	int ends[2];

	if (n == 0 || n > COURIER_DATAGRAM_BYTES || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
		return 0;
	if (send(ends[0], data, n, 0) == (ssize_t)n && shutdown(ends[0], SHUT_WR) == 0)
		keep_serve(&keeper, ends[1]);
	close(ends[0]);
	close(ends[1]);
	for (size_t i = 0; i < COURIER_PARTS; i++)
		if (is_open[i])
			abort();
	return 0;
}
