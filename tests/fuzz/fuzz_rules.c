#include "tests/lib/ruleskit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Any text in the place of one of the four documents (the first byte says which) is refused with a sentence or works. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rule_texts texts = RULESKIT_TEXTS;
	const char **const of[] = { &texts.catalogue, &texts.profiles, &texts.techniques, &texts.libraries };
	char error[256] = "", *text = n ? strndup((const char *)data + 1, n - 1) : NULL;
	if (!text)
		return 0;
	*of[data[0] % 4] = text;
	struct rules *r = rules_new(&texts, error, sizeof error);
	assert((r == NULL) == (error[0] != '\0'));
	rules_free(r);
	free(text);
	return 0;
}
