/*
 * CURVE keys and the files they live in.
 *
 * A key file is one line, "ashiato-secret-key Z85" or "ashiato-public-key Z85".
 * A secret key file must belong to the caller or root and be readable by
 * nobody else; anything wider is refused with the command that mends it.
 */
#ifndef ASHIATO_PROTO_CURVE_H
#define ASHIATO_PROTO_CURVE_H

#include <stdbool.h>
#include <stddef.h>

enum { CURVE_Z85_CHARS = 40 };

struct curve_pair {
	char public_key[CURVE_Z85_CHARS + 1];
	char secret_key[CURVE_Z85_CHARS + 1];
};

/* A fresh pair. -1 and a sentence if this libzmq has no CURVE. */
int curve_generate(struct curve_pair *out, char *error, size_t error_cap);

/* Write ${path} (0600) and ${path}.pub (0644); neither may exist yet. */
int curve_save(const char *path, const struct curve_pair *pair, char *error, size_t error_cap);

/* Read a secret key file and derive its public key. */
int curve_load(const char *path, struct curve_pair *out, char *error, size_t error_cap);

/* Read a public key file, or take ${path_or_z85} itself if it is a key and there is no such file. */
int curve_load_public(const char *path_or_z85, char out[CURVE_Z85_CHARS + 1], char *error, size_t error_cap);

/* True if ${z85} is 40 characters of Z85. */
bool curve_is_key(const char *z85);

/* Forget a pair for good. */
void curve_wipe(struct curve_pair *pair);

#endif
