#include "sensor/smb/share.h"

#include "sensor/smb/name.h"

#include <stddef.h>
#include <string.h>

struct share {
	uint32_t references : 27;	/* opens and trees have bounds far below */
	uint32_t admin : 5;		/* 0: not administrative; else which_admin */
	char text[];
};

static struct share *share_of(const char *kept)
{
	return (struct share *)((uintptr_t)kept - offsetof(struct share, text));
}

/* A drive share: the number of its letter; ADMIN$: the one after; 0 for the others. */
static unsigned which_admin(const char *text)
{
	enum { N_LETTERS = 26 };
	const char *leaf = name_of_share(text);

	if (!name_is_admin(text))
		return 0;
	return leaf[1] == '$' ? (unsigned)((leaf[0] | 0x20) - 'a' + 1) : N_LETTERS + 1;
}

char *share_keep(struct env *env, const char *text)
{
	struct share *s = name_keep_behind(env, offsetof(struct share, text), text);

	if (s == NULL)
		return NULL;
	s->references = 1;
	s->admin = which_admin(s->text) & 31;
	return s->text;
}

char *share_hold(char *kept)
{
	if (kept != NULL)
		share_of(kept)->references++;
	return kept;
}

void share_release(struct pool *pool, char *kept)
{
	struct share *s = kept != NULL ? share_of(kept) : NULL;

	if (s != NULL && --s->references == 0)
		pool_put(pool, s, offsetof(struct share, text) + strlen(kept) + 1);
}

bool share_is_admin(const char *kept)
{
	return kept != NULL && share_of(kept)->admin != 0;
}

bool share_is_same_admin(const char *kept, const char *other)
{
	return share_is_admin(kept) && share_is_admin(other) && share_of(kept)->admin == share_of(other)->admin;
}
