#include "sensor/auth/ntlmssp.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* ---- an AUTHENTICATE by hand ([MS-NLMP] 2.2.1.3) ---- */

struct authenticate {
	uint32_t flags;
	const char *domain, *user, *workstation;	/* written as UTF-16 if flags say so */
	struct view lm, nt;
	size_t header_bytes;	/* 52: no flags, 64: no version, 72: no MIC, 88: all */
};

static size_t field(struct wire *w, size_t n, size_t at)
{
	wire_u16(w, (unsigned)n);
	wire_u16(w, (unsigned)n);
	wire_u32(w, (uint32_t)at);
	return at + n;
}

static struct view write_authenticate(struct wire *w, const struct authenticate *a)
{
	void (*text)(struct wire *, const char *) = a->flags & 1 ? wire_utf16 : wire_ascii;
	size_t unit = a->flags & 1 ? 2 : 1, at = a->header_bytes;

	w->n = 0;
	wire_bytes(w, "NTLMSSP", 8);
	wire_u32(w, 3);
	at = field(w, a->lm.n, at);
	at = field(w, a->nt.n, at);
	at = field(w, unit * strlen(a->domain), at);
	at = field(w, unit * strlen(a->user), at);
	at = field(w, unit * strlen(a->workstation), at);
	if (a->header_bytes >= 64) {
		field(w, 0, at);
		wire_u32(w, a->flags);
	}
	if (a->header_bytes >= 72)
		wire_hex(w, "0a00 614a 000000 0f");
	wire_zeros(w, a->header_bytes - w->n);
	wire_view_of(w, a->lm);
	wire_view_of(w, a->nt);
	text(w, a->domain);
	text(w, a->user);
	text(w, a->workstation);
	return wire_view(w);
}

/* An NTLMv2 response (2.2.2.8) with the AV pairs ${pairs}, in hexadecimal. */
static struct view ntlmv2(struct wire *w, uint64_t timestamp, const char *challenge, const char *pairs)
{
	w->n = 0;
	wire_zeros(w, 16);
	wire_hex(w, "0101 0000 00000000");
	wire_u64(w, timestamp);
	wire_bytes(w, challenge, 8);
	wire_u32(w, 0);
	wire_hex(w, pairs);
	return wire_view(w);
}

static bool parse(struct view message, Ev__AuthToken *out)
{
	ev__auth_token__init(out);
	return ntlmssp_parse(message, auth_arena(), out);
}

static const uint8_t zeros[24];

/* ---- recorded messages ---- */

static Ev__NtlmAuthenticate *recorded(const char *digits)
{
	static struct wire w;
	static Ev__AuthToken token;

	w.n = 0;
	wire_hex(&w, digits);
	cr_assert(auth_read(wire_view(&w), &token));
	cr_assert_not_null(token.ntlm_authenticate);
	return token.ntlm_authenticate;
}

Test(ntlmssp, a_samba_client_is_read_whole)
{
	Ev__NtlmAuthenticate *m = recorded(recorded_samba);

	cr_expect_str_eq(m->domain, "LAB");
	cr_expect_str_eq(m->user, "admin");
	cr_expect_str_eq(m->workstation, "CL1");
	cr_expect_str_eq(m->version, "6.1.0");
	cr_expect_str_eq(m->response, "ntlmv2");
	cr_expect_str_eq(m->target_name, "cifs/10.77.0.11");
	cr_expect(m->mic);
	cr_expect_not(m->lm_response_nonzero);
	cr_expect_not(m->client_challenge_alphanumeric);
	cr_expect_not(m->timestamp_whole_seconds);
	cr_expect_eq(m->flags, 0x62088215);
	cr_expect_str_eq(m->lm_response, "zero");
	cr_expect(m->session_key);
}

static void expect_ids(const uint32_t *ids, size_t n, const char *expected)
{
	char text[64] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u ", ids[i]);
	cr_expect_str_eq(text, expected);
}

Test(ntlmssp, what_the_client_added_to_the_server_s_pairs_is_told)
{
	Ev__NtlmAuthenticate *m = recorded(recorded_samba);

	expect_ids(m->av_ids, m->n_av_ids, "2 1 4 3 7 6 8 10 9 ");
	cr_expect_eq(m->av_flags, 2);
	cr_expect(m->single_host);
	cr_expect_str_eq(m->channel_bindings, "zero");
	cr_expect_str_eq(m->nb_computer_name, "FS1");
	cr_expect(m->timestamp_from_server);
	m = recorded(recorded_impacket);
	expect_ids(m->av_ids, m->n_av_ids, "2 1 4 3 7 9 ");
	cr_expect_not(m->has_av_flags);
	cr_expect_not(m->single_host);
	cr_expect_null(m->channel_bindings);
	cr_expect_not(m->session_key);
}

/* The AV pairs ${pairs} beside a blob of the time ${timestamp}. */
static Ev__NtlmAuthenticate *with_pairs(uint64_t timestamp, const char *pairs)
{
	static struct wire w, response;
	static Ev__AuthToken token;
	struct authenticate a = { 0x00080001, "D", "U", "W", view_of(zeros, 24), { 0 }, 64 };

	a.nt = ntlmv2(&response, timestamp, "\x80zzzzzzz", pairs);
	cr_assert(parse(write_authenticate(&w, &a), &token));
	return token.ntlm_authenticate;
}

Test(ntlmssp, channel_bindings_are_zero_or_set)
{
	cr_expect_str_eq(with_pairs(1, "0a00 1000 00000000000000000000000000000001")->channel_bindings, "set");
	cr_expect_str_eq(with_pairs(1, "0a00 1000 00000000000000000000000000000000")->channel_bindings, "zero");
	cr_expect_str_eq(with_pairs(1, "0a00 0000")->channel_bindings, "zero");
}

Test(ntlmssp, the_blob_s_time_is_held_against_the_server_s)
{
	Ev__NtlmAuthenticate *m = with_pairs(UINT64_C(116444736010000000), "0700 0800 808093dcded59d01");

	cr_expect_eq(m->timestamp, INT64_C(1000000000));
	cr_expect(m->has_timestamp_from_server);
	cr_expect_not(m->timestamp_from_server);
	m = with_pairs(1, "");
	cr_expect_not(m->has_timestamp, "before 1970");
	cr_expect_not(m->has_timestamp_from_server);
	cr_expect_not(with_pairs(UINT64_MAX, "")->has_timestamp, "after 2262");
}

Test(ntlmssp, more_pairs_than_are_listed_do_no_harm)
{
	char pairs[40 * 8 + 1] = "";

	for (int i = 0; i < 40; i++)
		strcat(pairs, "ff000000");
	cr_expect_eq(with_pairs(1, pairs)->n_av_ids, 16);
}

Test(ntlmssp, an_impacket_client_shows_its_marks)
{
	Ev__NtlmAuthenticate *m = recorded(recorded_impacket);

	cr_expect_str_eq(m->domain, "FS1");
	cr_expect_str_eq(m->user, "admin");
	cr_expect_str_eq(m->workstation, "");
	cr_expect_null(m->version);
	cr_expect_str_eq(m->target_name, "cifs/FS1");
	cr_expect(m->lm_response_nonzero);
	cr_expect(m->client_challenge_alphanumeric);
	cr_expect_not(m->mic);
}

Test(ntlmssp, a_challenge_tells_what_the_server_is_called)
{
	static struct wire w;
	Ev__AuthToken token;

	wire_hex(&w, recorded_challenge);
	cr_assert(auth_read(wire_view(&w), &token));
	cr_assert_not_null(token.ntlm_challenge);
	cr_expect_str_eq(token.ntlm_challenge->target_name, "FS1");
	cr_expect_str_eq(token.ntlm_challenge->nb_computer_name, "FS1");
	cr_expect_str_eq(token.ntlm_challenge->nb_domain_name, "FS1");
	cr_expect_str_eq(token.ntlm_challenge->dns_computer_name, "");
	cr_expect_str_eq(token.ntlm_challenge->dns_domain_name, "");
	cr_expect_null(token.ntlm_challenge->dns_tree_name);
	cr_expect_str_eq(token.ntlm_challenge->version, "6.1.0");
	expect_ids(token.ntlm_challenge->av_ids, token.ntlm_challenge->n_av_ids, "2 1 4 3 7 ");
	cr_expect(token.ntlm_challenge->has_timestamp);
}

/* ---- NEGOTIATE ---- */

Test(ntlmssp, a_negotiate_may_name_its_host_in_oem_text)
{
	static struct wire w;
	Ev__AuthToken token;

	wire_bytes(&w, "NTLMSSP", 8);
	wire_u32(&w, 1);
	wire_u32(&w, 0x3001);	/* Unicode does not matter here */
	field(&w, 3, 32);
	field(&w, 4, 35);
	wire_ascii(&w, "LABHOST");
	cr_assert(parse(wire_view(&w), &token));
	cr_expect_str_eq(token.ntlm_negotiate->domain, "LAB");
	cr_expect_str_eq(token.ntlm_negotiate->workstation, "HOST");
	cr_expect_null(token.ntlm_negotiate->version);
	wire_set_u32(&w, 28, 36);
	cr_expect_not(parse(wire_view(&w), &token), "one past the end");
}

Test(ntlmssp, what_stands_where_a_version_would_is_not_taken_for_one)
{
	static struct wire w;
	Ev__AuthToken token;

	wire_bytes(&w, "NTLMSSP", 8);
	wire_u32(&w, 1);
	wire_u32(&w, 0x02001001);	/* says that it has a version */
	field(&w, 8, 32);
	field(&w, 0, 32);
	wire_ascii(&w, "LABLABLA");
	cr_assert(parse(wire_view(&w), &token));
	cr_expect_str_eq(token.ntlm_negotiate->domain, "LABLABLA");
	cr_expect_null(token.ntlm_negotiate->version);
}

Test(ntlmssp, a_negotiate_may_end_after_its_flags)
{
	static struct wire w;
	Ev__AuthToken token;

	wire_bytes(&w, "NTLMSSP", 8);
	wire_u32(&w, 1);
	wire_u32(&w, 0x00000207);
	cr_assert(parse(wire_view(&w), &token));
	cr_expect_eq(token.ntlm_negotiate->flags, 0x207);
	cr_expect_null(token.ntlm_negotiate->domain);
}

/* ---- AUTHENTICATE ---- */

Test(ntlmssp, what_stands_in_the_responses_is_named)
{
	static const uint8_t ess[24] = { 1, 2, 3, 4, 5, 6, 7, 8 }, full[24] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	static const struct {
		uint32_t flags;
		size_t lm, nt;
		const uint8_t *lm_bytes;
		const char *kind, *lm_kind;
	} rows[] = {
		{ 0x00000001, 24, 24, full, "ntlmv1", "copy" }, { 0x00080001, 24, 24, ess, "ntlmv1-ess", "challenge" },
		{ 0x00080001, 24, 24, full, "ntlmv1", "copy" }, { 0x00000001, 24, 24, ess, "ntlmv1", "response" },
		{ 0x00000001, 24, 0, full, "lm", "response" },	{ 0x00000001, 0, 0, full, "none", "none" },
		{ 0x00000001, 1, 0, zeros, "none", "zero" },	{ 0x00080001, 0, 24, ess, "ntlmv1", "none" },
	};
	static struct wire w;
	Ev__AuthToken token;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authenticate a = { rows[i].flags, "D", "U", "W", view_of(rows[i].lm_bytes, rows[i].lm),
					  view_of(full, rows[i].nt), 72 };

		cr_assert(parse(write_authenticate(&w, &a), &token));
		cr_expect_str_eq(token.ntlm_authenticate->response, rows[i].kind, "row %zu", i);
		cr_expect_str_eq(token.ntlm_authenticate->lm_response, rows[i].lm_kind, "row %zu", i);
		cr_expect_not(token.ntlm_authenticate->has_lm_response_nonzero);
	}
}

Test(ntlmssp, oem_text_is_read_where_unicode_was_not_negotiated)
{
	static struct wire w;
	Ev__AuthToken token;
	struct authenticate a = { 0x2, "DOM", "User", "HOST", view_of(zeros, 24), view_of(zeros, 24), 64 };

	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_str_eq(token.ntlm_authenticate->user, "User");
	cr_expect_str_eq(token.ntlm_authenticate->workstation, "HOST");
}

Test(ntlmssp, a_header_without_flags_is_one_of_windows_9x)
{
	static struct wire w;
	Ev__AuthToken token;
	struct authenticate a = { 0, "DOM", "User", "HOST", view_of(zeros, 24), view_of(zeros, 24), 52 };

	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_eq(token.ntlm_authenticate->flags, 0);
	cr_expect_str_eq(token.ntlm_authenticate->user, "User");
}

Test(ntlmssp, a_mic_needs_its_flag_and_room_for_it)
{
	static struct wire w, response;
	Ev__AuthToken token;
	struct authenticate a = { 0x02080001, "D", "U", "W", view_of(zeros, 24), { 0 }, 88 };

	a.nt = ntlmv2(&response, 1, "\x80zzzzzzz", "0600 0400 02000000 00000000");
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect(token.ntlm_authenticate->mic);
	a.header_bytes = 72;
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.ntlm_authenticate->mic, "no room");
	a.header_bytes = 88;
	a.nt = ntlmv2(&response, 1, "\x80zzzzzzz", "0600 0400 01000000 00000000");
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.ntlm_authenticate->mic, "another flag");
}

Test(ntlmssp, the_client_s_challenge_and_clock_are_looked_at)
{
	static struct wire w, response;
	Ev__AuthToken token;
	struct authenticate a = { 0x00080001, "D", "U", "W", view_of(zeros, 24), { 0 }, 64 };

	a.nt = ntlmv2(&response, 130000000000000000, "aZ09bcde", "");
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect(token.ntlm_authenticate->client_challenge_alphanumeric);
	cr_expect(token.ntlm_authenticate->timestamp_whole_seconds);
	a.nt = ntlmv2(&response, 130000000000000001, "aZ09bcd{", "");
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.ntlm_authenticate->client_challenge_alphanumeric);
	cr_expect_not(token.ntlm_authenticate->timestamp_whole_seconds);
	a.nt = ntlmv2(&response, 0, "aZ09bcde", "");
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.ntlm_authenticate->has_timestamp_whole_seconds, "no time at all");
}

Test(ntlmssp, nobody_with_no_response_is_anonymous)
{
	static struct wire w;
	Ev__AuthToken token;
	struct authenticate a = { 0x801, "", "", "", view_of(zeros, 1), { 0 }, 64 };

	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect(token.anonymous);
	cr_expect_str_eq(token.ntlm_authenticate->response, "none");
	a.user = "somebody";
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.anonymous);
}

Test(ntlmssp, an_offset_past_the_end_is_rejected)
{
	static struct wire w;
	Ev__AuthToken token;
	struct authenticate a = { 0x1, "D", "U", "W", view_of(zeros, 24), view_of(zeros, 24), 64 };
	struct view message = write_authenticate(&w, &a);

	cr_assert(parse(message, &token));
	wire_set_u32(&w, 12 + 4 * 8 + 4, (uint32_t)w.n - 1);
	cr_expect_not(parse(message, &token));
	wire_set_u32(&w, 12 + 4 * 8 + 4, UINT32_MAX);
	cr_expect_not(parse(message, &token));
}

Test(ntlmssp, names_are_told_beside_a_response_that_cannot_be_read)
{
	static struct wire w;
	Ev__AuthToken token;
	struct authenticate a = { 0x1, "D", "U", "W", view_of(zeros, 24), view_of(w.bytes, 43), 64 };
	static const uint8_t nt[44];

	a.nt = view_of(nt, 43);
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect(token.incomplete);
	cr_expect_str_eq(token.ntlm_authenticate->user, "U");
	cr_expect_not(token.ntlm_authenticate->has_timestamp_from_server, "nothing is said of what was not there");
	a.nt = view_of(nt, 44);
	cr_assert(parse(write_authenticate(&w, &a), &token));
	cr_expect_not(token.incomplete);
}

Test(ntlmssp, another_message_type_is_rejected)
{
	static struct wire w;
	Ev__AuthToken token;

	wire_bytes(&w, "NTLMSSP", 8);
	wire_u32(&w, 4);
	wire_zeros(&w, 100);
	cr_expect_not(parse(wire_view(&w), &token));
	wire_set_u32(&w, 8, 0);
	cr_expect_not(parse(wire_view(&w), &token));
}

Test(ntlmssp, a_full_arena_fails_and_leaves_the_result_alone)
{
	static _Alignas(max_align_t) uint8_t block[128];
	static struct wire w;
	struct arena small = { .block = block, .cap_bytes = sizeof(block) };
	struct authenticate a = { 0x1, "DOMAIN", "USER", "WORKSTATION", view_of(zeros, 24), view_of(zeros, 24), 64 };
	Ev__AuthToken token;

	ev__auth_token__init(&token);
	cr_expect_not(ntlmssp_parse(write_authenticate(&w, &a), &small, &token));
	cr_expect_null(token.ntlm_authenticate);
}

static void each(struct view prefix, void *ctx)
{
	Ev__AuthToken token;

	if (parse(prefix, &token))
		cr_expect_geq(prefix.n, *(size_t *)ctx, "%zu bytes were taken", prefix.n);
}

Test(ntlmssp, no_prefix_of_an_authenticate_is_taken_for_the_whole)
{
	static struct wire w, response;
	struct authenticate a = { 0x02080001, "D", "U", "W", view_of(zeros, 24), { 0 }, 88 };
	struct view message;

	a.nt = ntlmv2(&response, 1, "challeng", "0900 0400 61006200 00000000");
	message = write_authenticate(&w, &a);
	ladder(message.bytes, message.n, each, &message.n);
}
