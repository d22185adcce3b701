#include "collector/baseline/names.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_address(const char *name)
{
	return strchr(name, ':') != NULL || strspn(name, "0123456789.") == strlen(name);
}

bool names_same_host(const char *a, const char *b)
{
	size_t label_a = strcspn(a, "."), label_b = strcspn(b, ".");
	bool both_are_whole = a[label_a] != '\0' && b[label_b] != '\0';
	if (label_a == 0 || label_b == 0)
		return false;
	if (both_are_whole || is_address(a) || is_address(b))
		return strcasecmp(a, b) == 0;
	return label_a == label_b && strncasecmp(a, b, label_a) == 0;
}

/* The user within ${account}, and how long that is. */
static const char *user_in(const char *account, size_t *n)
{
	const char *slash = strrchr(account, '\\');
	const char *user = slash != NULL ? slash + 1 : account;
	*n = strcspn(user, "@");
	return user;
}

bool names_same_user(const char *a, const char *b)
{
	size_t n_a, n_b;
	const char *user_a = user_in(a, &n_a), *user_b = user_in(b, &n_b);
	return n_a == n_b && n_a > 0 && strncasecmp(user_a, user_b, n_a) == 0;
}
