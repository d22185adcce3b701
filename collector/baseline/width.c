#include "collector/baseline/width.h"

#include "collector/baseline/address.h"

#include <string.h>

/* A range of more addresses than 2 to the power of these is no source any more: beyond 10.1.0.0/16 and a site's /48. */
enum { V4_WIDTH_BITS = 16, V6_WIDTH_BITS = 80 };

/* A pattern that says fewer characters than this fits nearly everybody. */
enum { SAID_MIN = 2 };

static bool is_any_place(const char *place)
{
	struct address_range range;
	if (place == NULL)
		return true;
	return address_parse_range(place, &range) && address_range_bits(&range) > (address_is_v4(&range) ? V4_WIDTH_BITS : V6_WIDTH_BITS);
}

/* True if the first ${n} bytes of the pattern ${text} say next to nothing. */
static bool is_open_pattern(const char *text, size_t n)
{
	size_t said = 0;
	bool is_pattern = false;
	for (size_t i = 0; i < n; i++) {
		bool is_wild = text[i] == '*' || text[i] == '?';
		is_pattern = is_pattern || is_wild;
		said += !is_wild && text[i] != '.';
	}
	return is_pattern && said < SAID_MIN;
}

/* A whole domain is anybody too: only the user's own name counts. */
static bool is_any_account(const char *account)
{
	if (account == NULL)
		return true;
	const char *slash = strrchr(account, '\\');
	const char *user = slash != NULL ? slash + 1 : account;
	return is_open_pattern(user, strcspn(user, "@"));
}

static bool is_any_act(const json_t *actions)
{
	for (size_t i = 0; i < json_array_size(actions); i++) {
		const char *text = json_string_value(json_array_get(actions, i));
		if (text != NULL && is_open_pattern(text, strlen(text)))
			return true;
	}
	return json_array_size(actions) == 0;
}

/* An action without a point or wildcard that is no technique (T1569) names a profile. */
static bool is_profile_name(const char *text)
{
	return text != NULL && text[strcspn(text, ".*?")] == '\0' && text[0] != 'T';
}

static bool names_profile(const json_t *actions)
{
	for (size_t i = 0; i < json_array_size(actions); i++)
		if (is_profile_name(json_string_value(json_array_get(actions, i))))
			return true;
	return false;
}

bool width_is_open(const struct baseline_entry *e)
{
	return is_any_place(e->source) && is_any_account(e->account);
}

const char *width_warning(const struct baseline_entry *e)
{
	bool is_anywhere = is_any_place(e->destination) && is_any_act(e->actions);
	if (width_is_open(e))
		return "This approves every host and every account: whoever steals any password is not seen. "
		       "Name a source or an account.";
	if (is_any_place(e->source) && is_anywhere)
		return "This approves everything the account does from anywhere: a stolen password is not seen. "
		       "Name the administrator's own host as source.";
	if (is_any_account(e->account) && is_anywhere)
		return "This approves everything from that source: whoever takes the host over is not seen. "
		       "Name the account.";
	if (names_profile(e->actions) && e->sha256 == NULL)
		return "A profile covers its parts too: psexec also the bare creation of any service. "
		       "Name the steps, or the executable by its SHA-256, where that is too much.";
	return NULL;
}
