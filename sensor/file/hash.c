#include "sensor/file/hash.h"

#include "sensor/core/algorithm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* Its contexts are made by the thread that adds the first bytes, which frees them too: so memory of the C library stays with one
 * thread, and the one that begins hashes, and has most to do, has less. */
struct hash {
	EVP_MD_CTX *sha256;
	EVP_MD_CTX *md5;	/* NULL where this machine's policy forbids MD5 */
	bool has_begun;
	bool has_failed;
};

void hash_prepare(void)
{
	struct hash *h = hash_begin();

	if (h != NULL)
		hash_add(h, view_of(NULL, 0));
	hash_drop(h);
}

struct hash *hash_begin(void)
{
	return OPENSSL_zalloc(sizeof(struct hash));
}

static EVP_MD_CTX *context_of(const EVP_MD *which)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestInit_ex(context, which, NULL) == 1)
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

/* Unless that is done. */
static void begin(struct hash *h)
{
	if (h->has_begun)
		return;
	h->has_begun = true;
	h->sha256 = context_of(algorithm_sha256());
	h->md5 = context_of(algorithm_md5());
	h->has_failed = h->sha256 == NULL;
}

void hash_add(struct hash *h, struct view bytes)
{
	begin(h);
	h->has_failed = h->has_failed || EVP_DigestUpdate(h->sha256, bytes.bytes, bytes.n) != 1 ||
			(h->md5 != NULL && EVP_DigestUpdate(h->md5, bytes.bytes, bytes.n) != 1);
}

bool hash_end(struct hash *h, struct hash_result *out)
{
	struct hash_result result = { 0 };
	bool ok;

	begin(h);
	result.has_md5 = h->md5 != NULL;
	ok = !h->has_failed && EVP_DigestFinal_ex(h->sha256, result.sha256, NULL) == 1 &&
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
