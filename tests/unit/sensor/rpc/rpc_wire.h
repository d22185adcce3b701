/*
 * DCE/RPC by hand: PDUs and stubs, field by field, for the tests of rpc/.
 */
#ifndef ASHIATO_TESTS_UNIT_SENSOR_RPC_WIRE_H
#define ASHIATO_TESTS_UNIT_SENSOR_RPC_WIRE_H

#include "sensor/rpc/pdu.h"
#include "sensor/rpc/rpc.h"
#include "tests/lib/stage.h"
#include "tests/lib/wire.h"

/* ---- PDUs: each is appended to ${w}, whose byte order it has ---- */

enum { WHOLE = PDU_FIRST_FRAG | PDU_LAST_FRAG };

/* Begin one; returns where it begins, for pdu_end, which sets its length. */
size_t pdu_begin(struct wire *w, enum pdu_type type, unsigned flags, uint32_t call_id);
void pdu_end(struct wire *w, size_t begin);

/* End it with an auth trailer: padding to 4, level, ${n} bytes of token. */
void pdu_end_auth(struct wire *w, size_t begin, unsigned type, unsigned level, const void *token, size_t n);

#define UUID_SVCCTL "367abb81984435f1ad3298f038001003"
#define UUID_ATSVC "1ff706820a5130e8076d740be8cee98b"
#define UUID_SCHEDULE "86d3594983c94044b424db363231fd0c"
#define UUID_NDR32 "8a885d041ceb11c99fe808002b104860"
#define UUID_NDR64 "71710533beba49378319b5dbef9ccc36"
#define UUID_FEATURES "6cb71c2c981245400300000000000000"

/* A UUID of 32 digits in text order, in the wire's byte order. */
void wire_uuid(struct wire *w, const char *digits);

/* One context of a bind. */
struct offer {
	unsigned id;
	const char *interface, *syntax;
};

void pdu_bind(struct wire *w, enum pdu_type type, uint32_t call_id, const struct offer *offers, size_t n);

/* Results 0 (accepted) or 2 (refused, reason 2) with a syntax each. */
void pdu_bind_ack(struct wire *w, enum pdu_type type, uint32_t call_id, const unsigned *results, const char *const *syntaxes, size_t n);

void pdu_request(struct wire *w, unsigned flags, uint32_t call_id, unsigned context, unsigned opnum, struct view stub);
void pdu_response(struct wire *w, unsigned flags, uint32_t call_id, struct view stub);
void pdu_fault(struct wire *w, uint32_t call_id, uint32_t status);

/* ---- stubs ---- */

struct stub {
	struct wire w;
	bool is_ndr64;
};

struct view stub_view(const struct stub *s);
void stub_u16(struct stub *s, unsigned value);
void stub_u32(struct stub *s, uint32_t value);
void stub_wide(struct stub *s, uint64_t value);	/* a count or a pointer */
void stub_string(struct stub *s, const char *text);
void stub_ascii(struct stub *s, const char *text);
void stub_unique(struct stub *s, const char *text);	/* NULL: a NULL pointer */
void stub_handle(struct stub *s, unsigned number);	/* 0: all zero */

/* ---- an association on the stage ---- */

struct talk {
	struct stage *stage;
	struct assoc *assoc;
	int64_t now;
};

/* On the pipe ${pipe}; NULL: without ids, as over TCP. */
struct talk talk_begin(const char *pipe);

/* Hand over what stands in ${w} and empty it; time goes on by one. */
void talk_up(struct talk *t, struct wire *w);
void talk_down(struct talk *t, struct wire *w);

/* Bind context 0 to ${interface} in ${syntax} and have it accepted. */
void talk_bind(struct talk *t, const char *interface, const char *syntax);

/* One call in one fragment each way; returns its event. */
Ev__RpcCall *talk_call(struct talk *t, unsigned opnum, struct view request, struct view response);

void talk_close(struct talk *t);

/* Take the stage down. */
void talk_end(struct talk *t);

/* The last event's body, NULL if there is none of that kind. */
Ev__RpcCall *talk_last_call(const struct talk *t);
Ev__RpcBind *talk_last_bind(const struct talk *t);

/* Arguments by name: NULL, or -1, when not there. */
const char *arg_text(const Ev__RpcCall *call, const char *name);
int64_t arg_number(const Ev__RpcCall *call, const char *name);

#endif
