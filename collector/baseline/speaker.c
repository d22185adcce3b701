#include "collector/baseline/speaker.h"

#include "collector/baseline/names.h"
#include "collector/detect/glob.h"

#include <stdio.h>
#include <string.h>

enum { WORD_BYTES = 256 };	/* a DNS name has at most 253 */

static const char between[] = ", \t\n";
static const char special[] = "*?, \t\n";

/* The next word of ${*list} in ${out}, cut where it is too long: its length, 0 at the end. */
static size_t next_word(const char **list, char out[WORD_BYTES])
{
	const char *begin = *list + strspn(*list, between);
	size_t n = strcspn(begin, between);
	snprintf(out, WORD_BYTES, "%.*s", (int)(n < WORD_BYTES ? n : WORD_BYTES - 1), begin);
	*list = begin + n;
	return n;
}

static bool is_of(const char *word, const char *name)
{
	return glob_is_pattern(word) ? glob_matches(word, name) : names_same_host(word, name) || glob_equal(word, name);
}

bool speaker_may(const char *hosts, const char *name)
{
	char word[WORD_BYTES];
	while (next_word(&hosts, word) > 0)
		if (is_of(word, name))
			return true;
	return false;
}

/* The word for ${name}, the whole of it before the label alone; NULL: none. */
static const char *word_of(const char *hosts, const char *name, char word[WORD_BYTES], size_t *n)
{
	const char *at = hosts, *found = NULL;
	char candidate[WORD_BYTES];
	for (size_t length; (length = next_word(&at, candidate)) > 0;) {
		bool is_whole = glob_is_pattern(candidate) || strchr(candidate, '.') != NULL || strchr(candidate, ':') != NULL;
		if (!is_of(candidate, name) || (found != NULL && !is_whole))
			continue;
		found = at - length;
		*n = length;
		memcpy(word, candidate, WORD_BYTES);
		if (is_whole)
			break;
	}
	return found;
}

bool speaker_is_plain(const char *name)
{
	return name[0] != '\0' && strpbrk(name, special) == NULL;
}

enum speaker_word speaker_bind(char *hosts, size_t cap, const char *name)
{
	char word[WORD_BYTES];
	size_t n = 0, length = strlen(name);
	const char *at = word_of(hosts, name, word, &n);
	if (at == NULL)
		return SPEAKER_NONE;
	if (glob_is_pattern(word))
		return SPEAKER_KNOWN;
	if (!speaker_is_plain(name))
		return SPEAKER_NONE;
	if (strchr(word, '.') != NULL || strchr(name, '.') == NULL)
		return SPEAKER_KNOWN;
	size_t before = (size_t)(at - hosts), rest = strlen(at + n) + 1;
	if (before + length + rest > cap)
		return SPEAKER_NONE;
	memmove(hosts + before + length, at + n, rest);
	memcpy(hosts + before, name, length);
	return SPEAKER_BOUND;
}

bool speaker_is_list(const char *hosts)
{
	char word[WORD_BYTES];
	size_t words = 0;
	for (size_t n; (n = next_word(&hosts, word)) > 0; words++)
		if (n >= WORD_BYTES)
			return false;
	return words > 0;
}

bool speaker_is_loopback(const char *name)
{
	return strncmp(name, "127.", 4) == 0 || strcmp(name, "::1") == 0 || glob_equal(name, "localhost");
}
