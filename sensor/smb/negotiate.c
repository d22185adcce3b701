#include "sensor/smb/negotiate.h"

#include "sensor/smb/compressed.h"
#include "sensor/smb/fact.h"

#include <string.h>

enum {
	NEGOTIATE_DIALECTS = 64,	/* reported; clients offer at most a dozen */
	NEGOTIATE_ALGORITHMS = 16,	/* reported of each kind; at most six are defined */
	SIGNING_ENABLED = 0x01,		/* [MS-SMB2] 2.2.3 SecurityMode */
	SIGNING_REQUIRED = 0x02,
	SMB1_SIGNING_ENABLED = 0x04,	/* [MS-CIFS] 2.2.4.52.2 SecurityMode */
	SMB1_SIGNING_REQUIRED = 0x08,
	COMPRESSION_CHAINED = 0x01,	/* [MS-SMB2] 2.2.3.1.3 Flags */
	GUID_BYTES = 16,
	DIALECT_3_1_1 = 0x0311,
};
#define CAP_EXTENDED_SECURITY ((uint32_t)0x80000000)	/* [MS-SMB] 2.2.4.5.2.1 */

struct named {
	uint16_t value;
	const char *name;
};

/* DialectRevision ([MS-SMB2] 2.2.3), and ours for SMB1 */
static const struct named dialects[] = {
	{ DIALECT_SMB1, "1.0" }, { 0x0202, "2.0.2" }, { 0x0210, "2.1" },   { 0x02FF, "2.???" },
	{ 0x0300, "3.0" },	 { 0x0302, "3.0.2" }, { 0x0311, "3.1.1" },
};

/* Ciphers ([MS-SMB2] 2.2.3.1.2) */
static const struct named ciphers[] = {
	{ 0x0001, "AES-128-CCM" }, { 0x0002, "AES-128-GCM" }, { 0x0003, "AES-256-CCM" }, { 0x0004, "AES-256-GCM" },
};

/* SigningAlgorithms ([MS-SMB2] 2.2.3.1.7) */
static const struct named signings[] = { { 0x0000, "HMAC-SHA256" }, { 0x0001, "AES-CMAC" }, { 0x0002, "AES-GMAC" } };

const char *negotiate_known_dialect(size_t i)
{
	return i < sizeof(dialects) / sizeof(*dialects) ? dialects[i].name : NULL;
}

const char *negotiate_known_cipher(size_t i)
{
	return i < sizeof(ciphers) / sizeof(*ciphers) ? ciphers[i].name : NULL;
}

static char *name_of(struct conn *c, const struct named *table, size_t n, uint16_t value)
{
	static const char digits[] = "0123456789abcdef";
	char hex[] = "0x0000";

	for (size_t i = 0; i < n; i++)
		if (table[i].value == value)
			return text_lend(table[i].name);
	for (size_t i = 0; i < 4; i++)
		hex[5 - i] = digits[value >> (4 * i) & 0xF];
	return text_copy(c->env->arena, hex);
}

static char *dialect_name(struct conn *c, uint16_t value)
{
	return name_of(c, dialects, sizeof(dialects) / sizeof(*dialects), value);
}

static char *cipher_name(struct conn *c, uint16_t value)
{
	return name_of(c, ciphers, sizeof(ciphers) / sizeof(*ciphers), value);
}

static char *signing_name(struct conn *c, uint16_t value)
{
	return name_of(c, signings, sizeof(signings) / sizeof(*signings), value);
}

static char *compression_name(struct conn *c, uint16_t value)
{
	const char *name = compressed_algorithm(value);

	return name != NULL ? text_lend(name) : name_of(c, NULL, 0, value);
}

char *negotiate_dialect(struct conn *c)
{
	return c->dialect != 0 ? dialect_name(c, c->dialect) : NULL;
}

/* ${view} as a field of an event; the bytes must live as long as the event. */
static ProtobufCBinaryData bytes_of(struct conn *c, struct view view)
{
	uint8_t *copy = arena_get(c->env->arena, view.n);

	if (copy == NULL)
		return (ProtobufCBinaryData){ 0 };
	return (ProtobufCBinaryData){ .len = view_copy(copy, view.n, view), .data = copy };
}

/* ---- what either side says ---- */

/* [MS-SMB2] 2.2.3.1: what the contexts of a 3.1.1 negotiation hold; empty where there is none. Lists are of u16. */
struct contexts {
	struct view ciphers;
	struct view compressions;
	struct view signings;
	struct view netname;	/* UTF-16 */
	uint32_t compression_flags;
};

struct smb2_client {
	uint16_t security_mode;
	uint32_t capabilities;
	struct view guid;
	struct view dialects;	/* u16 each */
	struct contexts contexts;
};

struct smb2_server {
	uint16_t security_mode;
	uint16_t dialect;
	uint32_t capabilities;
	struct view guid;
	struct view token;
	struct contexts contexts;	/* what was chosen */
};

/* So many u16 as the count at ${data} says. */
static struct view list_at(struct cursor *data, uint16_t n)
{
	return cur_take(data, (size_t)n * 2);
}

/* [MS-SMB2] 2.2.3.1.2, 2.2.3.1.7 */
static struct view counted_list(struct cursor *data)
{
	return list_at(data, cur_u16le(data));
}

static void encryption_context(struct cursor *data, struct contexts *out)
{
	out->ciphers = counted_list(data);
}

/* [MS-SMB2] 2.2.3.1.3 */
static void compression_context(struct cursor *data, struct contexts *out)
{
	uint16_t n = cur_u16le(data);

	cur_skip(data, 2);	/* Padding */
	out->compression_flags = cur_u32le(data);
	out->compressions = list_at(data, n);
}

/* [MS-SMB2] 2.2.3.1.4 */
static void netname_context(struct cursor *data, struct contexts *out)
{
	out->netname = cur_rest(data);
}

static void signing_context(struct cursor *data, struct contexts *out)
{
	out->signings = counted_list(data);
}

struct context_type {
	uint16_t type;
	void (*read)(struct cursor *data, struct contexts *out);
};

/* ContextType ([MS-SMB2] 2.2.3.1); those without a row yield no fact */
static const struct context_type context_types[] = {
	{ 0x0002, encryption_context }, { 0x0003, compression_context }, { 0x0005, netname_context }, { 0x0008, signing_context },
};

/* One context; false if it contradicts itself. */
static bool context_read(uint16_t type, struct view data, struct contexts *out)
{
	struct cursor c = cur_of(data);

	for (size_t i = 0; i < sizeof(context_types) / sizeof(*context_types); i++)
		if (context_types[i].type == type)
			context_types[i].read(&c, out);
	return cur_ok(&c);
}

/* [MS-SMB2] 2.2.3.1: ${n} contexts from ${offset} of the element on, each at a multiple of 8. */
static void contexts_read(struct cursor *c, uint32_t offset, uint16_t n, struct contexts *out)
{
	cur_seek(c, offset);
	for (size_t i = cur_count(c, n, 8); i > 0; i--) {
		uint16_t type = cur_u16le(c);
		uint16_t length = cur_u16le(c);
		struct view data;

		cur_skip(c, 4);	/* Reserved */
		data = cur_take(c, length);
		if (cur_ok(c) && !context_read(type, data, out))
			cur_reject(c);
		if (i > 1)
			cur_align(c, 8);
	}
}

/* [MS-SMB2] 2.2.3 */
static bool client_parse(struct view unit, struct smb2_client *out)
{
	struct cursor c = smb2_body(unit);
	struct smb2_client s = { 0 };
	struct cursor contexts;
	uint32_t context_offset;
	uint16_t n_dialects, n_contexts;
	bool has_contexts = false;

	cur_skip(&c, 2);		/* StructureSize */
	n_dialects = cur_u16le(&c);
	s.security_mode = cur_u16le(&c);
	cur_skip(&c, 2);		/* Reserved */
	s.capabilities = cur_u32le(&c);
	s.guid = cur_take(&c, GUID_BYTES);
	context_offset = cur_u32le(&c);	/* before 3.1.1: ClientStartTime, as are the next two */
	n_contexts = cur_u16le(&c);
	cur_skip(&c, 2);
	s.dialects = cur_take(&c, cur_count(&c, n_dialects, 2) * 2);
	if (!cur_ok(&c))
		return false;
	contexts = cur_of(s.dialects);
	while (cur_left(&contexts) > 0)
		has_contexts = cur_u16le(&contexts) == DIALECT_3_1_1 || has_contexts;
	if (has_contexts)
		contexts_read(&c, context_offset, n_contexts, &s.contexts);
	if (!cur_ok(&c))
		return false;
	*out = s;
	return true;
}

/* [MS-SMB2] 2.2.4 */
static bool server_parse(struct view unit, struct smb2_server *out)
{
	struct cursor c = smb2_body(unit);
	struct smb2_server s = { 0 };
	uint16_t n_contexts, offset, length;
	uint32_t context_offset;

	cur_skip(&c, 2);		/* StructureSize */
	s.security_mode = cur_u16le(&c);
	s.dialect = cur_u16le(&c);
	n_contexts = cur_u16le(&c);
	s.guid = cur_take(&c, GUID_BYTES);
	s.capabilities = cur_u32le(&c);
	cur_skip(&c, 12);		/* MaxTransactSize, MaxReadSize, MaxWriteSize */
	cur_skip(&c, 16);		/* SystemTime, ServerStartTime */
	offset = cur_u16le(&c);
	length = cur_u16le(&c);
	context_offset = cur_u32le(&c);
	s.token = cur_at(&c, length > 0 ? offset : 0, length);
	if (cur_ok(&c) && s.dialect == DIALECT_3_1_1)
		contexts_read(&c, context_offset, n_contexts, &s.contexts);
	if (!cur_ok(&c))
		return false;
	*out = s;
	return true;
}

/* ---- the event ---- */

/* At most ${most} of the numbers in ${list}, by name, as a repeated field of ${n_out} texts. */
static char **names_of(struct conn *c, struct view list, size_t most, char *(*name)(struct conn *, uint16_t), size_t *n_out)
{
	struct cursor values = cur_of(list);
	size_t n = list.n / 2 < most ? list.n / 2 : most;
	char **names = arena_get(c->env->arena, n * sizeof(*names));

	for (size_t i = 0; names != NULL && i < n; i++)
		names[i] = name(c, cur_u16le(&values));
	*n_out = names != NULL ? n : 0;
	return names;
}

static void say_client_contexts(struct conn *c, const struct contexts *s, Ev__SmbNegotiate *body)
{
	body->ciphers = names_of(c, s->ciphers, NEGOTIATE_ALGORITHMS, cipher_name, &body->n_ciphers);
	body->compressions = names_of(c, s->compressions, NEGOTIATE_ALGORITHMS, compression_name, &body->n_compressions);
	body->signing_algorithms = names_of(c, s->signings, NEGOTIATE_ALGORITHMS, signing_name, &body->n_signing_algorithms);
	if (s->netname.n > 0)
		body->netname = text_of_utf16le(c->env->arena, s->netname);
}

/* Of ciphers and signing algorithms a server chooses one ([MS-SMB2] 2.2.4.1). */
static char *chosen(struct conn *c, struct view list, char *(*name)(struct conn *, uint16_t))
{
	struct cursor one = cur_of(list);

	return list.n >= 2 ? name(c, cur_u16le(&one)) : NULL;
}

static void say_server_contexts(struct conn *c, const struct contexts *s, Ev__SmbNegotiate *body)
{
	body->cipher = chosen(c, s->ciphers, cipher_name);
	body->signing_algorithm = chosen(c, s->signings, signing_name);
	if (s->compressions.n == 0)
		return;
	body->chosen_compressions = names_of(c, s->compressions, NEGOTIATE_ALGORITHMS, compression_name, &body->n_chosen_compressions);
	FACT_SET(body, compression_chained, (s->compression_flags & COMPRESSION_CHAINED) != 0);
}

static void say_smb2_server(struct conn *c, const struct smb2_server *s, Ev__SmbNegotiate *body)
{
	body->dialect = dialect_name(c, s->dialect);
	FACT_SET(body, server_guid, bytes_of(c, s->guid));
	FACT_SET(body, server_capabilities, s->capabilities);
	FACT_SET(body, server_signing_enabled, (s->security_mode & SIGNING_ENABLED) != 0);
	FACT_SET(body, server_signing_required, (s->security_mode & SIGNING_REQUIRED) != 0);
	say_server_contexts(c, &s->contexts, body);
	body->server_token = fact_token(c, s->token);
}

static void say_smb2_client(struct conn *c, struct view unit, Ev__SmbNegotiate *body)
{
	struct smb2_client s;

	if (!client_parse(unit, &s))
		return;
	body->dialects = names_of(c, s.dialects, NEGOTIATE_DIALECTS, dialect_name, &body->n_dialects);
	FACT_SET(body, client_guid, bytes_of(c, s.guid));
	FACT_SET(body, client_capabilities, s.capabilities);
	FACT_SET(body, client_signing_enabled, (s.security_mode & SIGNING_ENABLED) != 0);
	FACT_SET(body, client_signing_required, (s.security_mode & SIGNING_REQUIRED) != 0);
	say_client_contexts(c, &s.contexts, body);
}

/* [MS-CIFS] 2.2.4.52.1: a list of 0x02, name, NUL */
static void say_smb1_client(struct conn *c, struct view message, Ev__SmbNegotiate *body)
{
	struct smb1_block b;
	struct cursor bytes;

	if (!smb1_block_parse(message, SMB1_HEADER_BYTES, &b))
		return;
	FACT_SET(body, client_signing_required, (b.h.flags2 & SMB_FLAGS2_SIGNATURE_REQUIRED) != 0);
	body->dialects = arena_get(c->env->arena, NEGOTIATE_DIALECTS * sizeof(*body->dialects));
	if (body->dialects == NULL)
		return;
	bytes = smb1_bytes(&b);
	while (cur_left(&bytes) > 0 && body->n_dialects < NEGOTIATE_DIALECTS) {
		cur_skip(&bytes, 1);
		body->dialects[body->n_dialects++] = smb1_ascii(c, &bytes);
	}
}

static void say_client(struct conn *c, const struct pending *p, Ev__SmbNegotiate *body)
{
	if (p == NULL || p->kept == NULL)
		return;
	if (p->command == NEGOTIATE_SMB1_COMMAND)
		say_smb1_client(c, pending_kept(p), body);
	else
		say_smb2_client(c, pending_kept(p), body);
}

/* The ClientGuid of an SMB2 request; empty when there is none. */
static struct view client_guid_of(const struct pending *p)
{
	struct smb2_client s;

	if (p == NULL || p->command == NEGOTIATE_SMB1_COMMAND || !client_parse(pending_kept(p), &s))
		return view_of(NULL, 0);
	return s.guid;
}

/* A refusal whose request was not seen holds no fact. */
static void emit(struct conn *c, const struct pending *p, const struct answer *a, Ev__SmbNegotiate *body)
{
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	if (p == NULL && a != NULL && a->status != STATUS_SUCCESS)
		return;
	e.body_case = EV__EVENT__BODY_SMB_NEGOTIATE;
	e.smb_negotiate = body;
	fact_emit(c, &x, &e);
}

/* ---- SMB2 ---- */

bool negotiate_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, negotiate_smb2_finish);
	struct smb2_client s;

	if (!client_parse(r->unit, &s))
		return false;
	pending_add(c, &p, r->unit);
	return true;
}

enum finish negotiate_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbNegotiate body = EV__SMB_NEGOTIATE__INIT;
	struct smb2_server s;

	if (a != NULL && a->status == STATUS_SUCCESS) {
		if (!server_parse(a->unit, &s))
			return FINISH_MALFORMED;
		c->dialect = s.dialect;
		say_smb2_server(c, &s, &body);
		group_mark(c->group, client_guid_of(p), s.guid);
	}
	say_client(c, p, &body);
	emit(c, p, a, &body);
	return FINISH_DONE;
}

/* ---- SMB1 ---- */

bool negotiate_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, negotiate_smb1_finish);

	pending_add(c, &p, b->bytes_of_message);
	return true;
}

struct smb1_server {
	uint16_t dialect_index;
	bool has_modes;		/* what follows was there */
	uint8_t security_mode;
	uint32_t capabilities;
	uint8_t challenge_n;
};

/* [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2. Words 1: no dialect, or core; 13: LAN Manager; 17: NT LM 0.12 */
static bool smb1_server_parse(const struct smb1_block *b, struct smb1_server *out)
{
	struct cursor c = smb1_words(b);
	struct smb1_server s = { .dialect_index = cur_u16le(&c) };

	if (b->words.n >= 2 * 17) {
		s.has_modes = true;
		s.security_mode = cur_u8(&c);
		cur_skip(&c, 16);	/* MaxMpxCount, MaxNumberVcs, MaxBufferSize, MaxRawSize, SessionKey */
		s.capabilities = cur_u32le(&c);
		cur_skip(&c, 10);	/* SystemTime, ServerTimeZone */
		s.challenge_n = cur_u8(&c);
	}
	if (!cur_ok(&c))
		return false;
	*out = s;
	return true;
}

/* With extended security a GUID and a token, else a challenge and the domain's name. */
static bool say_smb1_bytes(struct conn *c, const struct smb1_block *b, const struct smb1_server *s, Ev__SmbNegotiate *body)
{
	struct cursor bytes = smb1_bytes(b);

	if (s->capabilities & CAP_EXTENDED_SECURITY) {
		struct view guid = cur_take(&bytes, GUID_BYTES);

		if (!cur_ok(&bytes))
			return false;
		FACT_SET(body, server_guid, bytes_of(c, guid));
		body->server_token = fact_token(c, cur_rest(&bytes));
		return true;
	}
	cur_skip(&bytes, s->challenge_n);
	if (cur_left(&bytes) > 0 && smb1_is_unicode(b))	/* not aligned: 2.2.4.52.2 has no padding here */
		body->server_native_os = text_of_utf16le(c->env->arena, smb1_utf16(&bytes));
	else if (cur_left(&bytes) > 0)
		body->server_native_os = smb1_ascii(c, &bytes);
	return cur_ok(&bytes);
}

enum finish negotiate_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbNegotiate body = EV__SMB_NEGOTIATE__INIT;
	struct smb1_server s;

	say_client(c, p, &body);
	if (a != NULL && a->block != NULL && a->status == STATUS_SUCCESS) {
		if (!smb1_server_parse(a->block, &s) || (s.has_modes && !say_smb1_bytes(c, a->block, &s, &body)))
			return FINISH_MALFORMED;
		if (s.has_modes) {
			c->dialect = DIALECT_SMB1;
			body.dialect = dialect_name(c, DIALECT_SMB1);
			FACT_SET(&body, server_capabilities, s.capabilities);
			FACT_SET(&body, server_signing_enabled, (s.security_mode & SMB1_SIGNING_ENABLED) != 0);
			FACT_SET(&body, server_signing_required, (s.security_mode & SMB1_SIGNING_REQUIRED) != 0);
		} else if (s.dialect_index < body.n_dialects) {
			body.dialect = body.dialects[s.dialect_index];
		}
	}
	emit(c, p, a, &body);
	return FINISH_DONE;
}
