#include "sensor/rpc/pdu.h"

enum {
	DREP_LITTLE_ENDIAN = 0x10,	/* the octet that implementations send; its high half says the byte order (C706 14.1) */
	DREP_INTEGERS = 0xF0,
	AUTH_TRAILER_BYTES = 8,
	SYNTAX_BYTES = 20,		/* UUID and version */
	CONTEXT_BYTES_MIN = 24,		/* one element of a context list that offers no transfer syntax */
	RESULT_BYTES = 24,
	RESULT_ACCEPTANCE = 0,
	RESULT_NEGOTIATE_ACK = 3,	/* [MS-RPCE] 2.2.2.4 */
};

/* Which of the type numbers a connection-oriented PDU may bear. */
static const bool is_type[N_PDU_TYPES] = {
	[PDU_REQUEST] = true,	  [PDU_RESPONSE] = true,	   [PDU_FAULT] = true,	 [PDU_BIND] = true,
	[PDU_BIND_ACK] = true,	  [PDU_BIND_NAK] = true,	   [PDU_AUTH3] = true,	 [PDU_ALTER_CONTEXT] = true,
	[PDU_SHUTDOWN] = true,	  [PDU_ALTER_CONTEXT_RESP] = true, [PDU_CO_CANCEL] = true, [PDU_ORPHANED] = true,
};

/* ---- the header (C706 12.6.3.1) ---- */

struct header {
	uint8_t type;
	uint8_t flags;
	bool is_big_endian;
	bool is_usual;		/* characters, floats and the reserved octets are what every known implementation sends */
	uint16_t frag_length;
	uint16_t auth_length;
	uint32_t call_id;
};

/* False: too short, or nothing that a DCE/RPC implementation would read. */
static bool read_header(struct ndr *n, struct header *h)
{
	uint8_t version, minor, representation;
	struct cursor c;

	if (!cur_part(&n->c, PDU_HEADER_BYTES, &c))
		return false;
	version = cur_u8(&c);
	minor = cur_u8(&c);
	h->type = cur_u8(&c);
	h->flags = cur_u8(&c);
	representation = cur_u8(&c);
	h->is_usual = cur_u24be(&c) == 0 && (representation == 0 || representation == DREP_LITTLE_ENDIAN);
	representation &= DREP_INTEGERS;
	n->is_big_endian = h->is_big_endian = representation != DREP_LITTLE_ENDIAN;
	h->frag_length = n->is_big_endian ? cur_u16be(&c) : cur_u16le(&c);
	h->auth_length = n->is_big_endian ? cur_u16be(&c) : cur_u16le(&c);
	h->call_id = n->is_big_endian ? cur_u32be(&c) : cur_u32le(&c);
	return version == 5 && minor <= 1 && h->type < N_PDU_TYPES && is_type[h->type] &&
	       (representation == 0 || representation == DREP_LITTLE_ENDIAN) && h->frag_length >= PDU_HEADER_BYTES &&
	       (h->auth_length == 0 || h->auth_length + AUTH_TRAILER_BYTES <= h->frag_length - PDU_HEADER_BYTES);
}

/* True as long as ${stream}, too short for a header, could still become one. */
static bool may_become_header(struct view stream)
{
	struct cursor c = cur_of(stream);
	uint8_t version = cur_u8(&c);
	uint8_t minor = cur_u8(&c);
	uint8_t type = cur_u8(&c);

	if (stream.n > 2)
		return version == 5 && minor <= 1 && type < N_PDU_TYPES && is_type[type];
	return stream.n == 0 || (version == 5 && minor <= 1);
}

bool pdu_is_usual(struct view stream)
{
	struct ndr n = ndr_of(stream, false, false);
	struct header h;

	return read_header(&n, &h) && h.is_usual;
}

enum pdu_frame pdu_frame(struct view stream, size_t *n_bytes)
{
	struct ndr n = ndr_of(stream, false, false);
	struct header h;

	*n_bytes = 0;
	if (stream.n < PDU_HEADER_BYTES)
		return may_become_header(stream) ? PDU_MORE : PDU_BAD;
	if (!read_header(&n, &h))
		return PDU_BAD;
	*n_bytes = h.frag_length;
	return stream.n >= h.frag_length ? PDU_WHOLE : PDU_MORE;
}

/* ---- a whole PDU with its auth trailer ([MS-RPCE] 2.2.2.11) ---- */

static void read_trailer(struct ndr *n, const struct header *h, struct pdu *out)
{
	size_t at = (size_t)h->frag_length - h->auth_length - AUTH_TRAILER_BYTES;
	uint8_t pad_length;

	cur_seek(&n->c, at);
	out->has_auth = true;
	out->auth_type = ndr_u8(n);
	out->auth_level = ndr_u8(n);
	pad_length = ndr_u8(n);
	cur_skip(&n->c, 5);	/* auth_reserved, auth_context_id */
	out->token = cur_take(&n->c, h->auth_length);
	if (pad_length > at - PDU_HEADER_BYTES)
		cur_reject(&n->c);
	else
		out->body = cur_at(&n->c, PDU_HEADER_BYTES, at - PDU_HEADER_BYTES - pad_length);
}

bool pdu_parse(struct view bytes, struct pdu *out)
{
	struct ndr n = ndr_of(bytes, false, false);
	struct header h;
	struct pdu pdu = { 0 };

	if (!read_header(&n, &h) || h.frag_length > bytes.n)
		return false;
	pdu.type = h.type;
	pdu.flags = h.flags;
	pdu.is_big_endian = h.is_big_endian;
	pdu.call_id = h.call_id;
	if (h.auth_length > 0)
		read_trailer(&n, &h, &pdu);
	else
		pdu.body = cur_at(&n.c, PDU_HEADER_BYTES, (size_t)h.frag_length - PDU_HEADER_BYTES);
	if (!ndr_ok(&n))
		return false;
	*out = pdu;
	return true;
}

static struct ndr body_of(const struct pdu *pdu)
{
	return ndr_of(pdu->body, pdu->is_big_endian, false);
}

/* ---- syntaxes ---- */

static const struct known_syntax {
	uint8_t uuid[NDR_UUID_BYTES];
	size_t n_compared;	/* the features' UUID carries flags in its second half */
	enum syntax syntax;
} known_syntaxes[] = {
	/* clang-format off */
	{ { 0x8a, 0x88, 0x5d, 0x04, 0x1c, 0xeb, 0x11, 0xc9, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60 }, 16, SYNTAX_NDR32 },
	{ { 0x71, 0x71, 0x05, 0x33, 0xbe, 0xba, 0x49, 0x37, 0x83, 0x19, 0xb5, 0xdb, 0xef, 0x9c, 0xcc, 0x36 }, 16, SYNTAX_NDR64 },
	{ { 0x6c, 0xb7, 0x1c, 0x2c, 0x98, 0x12, 0x45, 0x40 },                                                   8, SYNTAX_FEATURES },
	/* clang-format on */
};

static enum syntax read_syntax(struct ndr *n, struct uuid *uuid)
{
	*uuid = ndr_uuid(n);
	ndr_u32(n);	/* its version */
	for (size_t i = 0; i < sizeof(known_syntaxes) / sizeof(known_syntaxes[0]); i++)
		if (view_equals(view_of(uuid->bytes, known_syntaxes[i].n_compared),
				view_of(known_syntaxes[i].uuid, known_syntaxes[i].n_compared)))
			return known_syntaxes[i].syntax;
	return SYNTAX_OTHER;
}

/* ---- bind, alter_context ---- */

/* p_cont_elem_t */
static struct pdu_context read_context(struct ndr *n)
{
	struct pdu_context context = { .syntax = SYNTAX_OTHER };
	struct uuid syntax;
	size_t n_transfer_syn;

	cur_align(&n->c, 4);
	context.id = ndr_u16(n);
	n_transfer_syn = ndr_u8(n);
	ndr_u8(n);	/* reserved */
	context.interface = ndr_uuid(n);
	context.version = ndr_u32(n);
	n_transfer_syn = cur_count(&n->c, n_transfer_syn, SYNTAX_BYTES);
	if (n_transfer_syn > 0) {
		context.syntax = read_syntax(n, &syntax);
		if (context.syntax == SYNTAX_FEATURES)
			context.features = syntax.bytes[8];	/* the first octet of the second half, little-endian */
		cur_skip(&n->c, (n_transfer_syn - 1) * SYNTAX_BYTES);
	}
	return context;
}

bool pdu_bind_parse(const struct pdu *pdu, struct pdu_bind *out)
{
	struct ndr n = body_of(pdu);
	size_t n_context_elem;

	cur_skip(&n.c, 8);	/* max_xmit_frag, max_recv_frag, assoc_group_id */
	n_context_elem = ndr_u8(&n);
	cur_skip(&n.c, 3);	/* reserved */
	n_context_elem = cur_count(&n.c, n_context_elem, CONTEXT_BYTES_MIN);
	out->n_contexts = 0;
	while (out->n_contexts < n_context_elem)
		out->contexts[out->n_contexts++] = read_context(&n);
	return ndr_ok(&n);
}

/* ---- bind_ack, alter_context_resp, bind_nak ---- */

bool pdu_bind_ack_parse(const struct pdu *pdu, struct pdu_bind_ack *out)
{
	struct ndr n = body_of(pdu);
	size_t n_results;

	cur_skip(&n.c, 8);	/* max_xmit_frag, max_recv_frag, assoc_group_id */
	out->secondary_address = cur_take(&n.c, ndr_u16(&n));
	cur_align(&n.c, 4);
	n_results = ndr_u8(&n);
	cur_skip(&n.c, 3);	/* reserved */
	out->n_results = cur_count(&n.c, n_results, RESULT_BYTES);
	for (size_t i = 0; i < out->n_results; i++) {
		uint16_t result = ndr_u16(&n);
		struct uuid syntax;

		out->results[i].is_accepted = result == RESULT_ACCEPTANCE;
		out->results[i].is_negotiated = result == RESULT_NEGOTIATE_ACK;
		out->results[i].reason = ndr_u16(&n);
		out->results[i].syntax = read_syntax(&n, &syntax);
	}
	return ndr_ok(&n);
}

bool pdu_bind_nak_parse(const struct pdu *pdu, uint16_t *reject_reason)
{
	struct ndr n = body_of(pdu);

	*reject_reason = ndr_u16(&n);
	return ndr_ok(&n);
}

/* ---- request, response, fault; alloc_hint is a hint, nothing is sized by it ---- */

bool pdu_request_parse(const struct pdu *pdu, struct pdu_request *out)
{
	struct ndr n = body_of(pdu);
	struct pdu_request r = { 0 };

	ndr_u32(&n);	/* alloc_hint */
	r.context_id = ndr_u16(&n);
	r.opnum = ndr_u16(&n);
	r.has_object = (pdu->flags & PDU_OBJECT_UUID) != 0;
	if (r.has_object)
		r.object = ndr_uuid(&n);
	r.stub = cur_rest(&n.c);
	if (!ndr_ok(&n))
		return false;
	*out = r;
	return true;
}

bool pdu_response_parse(const struct pdu *pdu, struct view *stub)
{
	struct ndr n = body_of(pdu);

	cur_skip(&n.c, 8);	/* alloc_hint, p_cont_id, cancel_count, reserved */
	*stub = cur_rest(&n.c);
	return ndr_ok(&n);
}

bool pdu_fault_parse(const struct pdu *pdu, uint32_t *status)
{
	struct ndr n = body_of(pdu);

	cur_skip(&n.c, 8);	/* alloc_hint, p_cont_id, cancel_count, reserved */
	*status = ndr_u32(&n);
	return ndr_ok(&n);
}
