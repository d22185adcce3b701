/*
 * The association: what one RPC conversation has agreed on and has under way.
 *
 * Private to rpc/. assoc.c sorts PDUs by type, contexts.c keeps what binds
 * negotiate and reports them, calls.c puts calls together and reports them.
 * All state is bounded: contexts, calls, stub octets, handles.
 */
#ifndef ASHIATO_SENSOR_RPC_ASSOC_H
#define ASHIATO_SENSOR_RPC_ASSOC_H

#include "sensor/core/handoff.h"
#include "sensor/rpc/framer.h"
#include "sensor/rpc/handles.h"
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/operations.h"
#include "sensor/rpc/pdu.h"

/* ---- contexts ---- */

enum agreement { AGREEMENT_OPEN, AGREEMENT_ACCEPTED, AGREEMENT_REFUSED };

struct context {
	const struct interface *known;	/* NULL: no more than its name */
	const struct operation *operations;	/* operations_of it */
	struct uuid interface;
	uint32_t version;
	uint16_t id;
	uint16_t reason;	/* of a refusal */
	uint8_t syntax;		/* enum syntax */
	uint8_t agreement;	/* enum agreement */
	uint8_t ordinal;	/* place in the bind that awaits its answer, from 1; 0: not part of it */
};

/* A bind or alter_context that awaits its answer, or an AUTH3 that awaits the first answer to a call. */
struct pending_bind {
	int64_t time_ns;
	uint32_t call_id;
	enum pdu_type type;
	bool has_auth;
	uint8_t auth_type;
	uint8_t auth_level;
	uint16_t features_offered;	/* enum bind_feature */
	uint16_t features;		/* those that both sides know */
	uint16_t token_bytes;
	uint8_t *token;		/* of the pool */
};

/* ---- calls ---- */

/* Stub octets that are kept while someone may read them. */
struct kept {
	uint8_t *bytes;	/* of the pool */
	uint32_t n;
	uint32_t cap;
};

struct call {
	struct call *next;	/* the call begun after this one */
	int64_t time_ns;
	int64_t response_time_ns;
	uint64_t request_bytes;
	uint64_t response_bytes;
	struct kept request;
	struct kept answer;	/* its beginning, at most LIMIT_ANSWER_BYTES */
	uint32_t call_id;
	uint32_t fault_status;
	uint16_t opnum;
	uint16_t context_id;
	struct uuid object;
	bool has_object;
	bool wants_stub;	/* someone may read the request's arguments */
	bool wants_answer;	/* and those of the answer */
	bool is_whole;		/* the last fragment of the request came */
	bool is_cut;		/* octets of the request are missing or were too many */
	bool is_sealed;
	bool has_auth_level;
	uint8_t auth_level;
	bool is_big_endian;
	bool is_answered;	/* the last fragment of an answer came */
	bool is_fault;
	bool is_response_cut;
	bool is_response_sealed;
	bool is_response_big_endian;
	uint8_t tail[4];	/* the answer's last octets */
};

/* What calls whose interface nobody named have shown of it by their operations and stubs (target.c); bits are rows of interfaces_all. */
struct shapes {
	uint64_t ruled_out;
	uint64_t fits;
	uint16_t last_opnum;
	uint8_t n_calls;
	uint8_t n_texts;
};

/* ---- the association ---- */

struct assoc {
	struct env *env;
	const struct parties *parties;
	char *pipe;		/* of the pool; NULL over TCP */
	size_t pipe_bytes;
	uint64_t session_id;
	uint64_t file_id;
	uint32_t tree_id;
	bool has_ids;
	bool has_auth_level;	/* of the last bind; a request without a trailer has it too */
	uint8_t auth_level;
	uint8_t context_cap;	/* rows of contexts there is room for */
	uint8_t n_contexts;
	uint8_t next_context;	/* the row that gives way when all are taken */
	uint8_t n_calls;
	bool has_served;		/* a call was answered by other than a fault */
	struct context *contexts;	/* of the pool */
	struct pending_bind *bind;	/* of the pool; NULL when none awaits an answer */
	struct pending_bind *auth3;	/* the same */
	struct call *calls;		/* of the pool, oldest first */
	struct handles handles;
	struct shapes shapes;
	struct framer to_server;
	struct framer to_client;
	uint64_t n_malformed;
};

/* What happens to an association; one set for pipes and TCP. NULL when memory is short (counted). */
struct assoc *assoc_new(struct env *env, const struct pipe_place *place);
void assoc_feed(struct assoc *a, bool to_server, struct view bytes, int64_t time_ns);
void assoc_gap(struct assoc *a, bool to_server, uint64_t n, int64_t time_ns);
void assoc_named(struct assoc *a, uint64_t file_id);
void assoc_close(struct assoc *a);

/* True once a call on an interface of substance was served: which interface each context stands for, and which service or key
 * each handle, was said once. To ask where something is offered is nothing: anybody may. */
bool assoc_is_dear(const struct assoc *a);

/* The stream of both directions is taken up in its middle. */
void assoc_midstream(struct assoc *a);

/* ---- contexts.c ---- */

/* A bind or alter_context asks; the one that awaits an answer is reported unanswered. */
bool contexts_ask(struct assoc *a, const struct pdu *pdu, int64_t time_ns);

/* bind_ack, alter_context_resp and bind_nak answer, and the bind is reported. */
bool contexts_accept(struct assoc *a, const struct pdu *pdu, int64_t time_ns);
bool contexts_refuse(struct assoc *a, const struct pdu *pdu, int64_t time_ns);

/* An AUTH3 has a token, no contexts, and no answer of its own: it is reported with the first answer to a call, which
 * shows whether the server took it. */
bool contexts_auth3(struct assoc *a, const struct pdu *pdu, int64_t time_ns);

/* A call was answered, with ${fault_status} (0: by no fault). */
void contexts_answered(struct assoc *a, uint32_t fault_status, int64_t time_ns);

/* The context ${id}; NULL when its bind was not seen. */
const struct context *contexts_find(const struct assoc *a, uint16_t id);

/* Report what awaits an answer. */
void contexts_unanswered(struct assoc *a);

void contexts_fini(struct assoc *a);

/* ---- calls.c ---- */

bool calls_request(struct assoc *a, const struct pdu *pdu, int64_t time_ns);
bool calls_response(struct assoc *a, const struct pdu *pdu, int64_t time_ns);
bool calls_fault(struct assoc *a, const struct pdu *pdu, int64_t time_ns);

/* Octets of one direction are missing: the calls they may have belonged to are not whole. */
void calls_gap(struct assoc *a, bool to_server);

/* Report every call that is under way, and let go of it. */
void calls_fini(struct assoc *a);

/* ---- what both reports have in common ---- */

/* When something was asked and answered, and how. */
struct exchange {
	int64_t time_ns;
	int64_t response_time_ns;	/* 0: no answer was seen */
	bool has_status;
	uint32_t status;
};

/* Hand ${event}, whose body is set, on with both ends and the times of ${x},
 * unless the arena ran full while the body was built (counted). */
void assoc_emit(struct assoc *a, const struct exchange *x, Ev__Event *event);

/* 16 octets of ${uuid} in the arena, as an event's field. */
ProtobufCBinaryData assoc_uuid(struct assoc *a, const struct uuid *uuid);

#endif
