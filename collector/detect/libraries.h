/*
 * Which library a client logs on with (schema/client-libraries.json): facts of
 * its messages as bits, and the first row that they fit. The facts are the
 * sensor's; only the naming is done here. Text is borrowed from the document.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_LIBRARIES_H
#define ASHIATO_COLLECTOR_DETECT_LIBRARIES_H

#include "events.pb-c.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What a message gives away, as bits; the names stand in libraries.c. */
enum library_fact {
	LIBRARY_GUID_LETTERS = 1 << 0,
	LIBRARY_LM_NONZERO = 1 << 1,
	LIBRARY_CHALLENGE_ALPHANUMERIC = 1 << 2,
	LIBRARY_NO_MIC = 1 << 3,
	LIBRARY_NO_VERSION = 1 << 4,
	LIBRARY_NO_WORKSTATION = 1 << 5,
	LIBRARY_WHOLE_SECONDS = 1 << 6,
	LIBRARY_SMB1_FIRST = 1 << 7,
	LIBRARY_NATIVE_OS_2195 = 1 << 8,
	LIBRARY_AV_ECHOED = 1 << 9,
	LIBRARY_CHANNEL_BINDINGS = 1 << 10,
	LIBRARY_ENCRYPTION_ONLY = 1 << 11,
	LIBRARY_MIC = 1 << 12,
	LIBRARY_NATIVE_OS_MAC = 1 << 13,
	LIBRARY_NO_LM = 1 << 14,
	LIBRARY_RAW_NTLMSSP = 1 << 15,
	LIBRARY_SINGLE_HOST = 1 << 16,
	LIBRARY_TIME_FROM_SERVER = 1 << 17,
	LIBRARY_VERSION_WITH_BUILD = 1 << 18,
	LIBRARY_VERSION_WITHOUT_BUILD = 1 << 19,
};

struct library {
	const char *name;
	const char *why;
	bool is_tool;		/* attack tools are built on it */
	unsigned all, none;	/* bits */
};

struct libraries {
	json_t *root;
	struct library *rows;
	size_t n_rows;
};

/* NULL, and a sentence, if the text does not say what it must. */
struct libraries *libraries_new(const char *text, char *error, size_t error_cap);
void libraries_free(struct libraries *l);

/* The first row that ${facts} fit; NULL: none. */
const struct library *libraries_find(const struct libraries *l, unsigned facts);

/* The name of one bit: "client_guid_letters"; NULL for a bit without. */
const char *libraries_fact(unsigned bit);

/* The facts of one message each. */
unsigned libraries_of_negotiate(const Ev__SmbNegotiate *body);
unsigned libraries_of_setup(const Ev__SmbSessionSetup *body);
unsigned libraries_of_ntlm(const Ev__NtlmAuthenticate *a);

#endif
