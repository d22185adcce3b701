#include "collector/baseline/domain.h"

#include "collector/baseline/names.h"
#include "collector/baseline/tied.h"

#include <string.h>

/* [MS-DTYP] 2.4.2.4: the SID of an account of a domain, or of a host's own. */
static bool is_account_sid(const char *sid)
{
	static const char begin[] = "S-1-5-21-";
	return sid != NULL && strncmp(sid, begin, sizeof begin - 1) == 0;
}

static bool names_somebody(const struct tied *t)
{
	const struct log_record *r = &t->r;
	return t->tie >= TIE_LOGON && r->logon_id != 0 && r->account != NULL && r->domain != NULL && is_account_sid(r->sid);
}

static bool is_dns(const char *domain)
{
	return strchr(domain, '.') != NULL;
}

static bool is_own_name(const struct log_record *r)
{
	return r->server != NULL && names_same_host(r->server, r->domain);
}

/* True if ${a} writes the DNS name and ${b} the other one of the same person's domain, in the same logon. */
static bool are_two_names(const struct log_record *a, const struct log_record *b)
{
	bool is_one_logon = a->logon_id == b->logon_id && strcmp(a->sid, b->sid) == 0 && names_same_user(a->account, b->account);
	return is_one_logon && is_dns(a->domain) && !is_dns(b->domain) && b->domain[0] != '\0' && !is_own_name(b);
}

bool domain_names_of(const struct ledger *l, struct domain_names *out)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct tied *a = &l->items[i];
		if (!names_somebody(a) || !is_dns(a->r.domain))
			continue;
		for (size_t k = 0; k < l->n; k++) {
			const struct tied *b = &l->items[k];
			if (b->clock != a->clock || !names_somebody(b) || !are_two_names(&a->r, &b->r))
				continue;
			*out = (struct domain_names){ b->r.domain, a->r.domain };
			return true;
		}
	}
	return false;
}
