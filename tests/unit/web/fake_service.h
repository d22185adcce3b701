/*
 * A service that remembers what it was asked and answers from a script, so
 * that the face can be tested without a store.
 */
#ifndef ASHIATO_TESTS_UNIT_WEB_FAKE_SERVICE_H
#define ASHIATO_TESTS_UNIT_WEB_FAKE_SERVICE_H

#include "collector/service.h"

#define FAKE_TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FAKE_CSRF  "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"
#define FAKE_USER  "admin"
#define FAKE_PASSWORD "correct horse"

struct service {
	const char *called;		/* name of the function called last */
	struct service_query query;	/* what a list was asked */
	int64_t id;
	enum answer answer;		/* what every function but the people's answers */
	uint64_t version;
	bool logged_out;
};

#endif
