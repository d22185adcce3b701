/*
 * Decoding: the arguments of operations that are worth reading.
 *
 * What an operation takes and gives is data: one row per operation lists its
 * parameters in the order of the wire, each with the reader that knows its
 * kind (param.h, orpc.h, or one of the interface's own) and the name under
 * which it is reported. One file per interface holds the rows; interfaces.def
 * lists the files. A decoding is handed a whole request stub and what is kept
 * of the answer, adds arguments, and may keep what a context handle stands for
 * and where objects are. It is pure but for that, and never sees an encrypted
 * stub.
 */
#ifndef ASHIATO_SENSOR_RPC_DECODE_H
#define ASHIATO_SENSOR_RPC_DECODE_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/limits.h"
#include "sensor/rpc/endpoints.h"
#include "sensor/rpc/handles.h"
#include "sensor/rpc/ndr.h"

enum { DECODE_BEHIND = 16 };	/* embedded pointers of one structure: DRIVER_INFO_3 of the spooler has nine */

struct decoding {
	struct arena *arena;
	struct ndr in;		/* the request's stub, at its beginning */
	struct ndr out;		/* what is kept of the answer; empty when it was not seen or refused */
	enum ndr_chars chars;	/* of the row: which half of an A/W pair this is */
	struct handles *handles;
	struct endpoints *endpoints;	/* may be NULL */
	struct view server;		/* its address, for them */
	int64_t now_ns;			/* the same */
	const struct uuid *object;	/* of the request; NULL: none */
	const char *on;		/* what the handle that was read last stands for; NULL: unknown */
	struct uuid class;	/* that an activation asks for; zero: none */
	size_t mark;		/* where in the request a reader of the answer finds what it needs again */
	bool has_rest;		/* the row does not go to the stub's end */
	bool behind[DECODE_BEHIND];	/* embedded pointers whose referents are still to come: true, not NULL */
	uint8_t n_behind;
	uint8_t next_behind;
	Ev__RpcArgument *args[LIMIT_RPC_ARGS];
	size_t n_args;
};

/* Read one parameter from ${n} and report it as ${name}; NULL: pass over it. */
typedef void (*param_fn)(struct decoding *d, struct ndr *n, const char *name);

struct param {
	param_fn read;
	const char *name;
};

/* One operation; tables end with a row without parameters. A list of
 * parameters ends with one without a reader. ${out} may be NULL: nothing of
 * the answer is of interest. */
struct decoder {
	uint16_t opnum;
	enum ndr_chars chars;
	const struct param *in;
	const struct param *out;
};

#define PARAMS(...) ((const struct param[]){ __VA_ARGS__, { NULL, NULL } })

/* Read the request and then the answer as ${row} says; true if the whole of
 * the request's parameters was there. An answer that is not what it should be
 * only adds nothing more. */
bool decode_run(struct decoding *d, const struct decoder *row);

/* Read ${params} from ${n}, until one cannot be read. */
void decode_params(struct decoding *d, struct ndr *n, const struct param *params);

/* After decode_run: the parameters ended where the stub does, but for padding and a verification trailer. */
bool decode_is_exact(const struct decoding *d);

/* Add an argument. A NULL ${name} adds nothing, nor does a NULL ${text}: a NULL pointer on the wire. */
void decode_text(struct decoding *d, const char *name, char *text);
void decode_number(struct decoding *d, const char *name, uint64_t number);

/* The argument ${name} as added so far; NULL when it was not, or is a number. */
const char *decode_text_of(const struct decoding *d, const char *name);

/* The same of a number; 0 when it was not added. */
uint64_t decode_number_of(const struct decoding *d, const char *name);

#endif
