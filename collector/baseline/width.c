#include "collector/baseline/width.h"

#include "collector/baseline/address.h"
#include "proto/base/clock.h"

#include <string.h>

/* A range of more addresses than 2 to the power of these is no source any more: beyond 10.1.0.0/16 and a site's /48. */
enum { V4_WIDTH_BITS = 16, V6_WIDTH_BITS = 80 };

/* A pattern that says fewer characters than this fits nearly everybody. */
enum { SAID_MIN = 2 };

/* Longer than this nobody watches over what an entry leaves open. */
static const int64_t unwatched_ns = 31 * 24 * CLOCK_HOUR_NS;

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

/* True if an action names a profile that no access shows by itself: it covers none. */
static bool names_joint_profile(const struct profiles *profiles, const json_t *actions)
{
	for (size_t i = 0; i < json_array_size(actions); i++) {
		const char *text = json_string_value(json_array_get(actions, i));
		const struct profile *p = text != NULL ? profiles_find(profiles, text) : NULL;
		if (p != NULL && json_array_size(p->parts) > 0)
			return true;
	}
	return false;
}

/* True if ${e} still holds when whoever wrote it at ${now_ns} no longer thinks of it. */
static bool is_long(const struct baseline_entry *e, int64_t now_ns)
{
	int64_t from_ns = e->valid_from_ns > now_ns ? e->valid_from_ns : now_ns;
	return e->valid_until_ns > from_ns && (uint64_t)e->valid_until_ns - (uint64_t)from_ns > (uint64_t)unwatched_ns;
}

#define OPEN_ENTRY \
	"This approves every host and every account: whoever steals any password is not seen. Name a source or an account."

const char width_refusal[] = OPEN_ENTRY " Where that is meant, say so (force).";

bool width_is_open(const struct baseline_entry *e)
{
	return is_any_place(e->source) && is_any_account(e->account);
}

const char *width_warning(const struct profiles *profiles, const struct baseline_entry *e, int64_t now_ns)
{
	bool is_any_source = is_any_place(e->source), is_anyone = is_any_account(e->account);
	if (is_any_source && is_anyone)
		return OPEN_ENTRY;
	if (is_any_source && is_any_act(e->actions))
		return "This approves everything the account does from anywhere: a stolen password is not seen. "
		       "Name the administrator's own host as source.";
	if (is_anyone && is_any_act(e->actions))
		return "This approves everything from that source: whoever takes the host over is not seen. "
		       "Name the account.";
	if (is_any_source && is_long(e, now_ns))
		return "This approves the account from anywhere for more than a month: a stolen password is not seen. "
		       "Name the administrator's own host as source, or an earlier end.";
	if (is_anyone && is_long(e, now_ns))
		return "This approves any account from that source for more than a month: whoever takes the host over is not seen. "
		       "Name the account, or an earlier end.";
	if (names_joint_profile(profiles, e->actions))
		return "A profile among the actions takes several accesses, none of which shows it, so it covers none. "
		       "Name what each of them shows: wmi-exec and admin-share-copy for impacket-wmiexec.";
	return NULL;
}
