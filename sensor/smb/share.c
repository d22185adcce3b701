#include "sensor/smb/share.h"

#include "sensor/smb/name.h"

#include <stddef.h>
#include <string.h>

struct share {
	uint32_t references : 31;	/* opens and trees have bounds far below */
	uint32_t is_admin : 1;
	char text[];
};

static struct share *share_of(const char *kept)
{
	return (struct share *)((uintptr_t)kept - offsetof(struct share, text));
}

char *share_keep(struct env *env, const char *text)
{
	struct share *s = name_keep_behind(env, offsetof(struct share, text), text);

	if (s == NULL)
		return NULL;
	s->references = 1;
	s->is_admin = name_is_admin(s->text);
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
	return kept != NULL && share_of(kept)->is_admin;
}
