#include "tests/fuzz/kit_smb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_smb(data, n, FUZZ_SMB2);
	return 0;
}
