#include "sensor/rpc/interfaces.h"

#include <assert.h>
#include <string.h>

const struct decoder interfaces_no_decoders[] = { { .in = NULL } };

static const struct interface interfaces[] = {
#define INTERFACE(uuid, pipe, decoders) { uuid, pipe, decoders },
#include "sensor/rpc/interfaces.def"
#undef INTERFACE
};

enum { N_INTERFACES = sizeof(interfaces) / sizeof(interfaces[0]) };

static_assert(N_INTERFACES <= 64, "struct shapes has a bit for each");

const struct interface *interfaces_find(const struct uuid *uuid)
{
	size_t low = 0, high = N_INTERFACES;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = uuid_compare(&interfaces[middle].uuid, uuid);

		if (order == 0)
			return &interfaces[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct interface *interfaces_of_pipe(const char *pipe, const struct interface *previous)
{
	for (const struct interface *i = previous != NULL ? previous + 1 : interfaces; i < interfaces + N_INTERFACES; i++)
		if (i->pipe != NULL && strcmp(i->pipe, pipe) == 0)
			return i;
	return NULL;
}

const struct decoder *interfaces_decoder(const struct interface *i, uint16_t opnum)
{
	for (const struct decoder *d = i->decoders; d->in != NULL; d++)
		if (d->opnum == opnum)
			return d;
	return NULL;
}

const struct interface *interfaces_all(size_t *n)
{
	*n = N_INTERFACES;
	return interfaces;
}
