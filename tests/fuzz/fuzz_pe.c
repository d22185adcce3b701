#include "sensor/file/pe.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct view head = view_of(data, n);

	if (pe_kind(head) >= PE_MZ && !pe_may_be(head))
		abort();
	return 0;
}
