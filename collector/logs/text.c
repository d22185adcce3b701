#include "collector/logs/text.h"

#include "proto/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool log_address(const char *text, char out[LOG_ADDRESS_BYTES])
{
	char bare[LOG_ADDRESS_BYTES];
	struct in_addr v4;
	struct in6_addr v6;
	if (text == NULL || snprintf(bare, sizeof bare, "%.*s", (int)strcspn(text, "%"), text) >= (int)sizeof bare)
		return false;
	if (inet_pton(AF_INET, bare, &v4) == 1)
		return inet_ntop(AF_INET, &v4, out, LOG_ADDRESS_BYTES) != NULL;
	if (inet_pton(AF_INET6, bare, &v6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return inet_ntop(AF_INET, &v6.s6_addr[12], out, LOG_ADDRESS_BYTES) != NULL;
	return inet_ntop(AF_INET6, &v6, out, LOG_ADDRESS_BYTES) != NULL;
}

int64_t log_number(const char *text, int64_t otherwise)
{
	if (text == NULL || *text == '\0')
		return otherwise;
	bool is_hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	char *end;
	errno = 0;
	int64_t value = is_hex ? (int64_t)strtoull(text, &end, 16) : strtoll(text, &end, 10);
	return errno != 0 || *end != '\0' ? otherwise : value;
}

const char *log_known(const char *text)
{
	return text == NULL || strcmp(text, "-") == 0 ? NULL : text;
}

size_t log_blanks(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i;
}

void log_piece(const char *text, size_t n, char out[LOG_PIECE_BYTES])
{
	size_t used = 0;
	for (size_t i = 0, step; i < n && used + 4 < LOG_PIECE_BYTES; i += step) {
		uint32_t point;
		size_t length = text_utf8_char(text + i, n - i, &point);
		bool is_shown = length != 0 && point != 0;
		step = length != 0 ? length : 1;
		memcpy(out + used, is_shown ? text + i : "?", is_shown ? length : 1);
		used += is_shown ? length : 1;
	}
	out[used] = '\0';
}
