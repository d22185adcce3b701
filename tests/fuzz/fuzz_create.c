/* What stands inside of an SMB2 message and is read by itself: the contexts of a create, of its answer, a reparse point. */
#include "sensor/core/arena.h"
#include "sensor/smb/alias.h"
#include "sensor/smb/create_context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint8_t block[8192];
	struct arena arena = { .block = block, .cap_bytes = sizeof(block) };
	struct create_contexts contexts;
	enum alias_form form;
	const char *target;

	create_context_asked(view_of(data, n), &contexts);
	create_context_answered(view_of(data, n), &contexts);
	alias_reparse_parse(&arena, view_of(data, n), &target, &form);
	return 0;
}
