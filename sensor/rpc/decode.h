/*
 * Decoders: the arguments of operations that are worth reading.
 *
 * One file per interface holds its decoders and a table of them; interfaces.c
 * lists the tables. A decoder is handed a whole request stub and the beginning
 * of the answer, adds arguments, and may keep what a context handle stands
 * for. It is pure but for that, and never sees an encrypted stub.
 */
#ifndef ASHIATO_SENSOR_RPC_DECODE_H
#define ASHIATO_SENSOR_RPC_DECODE_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/limits.h"
#include "sensor/rpc/handles.h"
#include "sensor/rpc/ndr.h"

struct decoding {
	struct arena *arena;
	struct ndr in;		/* the request's stub, at its beginning */
	struct ndr out;		/* the answer's first octets; empty when it was not seen or refused */
	enum ndr_chars chars;	/* of the row: which half of an A/W pair this is */
	struct handles *handles;
	Ev__RpcArgument *args[LIMIT_RPC_ARGS];
	size_t n_args;
};

typedef void (*decode_fn)(struct decoding *d);

/* One operation; tables end with a row without ${decode}. */
struct decoder {
	uint16_t opnum;
	enum ndr_chars chars;
	decode_fn decode;
};

/* Add an argument. A NULL ${text} adds nothing: a NULL pointer on the wire. */
void decode_text(struct decoding *d, const char *name, char *text);
void decode_number(struct decoding *d, const char *name, uint64_t number);

/* Read one parameter and add it: [in, string] and [in, string, unique]. Returns the text, NULL when there is none. */
char *decode_string(struct decoding *d, const char *name);
char *decode_unique_string(struct decoding *d, const char *name);

/* Read a context handle and add the name it stands for, if that is known. Returns the handle. */
struct view decode_handle(struct decoding *d, const char *name);

#endif
