#include "sensor/file/hash.h"

#include "sensor/core/algorithm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

struct hash {
	EVP_MD_CTX *sha256;
	struct md5 md5;
	bool has_md5;
	bool has_failed;
};

void hash_prepare(void)
{
	hash_drop(hash_begin());
}

/* Where this machine's policy forbids MD5, the library does not know it. */
static bool is_md5_allowed(void)
{
	return EVP_MD_get0_provider(algorithm_md5()) != NULL;
}

struct hash *hash_begin(void)
{
	struct hash *h = OPENSSL_zalloc(sizeof(*h));

	if (h == NULL)
		return NULL;
	h->has_md5 = is_md5_allowed();
	md5_begin(&h->md5);
	h->sha256 = EVP_MD_CTX_new();
	if (h->sha256 != NULL && EVP_DigestInit_ex(h->sha256, algorithm_sha256(), NULL) == 1)
		return h;
	hash_drop(h);
	return NULL;
}

void hash_add_first(struct hash *h, struct view bytes)
{
	h->has_failed = h->has_failed || EVP_DigestUpdate(h->sha256, bytes.bytes, bytes.n) != 1;
}

void hash_add_second(const struct hash_piece pieces[], size_t n)
{
	struct md5_piece of_md5[HASH_ABREAST];
	size_t n_wanted = 0;

	for (size_t i = 0; i < n; i++)
		if (pieces[i].hash->has_md5)
			of_md5[n_wanted++] = (struct md5_piece){ &pieces[i].hash->md5, pieces[i].bytes };
	md5_add(of_md5, n_wanted);
}

void hash_add(struct hash *h, struct view bytes)
{
	hash_add_first(h, bytes);
	hash_add_second(&(struct hash_piece){ h, bytes }, 1);
}

bool hash_end(struct hash *h, struct hash_result *out)
{
	struct hash_result result = { .has_md5 = h->has_md5 };
	bool ok = !h->has_failed && EVP_DigestFinal_ex(h->sha256, result.sha256, NULL) == 1;

	if (result.has_md5)
		md5_end(&h->md5, result.md5);
	hash_drop(h);
	if (ok)
		*out = result;
	return ok;
}

void hash_drop(struct hash *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->sha256);
	OPENSSL_free(h);
}
