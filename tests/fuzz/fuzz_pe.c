#include "sensor/file/kind.h"
#include "sensor/file/pe.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct view bytes = view_of(data, n);
	const struct kind *kind = kind_of(view_first(bytes, KIND_HEAD_BYTES));
	struct pe_imports imports;
	struct view name;
	struct pe pe;

	if (kind != NULL && kind->code == KIND_IS_CODE && !kind_may_be_code(view_first(bytes, KIND_HEAD_BYTES)))
		abort();
	if (!pe_parse(bytes, &pe))
		return 0;
	pe_imports(&pe, &imports);
	if (pe_original_name(&pe, &name) == PE_FOUND && (name.n == 0 || name.bytes < data || name.bytes + name.n > data + n))
		abort();
	return 0;
}
