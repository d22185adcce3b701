#include "sensor/auth/ntlmssp.h"

#include "sensor/core/cursor.h"
#include "sensor/core/filetime.h"
#include "sensor/core/responses.h"

#include <string.h>

/* [MS-NLMP] 2.2.2.5 */
enum {
	NEGOTIATE_UNICODE = 0x00000001,
	NEGOTIATE_OEM_DOMAIN_SUPPLIED = 0x00001000,
	NEGOTIATE_OEM_WORKSTATION_SUPPLIED = 0x00002000,
	NEGOTIATE_TARGET_INFO = 0x00800000,
	NEGOTIATE_VERSION = 0x02000000,
};

/* [MS-NLMP] 2.2.2.1 AvId */
enum {
	AV_EOL = 0,
	AV_NB_COMPUTER_NAME = 1,
	AV_NB_DOMAIN_NAME = 2,
	AV_DNS_COMPUTER_NAME = 3,
	AV_DNS_DOMAIN_NAME = 4,
	AV_DNS_TREE_NAME = 5,
	AV_FLAGS = 6,
	AV_TIMESTAMP = 7,
	AV_SINGLE_HOST = 8,
	AV_TARGET_NAME = 9,
	AV_CHANNEL_BINDINGS = 10,
	N_AV_IDS
};

enum {
	AV_FLAG_MIC = 0x2,
	CHALLENGE_BYTES = 8,
	AUTHENTICATE_FLAGS_AT = 60,	/* a Windows 9x client ends its header before these */
	AUTHENTICATE_VERSION_AT = 64,
	AUTHENTICATE_MIC_AT = 72,
	MIC_BYTES = 16,
	VERSION_BYTES = 8,
	VERSION_TEXT_BYTES = 16,	/* "255.255.65535" */
};

enum { AV_LISTED = 16 };	/* of one message; eleven are defined */

static const uint64_t FILETIME_SECOND = 10000000;

static const char signature[8] = { 'N', 'T', 'L', 'M', 'S', 'S', 'P', '\0' };

/* ---- shared pieces ---- */

/* A pair of length and offset; offsets count from the message's first byte. */
struct field {
	size_t n;
	size_t offset;
};

static struct field read_field(struct cursor *c)
{
	struct field f = { .n = cur_u16le(c) };

	cur_skip(c, 2);	/* MaxLen: SHOULD be ignored */
	f.offset = cur_u32le(c);
	return f;
}

/* What ${f} points to. An empty field's offset means nothing. */
static struct view payload(struct cursor *c, struct field f)
{
	return f.n == 0 ? view_of(NULL, 0) : cur_at(c, f.offset, f.n);
}

static char *text(struct arena *arena, struct view bytes, uint32_t flags)
{
	return flags & NEGOTIATE_UNICODE ? text_of_utf16le(arena, bytes) : text_of_bytes(arena, bytes);
}

/* Some clients leave optional header fields out: the header ends where the first thing that ${f} points to begins. */
static void header_ends_at_most(size_t *header_end, struct field f)
{
	if (f.n > 0 && f.offset < *header_end)
		*header_end = f.offset;
}

/* Write ${number} in decimal behind the ${n} characters of ${text}; how many there are then. Every logon states versions, and
 * printf takes longer than the rest of its parsing. */
static size_t put_number(char *text, size_t n, unsigned number)
{
	size_t end = n + 1;

	for (unsigned rest = number; rest >= 10; rest /= 10)
		end++;
	for (size_t at = end; at > n; number /= 10)
		text[--at] = (char)('0' + number % 10);
	return end;
}

/* 2.2.2.10 VERSION, as "10.0.19041"; NULL if the flag for it is not set or the header ends before it does. */
static char *read_version(struct cursor *c, struct arena *arena, uint32_t flags, size_t header_end)
{
	uint8_t major, minor;
	char *version;
	size_t n = 0;

	if ((flags & NEGOTIATE_VERSION) == 0 || header_end < cur_offset(c) + VERSION_BYTES)
		return NULL;
	major = cur_u8(c);
	minor = cur_u8(c);
	version = arena_get(arena, VERSION_TEXT_BYTES);
	if (version == NULL)
		return NULL;
	n = put_number(version, n, major);
	version[n++] = '.';
	n = put_number(version, n, minor);
	version[n++] = '.';
	put_number(version, n, cur_u16le(c));
	cur_skip(c, VERSION_BYTES - 4);	/* Reserved, NTLMRevisionCurrent */
	return version;
}

static bool is_alphanumeric(struct view bytes)
{
	struct cursor c = cur_of(bytes);

	while (cur_left(&c) > 0) {
		uint8_t byte = cur_u8(&c);
		uint8_t lower = byte | 0x20;

		if (!(byte >= '0' && byte <= '9') && !(lower >= 'a' && lower <= 'z'))
			return false;
	}
	return true;
}

/* ---- AV pairs (2.2.2.1) ---- */

struct av_pairs {
	struct view value[N_AV_IDS];	/* by AvId; bytes is NULL when not there */
	uint16_t ids[AV_LISTED];	/* in order */
	size_t n_ids;
	bool has_flags;
	uint32_t flags;			/* MsvAvFlags */
};

/* Read pairs until MsvAvEOL or the end; some clients leave the end marker out. */
static struct av_pairs read_av_pairs(struct cursor *c)
{
	struct av_pairs av = { 0 };

	while (cur_ok(c) && cur_left(c) >= 4) {
		uint16_t id = cur_u16le(c);
		struct view value = cur_take(c, cur_u16le(c));

		if (id == AV_EOL)
			break;
		if (id < N_AV_IDS)
			av.value[id] = value;
		if (cur_ok(c) && av.n_ids < AV_LISTED)
			av.ids[av.n_ids++] = id;
	}
	if (av.value[AV_FLAGS].n == 4) {
		struct cursor flags = cur_of(av.value[AV_FLAGS]);

		av.has_flags = true;
		av.flags = cur_u32le(&flags);
	}
	return av;
}

static uint32_t *av_ids(struct arena *arena, const struct av_pairs *av, size_t *n_out)
{
	uint32_t *ids = arena_get(arena, av->n_ids * sizeof(*ids));

	for (size_t i = 0; ids != NULL && i < av->n_ids; i++)
		ids[i] = av->ids[i];
	*n_out = ids != NULL ? av->n_ids : 0;
	return ids;
}

/* MsvAvTimestamp; 0 when it is not there. */
static uint64_t av_timestamp(const struct av_pairs *av)
{
	struct cursor c = cur_of(av->value[AV_TIMESTAMP]);

	return cur_u64le(&c);
}

/* A pair's value as text, always UTF-16; NULL when it is not there. */
static char *av_text(struct arena *arena, const struct av_pairs *av, unsigned id)
{
	return av->value[id].bytes != NULL ? text_of_utf16le(arena, av->value[id]) : NULL;
}

/* ---- NEGOTIATE (2.2.1.1): its strings are OEM, always ---- */

static bool parse_negotiate(struct cursor *c, struct arena *arena, Ev__AuthToken *out)
{
	Ev__NtlmNegotiate *m = arena_take(arena, sizeof(*m));
	struct field domain = { 0 }, workstation = { 0 };
	size_t header_end = cur_offset(c) + cur_left(c);

	if (m == NULL)
		return false;
	ev__ntlm_negotiate__init(m);
	m->flags = cur_u32le(c);
	if (cur_left(c) > 0) {
		domain = read_field(c);
		workstation = read_field(c);
	}
	header_ends_at_most(&header_end, domain);
	header_ends_at_most(&header_end, workstation);
	m->version = read_version(c, arena, m->flags, header_end);
	if (m->flags & NEGOTIATE_OEM_DOMAIN_SUPPLIED)
		m->domain = text_of_bytes(arena, payload(c, domain));
	if (m->flags & NEGOTIATE_OEM_WORKSTATION_SUPPLIED)
		m->workstation = text_of_bytes(arena, payload(c, workstation));
	out->ntlm_negotiate = m;
	return true;
}

/* ---- CHALLENGE (2.2.1.2) ---- */

static bool parse_challenge(struct cursor *c, struct arena *arena, Ev__AuthToken *out)
{
	Ev__NtlmChallenge *m = arena_take(arena, sizeof(*m));
	struct field target_name, target_info = { 0 };
	size_t header_end = cur_offset(c) + cur_left(c);
	struct cursor info;
	struct av_pairs av;

	if (m == NULL)
		return false;
	ev__ntlm_challenge__init(m);
	target_name = read_field(c);
	m->flags = cur_u32le(c);
	cur_skip(c, CHALLENGE_BYTES);	/* ServerChallenge */
	if (m->flags & NEGOTIATE_TARGET_INFO) {
		cur_skip(c, 8);		/* Reserved */
		target_info = read_field(c);
	}
	header_ends_at_most(&header_end, target_name);
	header_ends_at_most(&header_end, target_info);
	m->version = read_version(c, arena, m->flags, header_end);
	if (target_name.n > 0)
		m->target_name = text(arena, payload(c, target_name), m->flags);
	info = cur_of(payload(c, target_info));
	av = read_av_pairs(&info);
	m->nb_computer_name = av_text(arena, &av, AV_NB_COMPUTER_NAME);
	m->nb_domain_name = av_text(arena, &av, AV_NB_DOMAIN_NAME);
	m->dns_computer_name = av_text(arena, &av, AV_DNS_COMPUTER_NAME);
	m->dns_domain_name = av_text(arena, &av, AV_DNS_DOMAIN_NAME);
	m->dns_tree_name = av_text(arena, &av, AV_DNS_TREE_NAME);
	m->av_ids = av_ids(arena, &av, &m->n_av_ids);
	m->has_timestamp = filetime_ns(av_timestamp(&av), &m->timestamp);
	out->ntlm_challenge = m;
	return cur_ok(&info);
}

/* ---- AUTHENTICATE (2.2.1.3) ---- */

struct authenticate {
	struct field lm, nt, domain, user, workstation, session_key;
	size_t header_end;
};

static struct authenticate read_authenticate(struct cursor *c)
{
	struct authenticate a = { .header_end = cur_offset(c) + cur_left(c) };

	a.lm = read_field(c);
	a.nt = read_field(c);
	a.domain = read_field(c);
	a.user = read_field(c);
	a.workstation = read_field(c);
	header_ends_at_most(&a.header_end, a.lm);
	header_ends_at_most(&a.header_end, a.nt);
	header_ends_at_most(&a.header_end, a.domain);
	header_ends_at_most(&a.header_end, a.user);
	header_ends_at_most(&a.header_end, a.workstation);
	if (a.header_end >= AUTHENTICATE_FLAGS_AT) {
		a.session_key = read_field(c);
		header_ends_at_most(&a.header_end, a.session_key);
	}
	return a;
}

static void say_av_pairs(const struct av_pairs *av, struct arena *arena, Ev__NtlmAuthenticate *m)
{
	struct view bindings = av->value[AV_CHANNEL_BINDINGS];

	m->av_ids = av_ids(arena, av, &m->n_av_ids);
	m->has_av_flags = av->has_flags;
	m->av_flags = av->flags;
	m->has_single_host = true;
	m->single_host = av->value[AV_SINGLE_HOST].bytes != NULL;
	m->channel_bindings = bindings.bytes != NULL ? text_lend(view_is_zero(bindings) ? "zero" : "set") : NULL;
	m->nb_computer_name = av_text(arena, av, AV_NB_COMPUTER_NAME);
	m->dns_computer_name = av_text(arena, av, AV_DNS_COMPUTER_NAME);
	m->target_name = av_text(arena, av, AV_TARGET_NAME);
}

/* 2.2.2.8 NTLMv2_RESPONSE with 2.2.2.7 NTLMv2_CLIENT_CHALLENGE. */
static bool parse_ntlmv2(struct view response, struct arena *arena, Ev__NtlmAuthenticate *m, bool has_room_for_mic)
{
	struct cursor c = cur_of(response);
	struct view client_challenge;
	struct av_pairs av;
	uint64_t timestamp;

	cur_skip(&c, 16);	/* NTProofStr */
	cur_skip(&c, 8);	/* RespType, HiRespType, Reserved1, Reserved2 */
	timestamp = cur_u64le(&c);
	client_challenge = cur_take(&c, CHALLENGE_BYTES);
	cur_skip(&c, 4);	/* Reserved3 */
	if (!cur_ok(&c))
		return false;
	av = read_av_pairs(&c);
	m->has_client_challenge_alphanumeric = true;
	m->client_challenge_alphanumeric = is_alphanumeric(client_challenge);
	m->has_timestamp_whole_seconds = timestamp != 0;
	m->timestamp_whole_seconds = timestamp % FILETIME_SECOND == 0;
	m->has_timestamp = filetime_ns(timestamp, &m->timestamp);
	m->has_timestamp_from_server = av.value[AV_TIMESTAMP].bytes != NULL;
	m->timestamp_from_server = timestamp == av_timestamp(&av);
	m->mic = (av.flags & AV_FLAG_MIC) != 0 && has_room_for_mic;
	say_av_pairs(&av, arena, m);
	return cur_ok(&c);
}

static bool parse_authenticate(struct cursor *c, struct arena *arena, Ev__AuthToken *out)
{
	Ev__NtlmAuthenticate *m = arena_take(arena, sizeof(*m));
	struct authenticate a = read_authenticate(c);
	struct view lm = payload(c, a.lm), nt = payload(c, a.nt);

	if (m == NULL)
		return false;
	ev__ntlm_authenticate__init(m);
	if (a.header_end >= AUTHENTICATE_VERSION_AT)
		m->flags = cur_u32le(c);
	m->version = read_version(c, arena, m->flags, a.header_end);
	m->domain = text(arena, payload(c, a.domain), m->flags);
	m->user = text(arena, payload(c, a.user), m->flags);
	m->workstation = text(arena, payload(c, a.workstation), m->flags);
	m->response = text_lend(responses_kind(lm, nt, m->flags));
	m->lm_response = text_lend(responses_lm_kind(lm, nt, m->response));
	m->has_session_key = a.header_end >= AUTHENTICATE_FLAGS_AT;
	m->session_key = a.session_key.n > 0;
	m->has_mic = true;
	if (nt.n > RESPONSES_V1_BYTES) {
		m->has_lm_response_nonzero = true;
		m->lm_response_nonzero = responses_has_lm(lm);
		out->has_incomplete = out->incomplete = !parse_ntlmv2(nt, arena, m, a.header_end >= AUTHENTICATE_MIC_AT + MIC_BYTES);
	}
	out->ntlm_authenticate = m;
	out->has_anonymous = true;
	out->anonymous = a.user.n == 0 && nt.n == 0 && (lm.n == 0 || view_is_zero(lm));
	return true;
}

/* ---- all three ---- */

bool ntlmssp_looks_like(struct view token)
{
	struct cursor c = cur_of(token);

	return cur_sees(&c, signature, sizeof(signature));
}

bool ntlmssp_parse(struct view message, struct arena *arena, Ev__AuthToken *out)
{
	static bool (*const parsers[])(struct cursor *, struct arena *, Ev__AuthToken *) = {
		[1] = parse_negotiate,
		[2] = parse_challenge,
		[3] = parse_authenticate,
	};
	struct cursor c = cur_of(message);
	Ev__AuthToken token = *out;
	uint32_t type;

	if (!cur_sees(&c, signature, sizeof(signature)))
		return false;
	cur_skip(&c, sizeof(signature));
	type = cur_u32le(&c);
	if (type < 1 || type > 3 || !parsers[type](&c, arena, &token) || !cur_ok(&c))
		return false;
	token.mechanism = text_lend("ntlm");
	if (arena->full)
		return false;
	*out = token;
	return true;
}
