#include "sensor/rpc/operations.h"

static const struct operation operations[] = {
#include "rpc_operations.inc"
};

enum { N_OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

static int compare(const struct operation *row, const struct uuid *uuid, uint16_t opnum)
{
	int by_uuid = uuid_compare(&row->interface_uuid, uuid);

	return by_uuid != 0 ? by_uuid : (int)row->opnum - (int)opnum;
}

/* The first row that does not come before ${uuid}, ${opnum}; N_OPERATIONS when all do. */
static size_t lower_bound(const struct uuid *uuid, uint16_t opnum)
{
	size_t low = 0, high = N_OPERATIONS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&operations[middle], uuid, opnum) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct operation *operations_of(const struct uuid *uuid)
{
	size_t i = lower_bound(uuid, 0);

	return i < N_OPERATIONS && uuid_equals(&operations[i].interface_uuid, uuid) ? &operations[i] : NULL;
}

const struct operation *operations_row(const struct operation *first, uint16_t opnum)
{
	size_t at, guess;

	if (first == NULL)
		return NULL;
	at = (size_t)(first - operations);
	guess = at + opnum - first->opnum;	/* right where the table lists every number, as it mostly does */
	if (opnum < first->opnum || guess >= N_OPERATIONS || compare(&operations[guess], &first->interface_uuid, opnum) != 0)
		guess = lower_bound(&first->interface_uuid, opnum);
	return guess < N_OPERATIONS && compare(&operations[guess], &first->interface_uuid, opnum) == 0 ? &operations[guess] : NULL;
}

const struct operation *operations_find(const struct uuid *uuid, uint16_t opnum)
{
	return operations_row(operations_of(uuid), opnum);
}

const char *operations_interface(const struct uuid *uuid)
{
	const struct operation *first = operations_of(uuid);

	return first != NULL ? first->interface : NULL;
}

const struct operation *operations_all(size_t *n)
{
	*n = N_OPERATIONS;
	return operations;
}
