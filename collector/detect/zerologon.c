#include "collector/detect/zerologon.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"

#include <string.h>

static json_t *describe(const struct zerologon *z)
{
	json_t *detail = NULL;
	detail_put_number(&detail, "attempts", z->attempts);
	detail_put_number(&detail, "zero_credentials", z->zero_credentials);
	if (z->accepted)
		detail_put_true(&detail, "accepted");
	return detail;
}

void zerologon_call(const struct feed *f, struct session *x, const char *name, const json_t *arguments, bool succeeded)
{
	static const char attempt[] = "netlogon.netr_server_authenticate";
	if (strncmp(name, attempt, sizeof attempt - 1) != 0)
		return;
	struct zerologon *z = &x->zerologon;
	bool is_zero = json_integer_value(json_object_get(arguments, "credential_zero")) == 1;
	z->attempts++;
	z->refused += !succeeded;
	z->zero_credentials += is_zero;
	if (z->zero_credentials == 0 && z->refused < f->detect->catalogue->zerologon_attempts)
		return;
	z->accepted |= succeeded;
	struct act act = acts_of(f, "auth.zerologon", describe(z), true);
	struct held_step *known = acts_find(x, act.name, NULL, NULL);
	if (known)
		acts_change(f->detect, x, known, &act);
	else
		acts_add(f->detect, x, &act);
	acts_tell_all(f->detect, x);
}
