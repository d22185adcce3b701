#include "collector/detect/executables.h"

#include "collector/detect/glob.h"

#include <string.h>

enum { PATHS_PER_HOST = 32 };	/* tools leave one or two; a whole kit fits */

/* Of one host. 0: free. */
struct paths {
	uint64_t hashes[PATHS_PER_HOST];
	size_t next;	/* the one to be replaced */
};

static bool forget(void *payload)
{
	(void)payload;
	return false;
}

struct recent *executables_memory(size_t hosts)
{
	return recent_new(hosts, sizeof(struct paths), forget);
}

/* A host is named in many ways: what counts begins with the share. */
static uint64_t hash_of(const char *path)
{
	const char *share = strchr(path + strspn(path, "\\"), '\\');
	return glob_hash(share ? share : path) | 1;
}

static uint64_t *find(struct paths *of, uint64_t hash)
{
	for (size_t i = 0; of && i < PATHS_PER_HOST; i++)
		if (of->hashes[i] == hash)
			return &of->hashes[i];
	return NULL;
}

void executables_learn(const struct feed *f, const char *path)
{
	struct paths *of = recent_get(f->detect->executables, f, RECENT_DESTINATION);
	uint64_t hash = hash_of(path);
	if (find(of, hash))
		return;
	of->hashes[of->next] = hash;
	of->next = (of->next + 1) % PATHS_PER_HOST;
}

void executables_forget(const struct feed *f, const char *path)
{
	uint64_t *known = find(recent_find(f->detect->executables, f, RECENT_DESTINATION), hash_of(path));
	if (known)
		*known = 0;
}

bool executables_knows(const struct feed *f, const char *path)
{
	return find(recent_find(f->detect->executables, f, RECENT_DESTINATION), hash_of(path)) != NULL;
}
