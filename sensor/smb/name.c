#include "sensor/smb/name.h"

#include <string.h>
#include <strings.h>

static const char ellipsis[] = "\xE2\x80\xA6";

/* Extensions of files that Windows runs, by itself or through an interpreter that comes with it. */
static const char *const runnable[] = {
	"appref-ms", "bat", "chm", "cmd", "com", "cpl", "dll", "drv", "exe", "hta", "inf", "jar", "js",  "jse", "lnk", "mof",
	"msc",	     "msi", "msp", "ocx", "pif", "ps1", "psd1", "psm1", "reg", "scr", "sct", "sys", "url", "vbe", "vbs", "wsf",
	"wsh",	     "xll", "xsl",
};

char *name_keep(struct env *env, const char *text)
{
	const char *tail = "";
	size_t n = text != NULL ? strlen(text) : 0;
	size_t n_tail;
	char *kept;

	if (text == NULL)
		return NULL;
	if (n > LIMIT_PATH_BYTES) {
		tail = ellipsis;
		n = LIMIT_PATH_BYTES - (sizeof(ellipsis) - 1);
		while (((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
	}
	n_tail = strlen(tail) + 1;
	kept = pool_take(env->pool, n + n_tail);
	if (kept == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	view_copy(kept, n, view_of(text, n));
	view_copy(kept + n, n_tail, view_of(tail, n_tail));
	return kept;
}

void name_release(struct pool *pool, char *kept)
{
	if (kept != NULL)
		pool_put(pool, kept, strlen(kept) + 1);
}

const char *name_of_share(const char *tree_path)
{
	const char *last = tree_path != NULL ? strrchr(tree_path, '\\') : NULL;

	return last != NULL ? last + 1 : tree_path;
}

static const char *without_backslashes(const char *path)
{
	return path + strspn(path, "\\");
}

const char *name_below_share(const char *path, const char *tree_path, bool has_dfs_prefix)
{
	const char *rest = without_backslashes(path);
	const char *share = strchr(rest, '\\');
	const char *known = name_of_share(tree_path);
	size_t n;

	if (!has_dfs_prefix || share == NULL)
		return rest;
	share++;
	n = strcspn(share, "\\");
	if (known != NULL && (strlen(known) != n || strncasecmp(known, share, n) != 0))
		return rest;
	return without_backslashes(share + n);
}

char *name_of_posix(char *path)
{
	for (char *at = path; at != NULL && *at != '\0'; at++)
		if (*at == '/')
			*at = '\\';
	return path;
}

const char *name_of_pipe(const char *path)
{
	static const char prefix[] = "PIPE\\";
	const char *name = without_backslashes(path);

	return strncasecmp(name, prefix, sizeof(prefix) - 1) == 0 ? name + sizeof(prefix) - 1 : name;
}

char *name_of_stream(struct arena *arena, const char *path)
{
	const char *last = path != NULL ? name_of_share(path) : NULL;
	const char *stream = last != NULL ? strchr(last, ':') : NULL;
	size_t n = stream != NULL ? strcspn(stream + 1, ":") : 0;

	return n > 0 ? text_of_bytes(arena, view_of(stream + 1, n)) : NULL;
}

char *name_lower(struct arena *arena, const char *name)
{
	char *lower = name != NULL ? text_copy(arena, name) : NULL;

	for (char *at = lower; at != NULL && *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + ('a' - 'A'));
	return lower;
}

bool name_is_admin(const char *tree_path)
{
	const char *share = name_of_share(tree_path);
	bool is_letter;

	if (share == NULL)
		return false;
	is_letter = (share[0] >= 'A' && share[0] <= 'Z') || (share[0] >= 'a' && share[0] <= 'z');
	return strcasecmp(share, "ADMIN$") == 0 || (is_letter && strcmp(share + 1, "$") == 0);
}

static bool is_runnable(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(runnable) / sizeof(*runnable); i++)
		if (strcasecmp(dot + 1, runnable[i]) == 0)
			return true;
	return false;
}

bool name_wants_hash(const char *tree_path, const char *path)
{
	return name_is_admin(tree_path) || (path != NULL && is_runnable(path));
}
