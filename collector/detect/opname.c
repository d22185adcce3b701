#include "collector/detect/opname.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct writer {
	char *out;
	size_t n, cap;
};

static void put(struct writer *w, char c)
{
	if (w->n + 1 < w->cap)
		w->out[w->n++] = c;
}

static bool is_upper(char c)
{
	return isupper((unsigned char)c);
}

/* Bytes of ${op} without one final A or W. Only after a lower-case letter, a digit, Ex or WOW64 is such a letter surely
 * an alphabet; eventlog's names (ElfrClearELFW) are the one place where it follows an abbreviation. */
static size_t without_alphabet(const char *op, size_t n)
{
	if (n < 2 || (op[n - 1] != 'A' && op[n - 1] != 'W'))
		return n;
	bool is_eventlog = strncmp(op, "Elfr", 4) == 0;
	return !is_upper(op[n - 2]) || is_eventlog ? n - 1 : n;
}

static size_t without(const char *op, size_t n, const char *ending)
{
	size_t k = strlen(ending);
	return n > k && memcmp(op + n - k, ending, k) == 0 ? n - k : n;
}

/* True if a new word begins at op[i], i > 0. */
static bool begins_word(const char *op, size_t i, size_t n)
{
	char before = op[i - 1], after = i + 1 < n ? op[i + 1] : '\0', after_next = i + 2 < n ? op[i + 2] : '\0';
	if (!is_upper(op[i]) || before == '_')
		return false;
	if (!is_upper(before))
		return true;
	/* The last capital of a run belongs to the next word (SCManager), unless only a plural s follows (GetIDsOfNames). */
	bool is_plural = after == 's' && !islower((unsigned char)after_next);
	return islower((unsigned char)after) && !is_plural;
}

static void put_snake(struct writer *w, const char *op, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && begins_word(op, i, n))
			put(w, '_');
		put(w, (char)tolower((unsigned char)op[i]));
	}
}

static void put_interface(struct writer *w, const char *interface)
{
	for (; *interface; interface++)
		put(w, *interface == ' ' ? '_' : (char)tolower((unsigned char)*interface));
	put(w, '.');
}

void opname_step(char out[OPNAME_BYTES], const char *interface, const char *operation, uint32_t opnum)
{
	struct writer w = { out, 0, OPNAME_BYTES };
	put_interface(&w, interface);
	if (operation) {
		size_t n = without_alphabet(operation, strlen(operation));
		n = without(operation, n, "WOW64");
		n = without(operation, n, "Ex");
		put_snake(&w, operation, n);
		out[w.n] = '\0';
	} else {
		snprintf(out + w.n, OPNAME_BYTES - w.n, "opnum_%u", opnum);
	}
}
