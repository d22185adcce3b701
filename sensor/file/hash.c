#include "sensor/file/hash.h"

#include "sensor/core/algorithm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

struct hash {
	EVP_MD_CTX *sha256;
	EVP_MD_CTX *md5;	/* NULL where this machine's policy forbids MD5 */
	bool has_failed;
};

void hash_prepare(void)
{
	hash_drop(hash_begin());
}

static EVP_MD_CTX *begin(const EVP_MD *which)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestInit_ex(context, which, NULL) == 1)
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

struct hash *hash_begin(void)
{
	struct hash *h = OPENSSL_zalloc(sizeof(*h));

	if (h == NULL)
		return NULL;
	h->sha256 = begin(algorithm_sha256());
	h->md5 = begin(algorithm_md5());
	if (h->sha256 != NULL)
		return h;
	hash_drop(h);
	return NULL;
}

void hash_add(struct hash *h, struct view bytes)
{
	h->has_failed = h->has_failed || EVP_DigestUpdate(h->sha256, bytes.bytes, bytes.n) != 1 ||
			(h->md5 != NULL && EVP_DigestUpdate(h->md5, bytes.bytes, bytes.n) != 1);
}

bool hash_end(struct hash *h, struct hash_result *out)
{
	struct hash_result result = { .has_md5 = h->md5 != NULL };
	bool ok = !h->has_failed && EVP_DigestFinal_ex(h->sha256, result.sha256, NULL) == 1 &&
		  (h->md5 == NULL || EVP_DigestFinal_ex(h->md5, result.md5, NULL) == 1);

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
	EVP_MD_CTX_free(h->md5);
	OPENSSL_free(h);
}
