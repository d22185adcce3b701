#include "collector/baseline/speaker.h"

#include "collector/baseline/names.h"
#include "collector/detect/glob.h"

#include <stdio.h>
#include <string.h>

enum { WORD_BYTES = 256 };	/* a DNS name has at most 253 */

static const char between[] = ", \t\n";

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
