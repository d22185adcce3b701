#include "tests/lib/ruleskit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Any text in the place of one of the three documents (the first byte says which) is refused with a sentence or works. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *texts[3] = { ruleskit_file("schema/catalogue.json"), ruleskit_file("schema/profiles.json"),
				 ruleskit_file("schema/techniques.json") };
	char error[256] = "", *text = n ? strndup((const char *)data + 1, n - 1) : NULL;
	if (!text)
		return 0;
	texts[data[0] % 3] = text;
	struct rules *r = rules_new(texts[0], texts[1], texts[2], error, sizeof error);
	assert((r == NULL) == (error[0] != '\0'));
	rules_free(r);
	free(text);
	return 0;
}
