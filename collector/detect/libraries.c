#include "collector/detect/libraries.h"

#include "collector/detect/reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	unsigned bit;
	const char *name;
} names[] = {
	{ LIBRARY_AV_ECHOED, "av_pairs_echoed" },	/* the client added no AV pair of its own */
	{ LIBRARY_CHANNEL_BINDINGS, "channel_bindings" },
	{ LIBRARY_CHALLENGE_ALPHANUMERIC, "client_challenge_alphanumeric" },
	{ LIBRARY_GUID_LETTERS, "client_guid_letters" },
	{ LIBRARY_ENCRYPTION_ONLY, "encryption_only" },	/* SMB2 capabilities */
	{ LIBRARY_LM_NONZERO, "lm_response_nonzero" },	/* beside NTLMv2 */
	{ LIBRARY_MIC, "mic" },
	{ LIBRARY_NATIVE_OS_MAC, "native_os_mac" },
	{ LIBRARY_NATIVE_OS_2195, "native_os_windows_2000_2195" },
	{ LIBRARY_NO_LM, "no_lm_response" },
	{ LIBRARY_NO_MIC, "no_mic" },
	{ LIBRARY_NO_VERSION, "no_version" },
	{ LIBRARY_NO_WORKSTATION, "no_workstation" },
	{ LIBRARY_RAW_NTLMSSP, "raw_ntlmssp" },		/* over SMB2, without SPNEGO */
	{ LIBRARY_SINGLE_HOST, "single_host" },
	{ LIBRARY_SMB1_FIRST, "smb1_first" },		/* multi-protocol negotiation */
	{ LIBRARY_TIME_FROM_SERVER, "timestamp_from_server" },
	{ LIBRARY_WHOLE_SECONDS, "timestamp_whole_seconds" },
	{ LIBRARY_VERSION_WITH_BUILD, "version_with_build" },
	{ LIBRARY_VERSION_WITHOUT_BUILD, "version_without_build" },
};
enum { N_NAMES = sizeof names / sizeof names[0] };

const char *libraries_fact(unsigned bit)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (names[i].bit == bit)
			return names[i].name;
	return NULL;
}

/* ---- the document ---- */

static unsigned bit_of(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].bit;
	return 0;
}

static unsigned read_facts(struct reader *r, const json_t *row, const char *key)
{
	const json_t *list = reader_texts(r, row, key);
	unsigned facts = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		if (!bit_of(name))
			reader_reject(r, "\"%s\" is no fact about a library", name);
		facts |= bit_of(name);
	}
	return facts;
}

static void read_row(struct reader *r, const json_t *row, struct library *out)
{
	static const char *const known[] = { "library", "tool", "all", "none", "why", NULL };
	if (!reader_known(r, row, known))
		return;
	out->name = reader_required_text(r, row, "library");
	out->why = reader_required_text(r, row, "why");
	out->is_tool = reader_flag(r, row, "tool");
	out->all = read_facts(r, row, "all");
	out->none = read_facts(r, row, "none");
	if (!out->all)
		reader_reject(r, "\"all\" is missing");
}

struct libraries *libraries_new(const char *text, char *error, size_t error_cap)
{
	static const char *const known[] = { "about", "libraries", NULL };
	struct reader r = { .file = "client-libraries.json", .error = error, .error_cap = error_cap };
	struct libraries *l = calloc(1, sizeof *l);
	if (!l) {
		reader_reject(&r, "memory is short");
		return NULL;
	}
	l->root = reader_parse(&r, text, strlen(text));
	const json_t *rows = l->root && reader_known(&r, l->root, known) ? reader_array(&r, l->root, "libraries") : NULL;
	l->rows = calloc(json_array_size(rows) + 1, sizeof *l->rows);
	r.section = "libraries";
	for (r.row = 1; l->rows && r.row <= json_array_size(rows) && !r.bad; r.row++)
		read_row(&r, json_array_get(rows, r.row - 1), &l->rows[l->n_rows++]);
	if (!l->rows)
		reader_reject(&r, "memory is short");
	if (!r.bad)
		return l;
	libraries_free(l);
	return NULL;
}

void libraries_free(struct libraries *l)
{
	if (!l)
		return;
	free(l->rows);
	json_decref(l->root);
	free(l);
}

const struct library *libraries_find(const struct libraries *l, unsigned facts)
{
	for (size_t i = 0; i < l->n_rows; i++)
		if ((facts & l->rows[i].all) == l->rows[i].all && !(facts & l->rows[i].none))
			return &l->rows[i];
	return NULL;
}

/* ---- facts ---- */

static unsigned if_so(bool holds, unsigned bit)
{
	return holds ? bit : 0;
}

static bool is_letters(const ProtobufCBinaryData *guid)
{
	size_t i = 0;
	while (i < guid->len && isalpha(guid->data[i]))
		i++;
	return guid->len == 16 && i == guid->len;
}

static bool offers(const Ev__SmbNegotiate *body, const char *dialect)
{
	for (size_t i = 0; i < body->n_dialects; i++)
		if (strcmp(body->dialects[i], dialect) == 0)
			return true;
	return false;
}

unsigned libraries_of_negotiate(const Ev__SmbNegotiate *body)
{
	enum { CAP_ENCRYPTION = 0x40 };	/* [MS-SMB2] 2.2.3 */
	return if_so(body->has_client_guid && is_letters(&body->client_guid), LIBRARY_GUID_LETTERS) |
	       if_so(offers(body, "NT LM 0.12") && offers(body, "2.???"), LIBRARY_SMB1_FIRST) |
	       if_so(body->has_client_capabilities && body->client_capabilities == CAP_ENCRYPTION, LIBRARY_ENCRYPTION_ONLY);
}

static bool begins_with(const char *text, const char *prefix)
{
	return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

unsigned libraries_of_setup(const Ev__SmbSessionSetup *body)
{
	const Ev__AuthToken *token = body->token;
	bool is_smb2 = body->dialect && strcmp(body->dialect, "1.0") != 0;
	unsigned facts = token && token->ntlm_authenticate ? libraries_of_ntlm(token->ntlm_authenticate) : 0;
	bool is_raw = token && (token->ntlm_authenticate || token->ntlm_negotiate) && token->has_spnego && !token->spnego;
	return facts | if_so(is_raw && is_smb2, LIBRARY_RAW_NTLMSSP) |
	       if_so(begins_with(body->client_native_os, "Windows 2000 2195"), LIBRARY_NATIVE_OS_2195) |
	       if_so(begins_with(body->client_native_os, "Mac OS X"), LIBRARY_NATIVE_OS_MAC);
}

/* True if one of the pairs is the client's own ([MS-NLMP] 2.2.2.1: flags, single host, target name, channel bindings). */
static bool adds_pairs(const Ev__NtlmAuthenticate *a)
{
	for (size_t i = 0; i < a->n_av_ids; i++)
		if (a->av_ids[i] == 6 || (a->av_ids[i] >= 8 && a->av_ids[i] <= 10))
			return true;
	return false;
}

/* "10.0.17763" has a build; "6.1.0" has none. */
static bool has_build(const char *version)
{
	const char *dot = strrchr(version, '.');
	return dot && strcmp(dot, ".0") != 0;
}

static unsigned of_ntlmv2(const Ev__NtlmAuthenticate *a)
{
	return if_so(a->lm_response_nonzero, LIBRARY_LM_NONZERO) |
	       if_so(a->client_challenge_alphanumeric, LIBRARY_CHALLENGE_ALPHANUMERIC) |
	       if_so(a->has_mic, a->mic ? LIBRARY_MIC : LIBRARY_NO_MIC) |
	       if_so(a->timestamp_whole_seconds, LIBRARY_WHOLE_SECONDS) |
	       if_so(a->timestamp_from_server, LIBRARY_TIME_FROM_SERVER) |
	       if_so(a->n_av_ids > 0 && !adds_pairs(a), LIBRARY_AV_ECHOED) |
	       if_so(a->single_host, LIBRARY_SINGLE_HOST) | if_so(a->channel_bindings != NULL, LIBRARY_CHANNEL_BINDINGS) |
	       if_so(a->lm_response && strcmp(a->lm_response, "none") == 0, LIBRARY_NO_LM);
}

unsigned libraries_of_ntlm(const Ev__NtlmAuthenticate *a)
{
	bool is_v2 = a->response && strcmp(a->response, "ntlmv2") == 0;
	unsigned version = !a->version	       ? LIBRARY_NO_VERSION :
			   has_build(a->version) ? LIBRARY_VERSION_WITH_BUILD :
						   LIBRARY_VERSION_WITHOUT_BUILD;
	return version | (is_v2 ? of_ntlmv2(a) : 0) | if_so(!a->workstation || !a->workstation[0], LIBRARY_NO_WORKSTATION);
}
