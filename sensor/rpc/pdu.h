/*
 * PDUs: the connection-oriented messages of DCE/RPC (C706 chapter 12,
 * [MS-RPCE] 2.2.2).
 *
 * Each reader here takes one whole PDU apart and keeps nothing. What a PDU
 * means to an association is assoc.c's business; where one ends in a stream
 * is framer.c's, which asks pdu_frame.
 */
#ifndef ASHIATO_SENSOR_RPC_PDU_H
#define ASHIATO_SENSOR_RPC_PDU_H

#include "sensor/core/limits.h"
#include "sensor/core/view.h"
#include "sensor/rpc/ndr.h"

#include <stdbool.h>
#include <stdint.h>

enum { PDU_HEADER_BYTES = 16 };

/* C706 12.6.3.1 PTYPE; those in between are for the connectionless protocol. */
enum pdu_type {
	PDU_REQUEST = 0,
	PDU_RESPONSE = 2,
	PDU_FAULT = 3,
	PDU_BIND = 11,
	PDU_BIND_ACK = 12,
	PDU_BIND_NAK = 13,
	PDU_ALTER_CONTEXT = 14,
	PDU_ALTER_CONTEXT_RESP = 15,
	PDU_AUTH3 = 16,	/* [MS-RPCE] 2.2.1.1.2 */
	PDU_SHUTDOWN = 17,
	PDU_CO_CANCEL = 18,
	PDU_ORPHANED = 19,
	N_PDU_TYPES = 20,
};

enum pdu_flag { PDU_FIRST_FRAG = 0x01, PDU_LAST_FRAG = 0x02, PDU_OBJECT_UUID = 0x80 };

/* [MS-RPCE] 2.2.1.1.7, .8 */
enum pdu_auth_type { AUTH_SPNEGO = 9, AUTH_NTLM = 10, AUTH_KERBEROS = 16 };
enum pdu_auth_level { AUTH_LEVEL_PRIVACY = 6 };

struct pdu {
	enum pdu_type type;
	uint8_t flags;
	bool is_big_endian;
	uint32_t call_id;
	struct view body;	/* behind the header, before the auth trailer and its padding */
	bool has_auth;
	uint8_t auth_type;
	uint8_t auth_level;
	struct view token;
};

enum pdu_frame { PDU_WHOLE, PDU_MORE, PDU_BAD };

/* Does ${stream} begin with a whole PDU? Its length, as soon as the header is
 * there, in ${n_bytes}. PDU_BAD: no PDU begins like this. */
enum pdu_frame pdu_frame(struct view stream, size_t *n_bytes);

/* True if ${stream} begins with a header as every known implementation sends it: for those who look for one among other bytes. */
bool pdu_is_usual(struct view stream);

/* Take the whole PDU ${bytes} apart; false if its auth trailer lies outside it. */
bool pdu_parse(struct view bytes, struct pdu *out);

/* ---- bind and alter_context (C706 12.6.4.3, 12.6.4.1) ---- */

enum syntax {
	SYNTAX_NDR32,
	SYNTAX_NDR64,		/* [MS-RPCE] 2.2.5 */
	SYNTAX_FEATURES,	/* not a syntax: bind time feature negotiation, [MS-RPCE] 3.3.1.5.3 */
	SYNTAX_OTHER,
};

/* [MS-RPCE] 2.2.2.14 */
enum bind_feature { FEATURE_SECURITY_CONTEXTS = 0x01, FEATURE_KEEP_ON_ORPHAN = 0x02 };

struct pdu_context {
	uint16_t id;
	struct uuid interface;
	uint32_t version;
	enum syntax syntax;	/* the first one offered */
	uint16_t features;	/* SYNTAX_FEATURES: those offered, enum bind_feature */
};

struct pdu_bind {
	size_t n_contexts;
	struct pdu_context contexts[LIMIT_RPC_CONTEXTS];
};

bool pdu_bind_parse(const struct pdu *pdu, struct pdu_bind *out);

/* ---- bind_ack and alter_context_resp (C706 12.6.4.4, 12.6.4.2) ---- */

struct pdu_result {
	bool is_accepted;
	bool is_negotiated;	/* the answer to SYNTAX_FEATURES: reason has the features that both sides know */
	uint16_t reason;
	enum syntax syntax;
};

struct pdu_bind_ack {
	struct view secondary_address;	/* with its terminating zero */
	size_t n_results;		/* in the order of the bind's contexts */
	struct pdu_result results[LIMIT_RPC_CONTEXTS];
};

bool pdu_bind_ack_parse(const struct pdu *pdu, struct pdu_bind_ack *out);

/* bind_nak (C706 12.6.4.5): the provider's reject reason. */
bool pdu_bind_nak_parse(const struct pdu *pdu, uint16_t *reject_reason);

/* ---- request, response, fault (C706 12.6.4.9, .10, .7) ---- */

struct pdu_request {
	uint16_t context_id;
	uint16_t opnum;
	bool has_object;
	struct uuid object;
	struct view stub;	/* this fragment's; encrypted at AUTH_LEVEL_PRIVACY */
};

bool pdu_request_parse(const struct pdu *pdu, struct pdu_request *out);
bool pdu_response_parse(const struct pdu *pdu, struct view *stub);
bool pdu_fault_parse(const struct pdu *pdu, uint32_t *status);

#endif
