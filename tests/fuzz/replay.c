/*
 * Stands in for libFuzzer in the ordinary test run: gives each file named on
 * the command line to the fuzz target, whole and cut to every shorter length
 * up to 4 KiB, each time in a block of exactly that size so that
 * AddressSanitizer sees the first byte read too many.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_MAX_BYTES = 16 * 1024 * 1024, LADDER_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void give(const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);
	if (!exact)
		abort();
	memcpy(exact, bytes, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static int replay(const char *path, uint8_t *block)
{
	FILE *f = fopen(path, "re");
	if (!f) {
		perror(path);
		return -1;
	}
	const size_t n = fread(block, 1, SEED_MAX_BYTES, f);
	fclose(f);
	give(block, n);
	for (size_t cut = 0; cut < n && cut < LADDER_BYTES; cut++)
		give(block, cut);
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t *block = malloc(SEED_MAX_BYTES);
	int failed = !block;
	for (int i = 1; i < argc && block; i++)
		failed |= replay(argv[i], block) < 0;
	free(block);
	return failed;
}
