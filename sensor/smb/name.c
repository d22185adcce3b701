#include "sensor/smb/name.h"

#include "sensor/core/cursor.h"

#include <string.h>
#include <strings.h>

static const char ellipsis[] = "\xE2\x80\xA6";

/* Extensions of files that Windows runs, by itself or through an interpreter that comes with it. */
static const char *const runnable[] = {
	"appref-ms", "bat", "chm", "cmd", "com", "cpl", "dll", "drv", "exe", "hta", "inf", "jar", "js",  "jse", "lnk", "mof",
	"msc",	     "msi", "msp", "ocx", "pif", "ps1", "psd1", "psm1", "reg", "scr", "sct", "sys", "url", "vbe", "vbs", "wsf",
	"wsh",	     "xll", "xsl",
};

/* ---- what is long ---- */

/* What stands behind the last backslash of ${sent}. */
static struct view last_component(struct view sent, bool is_utf16)
{
	struct cursor c = cur_of(sent);
	size_t unit = is_utf16 ? 2 : 1, begin = 0;

	while (cur_left(&c) >= unit)
		if ((is_utf16 ? cur_u16le(&c) : cur_u8(&c)) == '\\')
			begin = cur_offset(&c);
	return view_after(sent, begin);
}

static char *text_of(struct arena *arena, struct view sent, bool is_utf16)
{
	return is_utf16 ? text_of_utf16le(arena, sent) : text_of_bytes(arena, sent);
}

/* The most bytes of ${text}, ${n} at most, that end with a character. */
static size_t cut_at(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* ${whole}, which is long, with ${last} at its end and as much of its beginning as can be kept with it. */
static char *cut_before(struct arena *arena, char *whole, const char *last)
{
	enum { TAIL_MAX = LIMIT_PATH_BYTES / 2 };
	size_t n_last = last != NULL ? strlen(last) : SIZE_MAX;
	size_t n_head, n_mark = sizeof(ellipsis) - 1;
	char *text;

	if (n_last > TAIL_MAX)
		return whole;
	n_head = cut_at(whole, LIMIT_PATH_BYTES - n_mark - 1 - n_last);
	text = arena_get(arena, LIMIT_PATH_BYTES + 1);
	if (text == NULL)
		return NULL;
	view_copy(text, n_head, view_of(whole, n_head));
	view_copy(text + n_head, n_mark, view_of(ellipsis, n_mark));
	text[n_head + n_mark] = '\\';
	view_copy(text + n_head + n_mark + 1, n_last, view_of(last, n_last));
	return text;
}

char *name_text(struct arena *arena, struct view sent, bool is_utf16)
{
	char *whole = text_of(arena, sent, is_utf16);

	if (whole == NULL || strlen(whole) <= LIMIT_PATH_BYTES)
		return whole;
	return cut_before(arena, whole, text_of(arena, last_component(sent, is_utf16), is_utf16));
}

void *name_keep_behind(struct env *env, size_t n_before, const char *text)
{
	const char *tail = "";
	size_t n = text != NULL ? strlen(text) : 0;
	size_t n_tail;
	char *block;

	if (text == NULL)
		return NULL;
	if (n > LIMIT_PATH_BYTES) {
		tail = ellipsis;
		n = cut_at(text, LIMIT_PATH_BYTES - (sizeof(ellipsis) - 1));
	}
	n_tail = strlen(tail) + 1;
	block = pool_take(env->pool, n_before + n + n_tail);
	if (block == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	view_copy(block + n_before, n, view_of(text, n));
	view_copy(block + n_before + n, n_tail, view_of(tail, n_tail));
	return block;
}

char *name_keep(struct env *env, const char *text)
{
	return name_keep_behind(env, 0, text);
}

void name_release(struct pool *pool, char *kept)
{
	if (kept != NULL)
		pool_put(pool, kept, strlen(kept) + 1);
}

/* ---- components ---- */

static bool needs_resolving(const char *path)
{
	return path[0] == '.' || strstr(path, "\\.") != NULL || strstr(path, "\\\\") != NULL;
}

/* Where the text built so far, from ${begin} to ${end}, ends without its last component. */
static char *without_last(char *begin, char *end)
{
	while (end > begin && *--end != '\\')
		;
	return end;
}

/* Append the ${n} bytes of a component to the text from ${begin} to ${end}; its new end. */
static char *resolve(char *begin, char *end, const char *component, size_t n)
{
	if (n == 0 || (n == 1 && component[0] == '.'))
		return end;
	if (n == 2 && component[0] == '.' && component[1] == '.')
		return without_last(begin, end);
	if (end > begin)
		*end++ = '\\';
	return end + view_copy(end, n, view_of(component, n));
}

const char *name_resolved(struct arena *arena, const char *path)
{
	char *resolved = path != NULL && needs_resolving(path) ? arena_get(arena, strlen(path) + 1) : NULL;
	char *end = resolved;

	if (resolved == NULL)
		return path;
	while (*path != '\0') {
		size_t n = strcspn(path, "\\");

		end = resolve(resolved, end, path, n);
		path += n + (path[n] != '\0');
	}
	*end = '\0';
	return resolved;
}

const char *name_of_tree(struct arena *arena, const char *sent)
{
	size_t n = sent != NULL ? strlen(sent) : 0, n_sent = n;
	char *path;

	while (n > 0 && sent[n - 1] == '\\')
		n--;
	path = n < n_sent ? arena_get(arena, n + 1) : NULL;
	if (path == NULL)
		return sent;
	view_copy(path, n, view_of(sent, n));
	path[n] = '\0';
	return path;
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

static const char *below_share(const char *path, const char *tree_path, bool has_dfs_prefix)
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

const char *name_below_share(struct arena *arena, const char *path, const char *tree_path, bool has_dfs_prefix)
{
	return name_resolved(arena, below_share(path, tree_path, has_dfs_prefix));
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
