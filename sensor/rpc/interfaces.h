/*
 * The interfaces that the sensor knows more of than their names.
 *
 * interfaces.def has one row each: its UUID, the pipe on which Windows offers
 * it, and the table of its decoders. All of them end every answer in four
 * octets of NTSTATUS, Win32 error or HRESULT; an interface that does not must
 * not stand there. A new interface is one file with decoders and one row.
 */
#ifndef ASHIATO_SENSOR_RPC_INTERFACES_H
#define ASHIATO_SENSOR_RPC_INTERFACES_H

#include "sensor/rpc/decode.h"

struct interface {
	struct uuid uuid;
	const char *pipe;	/* NULL: none that would tell it from others */
	const struct decoder *decoders;
};

/* The row of ${uuid}; NULL when there is none. */
const struct interface *interfaces_find(const struct uuid *uuid);

/* The rows whose pipe is ${pipe}, one call each: the first after ${previous} (NULL: from the beginning); NULL when there is none. */
const struct interface *interfaces_of_pipe(const char *pipe, const struct interface *previous);

/* The decoder for ${opnum}; NULL when the operation has none. */
const struct decoder *interfaces_decoder(const struct interface *i, uint16_t opnum);

/* The rows, in order of UUID. */
const struct interface *interfaces_all(size_t *n);

/* Every table that a row names, declared. */
#define INTERFACE(uuid, pipe, decoders) extern const struct decoder decoders[];
#include "sensor/rpc/interfaces.def"
#undef INTERFACE

#endif
