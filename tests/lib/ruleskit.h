/*
 * The rules as they ship, for tests; and detection fed with a scenario.
 */
#ifndef ASHIATO_TESTS_RULESKIT_H
#define ASHIATO_TESTS_RULESKIT_H

#include "collector/baseline/baseline.h"
#include "tests/lib/eventkit.h"

/* Bytes of a file of schema/ as embedded ("schema/catalogue.json"). */
const char *ruleskit_file(const char *name);

/* Initialises a struct rule_texts with the project's own documents. */
#define RULESKIT_TEXTS                                                                    \
	{                                                                                 \
		.catalogue = ruleskit_file("schema/catalogue.json"),                      \
		.profiles = ruleskit_file("schema/profiles.json"),                        \
		.techniques = ruleskit_file("schema/techniques.json"),                    \
		.libraries = ruleskit_file("schema/client-libraries.json"),               \
		.hypotheses = ruleskit_file("schema/hypotheses.json"),                    \
	}

/* Compiled from the embedded files; made once, never freed. */
const struct rules *ruleskit_rules(void);

/* A whitelist document as a person writes it, compiled, its entries numbered from 1; NULL and a sentence if it is refused. */
struct baseline *ruleskit_baseline(const char *text, size_t n, char *error, size_t error_cap);

/* Detection over ${told} with the default limits. */
struct detect *ruleskit_detect(struct told *told);

/* Feed ${e} as coming from sensor 1 of site "lab". */
void ruleskit_feed(struct detect *d, const Ev__Event *e);

/* The incident of everything in ${told}; the caller calls incident_fini. */
struct incident ruleskit_incident(const struct told *told);

/* Names that a scenario lets its attacker choose. */
struct ruleskit_names {
	const char *client, *server, *client_host, *file, *service;
};

/* A remote execution from logon to clean-up. */
enum ruleskit_scenario {
	SCENARIO_PSEXEC,
	SCENARIO_IMPACKET_PSEXEC,
	SCENARIO_METASPLOIT_PSEXEC,
	SCENARIO_SMBEXEC,
	SCENARIO_SERVICE_EXEC,
	SCENARIO_WMIEXEC,
	SCENARIO_ATEXEC,
	N_SCENARIOS
};
void ruleskit_play(struct detect *d, struct eventkit *k, enum ruleskit_scenario which, const struct ruleskit_names *names);

#endif
