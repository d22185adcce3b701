/*
 * The dashboard's TLS certificate. When there is none, a self-signed one is
 * made for the first start; an organisation replaces the two files by its own.
 */
#ifndef ASHIATO_WEB_CERTIFICATE_H
#define ASHIATO_WEB_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

enum { CERTIFICATE_FINGERPRINT_BYTES = 32 * 3 };	/* "AB:CD:…" of SHA-256, with NUL */

/* Both files as PEM text, NUL-terminated; ${key} is wiped by certificate_fini. */
struct certificate {
	char *chain;
	char *key;
	char fingerprint[CERTIFICATE_FINGERPRINT_BYTES];	/* SHA-256 of the first certificate */
};

/*
 * Write a self-signed certificate for this host's names and ${address} (ECDSA
 * P-256, 2 years) and its key (0600), if neither file exists; ${made} says
 * whether that happened. One file without the other is an error. -1 and a sentence on failure.
 */
int certificate_make(const char *chain_path, const char *key_path, const char *address, bool *made, char *error, size_t cap);

/* Read both. A key file that others can read is refused. -1 and a sentence on failure. */
int certificate_load(const char *chain_path, const char *key_path, struct certificate *out, char *error, size_t cap);
void certificate_fini(struct certificate *c);

#endif
