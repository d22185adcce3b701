#include "collector/detect/rc4.h"

#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ETYPE_RC4 = 23,			/* RFC 4757 */
	ETYPE_RC4_EXP = 24,
	ETYPE_AES128 = 17,		/* RFC 3962, RFC 8009 */
	ETYPE_AES256_SHA2 = 20,
	ACCOUNTS = 16384,		/* whose AES keys are known; a newer one takes the place of one with a like hash */
	LOGONS = 256,			/* with RC4, remembered; the oldest gives way */
	ACCOUNT_BYTES = 256,
};

static const int64_t GOOD_NS = 10LL * 3600 * 1000000000;	/* how long domains let a ticket-granting ticket live */

/* A logon with RC4 that is worth telling. */
struct logon {
	int64_t site_id;
	int64_t time_ns;		/* 0: free */
	struct event_key event;
	char account[ACCOUNT_BYTES];
	uint8_t source[16];
	const char *why;
};

struct rc4 {
	uint64_t has_aes[ACCOUNTS];	/* hash of (site, account); 0: free */
	struct logon logons[LOGONS];
	size_t next;
};

struct rc4 *rc4_new(void)
{
	return calloc(1, sizeof(struct rc4));
}

void rc4_free(struct rc4 *r)
{
	free(r);
}

/* ---- accounts ---- */

static bool is_rc4(int32_t etype)
{
	return etype == ETYPE_RC4 || etype == ETYPE_RC4_EXP;
}

static bool is_aes(int32_t etype)
{
	return etype >= ETYPE_AES128 && etype <= ETYPE_AES256_SHA2;
}

static bool any(const int32_t *etypes, size_t n, bool (*is)(int32_t))
{
	size_t i = 0;
	while (i < n && !is(etypes[i]))
		i++;
	return i < n;
}

static uint64_t hash_of(int64_t site_id, const char *account)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)site_id;
	for (; *account; account++)
		h = (h ^ (uint8_t)tolower((unsigned char)*account)) * 0x100000001b3u;
	h ^= h >> 32;
	return h ? h : 1;
}

static uint64_t *place_of(struct rc4 *r, uint64_t hash)
{
	return &r->has_aes[hash % ACCOUNTS];
}

static void copy_source(uint8_t out[16], const Ev__Endpoint *host)
{
	memset(out, 0, 16);
	memcpy(out, host->ip.data, host->ip.len < 16 ? host->ip.len : 16);
}

/* ---- logons ---- */

/* Why AES was to be expected; NULL: nothing shows that it was. */
static const char *reason(struct rc4 *r, uint64_t account, const Ev__KrbAs *body)
{
	if (*place_of(r, account) == account)
		return "the account has used AES or has such keys";
	if (body->n_offered_etypes > 0 && !any(body->offered_etypes, body->n_offered_etypes, is_aes))
		return "the client offered nothing else";
	return NULL;
}

static void remember(const struct feed *f, const char *account, const char *why)
{
	struct rc4 *r = f->detect->rc4;
	struct logon *l = &r->logons[r->next++ % LOGONS];
	*l = (struct logon){ .site_id = f->origin->site_id, .time_ns = f->event->time, .event = f->key, .why = why };
	snprintf(l->account, sizeof l->account, "%s", account);
	copy_source(l->source, f->event->client);
}

void rc4_logon(const struct feed *f, const char *account)
{
	const Ev__KrbAs *body = f->event->krb_as;
	if (!account || strlen(account) >= ACCOUNT_BYTES)
		return;
	uint64_t hash = hash_of(f->origin->site_id, account);
	bool has_succeeded = !body->has_error && body->has_ticket_etype;
	bool with_rc4 = is_rc4(body->has_preauth_etype ? body->preauth_etype : body->reply_etype);
	if (any(body->server_etypes, body->n_server_etypes, is_aes) || (has_succeeded && is_aes(body->reply_etype)))
		*place_of(f->detect->rc4, hash) = hash;
	const char *why = has_succeeded && with_rc4 && body->preauth ? reason(f->detect->rc4, hash, body) : NULL;
	if (why)
		remember(f, account, why);
}

/* ---- sessions ---- */

static const struct logon *find(const struct rc4 *r, const struct feed *f, const char *account)
{
	uint8_t source[16];
	copy_source(source, f->event->client);
	for (size_t i = 0; i < LOGONS; i++) {
		const struct logon *l = &r->logons[i];
		if (l->time_ns && l->site_id == f->origin->site_id && memcmp(l->source, source, sizeof source) == 0 &&
		    f->event->time >= l->time_ns && f->event->time - l->time_ns <= GOOD_NS && glob_equal(l->account, account))
			return l;
	}
	return NULL;
}

void rc4_session(const struct feed *f, struct session *x)
{
	const struct logon *l = x->account ? find(f->detect->rc4, f, x->account) : NULL;
	if (!l || acts_find(x, "auth.rc4", NULL, NULL))
		return;
	json_t *detail = NULL;
	detail_put_text(&detail, "account", x->account);
	detail_put_text(&detail, "why", l->why);
	struct act act = acts_of(f, "auth.rc4", detail, true);
	act.event = l->event;
	act.time_ns = act.last_ns = l->time_ns;
	acts_add(f->detect, x, &act);
}
