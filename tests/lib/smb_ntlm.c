#include "tests/lib/smb_kit.h"

#include <string.h>

static size_t little(uint8_t *at, uint32_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return n;
}

/* A field of length, maximal length and offset, whose content goes to the end of the message. */
static void field(uint8_t *message, size_t at, const void *bytes, size_t n, size_t *end)
{
	little(message + at, (uint32_t)n, 2);
	little(message + at + 2, (uint32_t)n, 2);
	little(message + at + 4, (uint32_t)*end, 4);
	memcpy(message + *end, bytes, n);
	*end += n;
}

static void begin(uint8_t *out, uint32_t type)
{
	memset(out, 0, 256);
	memcpy(out, "NTLMSSP", 8);
	little(out + 8, type, 4);
}

size_t smb_ntlm_negotiate(uint8_t *out)
{
	begin(out, 1);
	little(out + 12, 0x00008201, 4);
	return 32;
}

size_t smb_ntlm_challenge(uint8_t *out)
{
	size_t end = 48;

	begin(out, 2);
	field(out, 12, "S\0R\0V\0", 6, &end);
	little(out + 20, 0x00008205, 4);
	memset(out + 24, 0x11, 8);
	field(out, 40, "\0\0\0\0", 4, &end);
	return end;
}

size_t smb_ntlm_authenticate(uint8_t *out)
{
	uint8_t response[24];
	size_t end = 64;

	memset(response, 0x22, sizeof(response));
	begin(out, 3);
	field(out, 12, response, sizeof(response), &end);
	field(out, 20, response, sizeof(response), &end);
	field(out, 28, "D\0O\0M\0", 6, &end);
	field(out, 36, "a\0l\0i\0c\0e\0", 10, &end);
	field(out, 44, "W\0K\0S\0", 6, &end);
	field(out, 52, "", 0, &end);
	little(out + 60, 0x00008205, 4);
	return end;
}
