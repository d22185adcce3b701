#include "sensor/core/algorithm.h"

static const EVP_MD *looked_up(const EVP_MD **kept, const EVP_MD *named)
{
	if (*kept == NULL)
		*kept = EVP_MD_fetch(NULL, EVP_MD_get0_name(named), NULL);
	return *kept != NULL ? *kept : named;
}

const EVP_MD *algorithm_md5(void)
{
	static const EVP_MD *kept;

	return looked_up(&kept, EVP_md5());
}

const EVP_MD *algorithm_sha1(void)
{
	static const EVP_MD *kept;

	return looked_up(&kept, EVP_sha1());
}

const EVP_MD *algorithm_sha256(void)
{
	static const EVP_MD *kept;

	return looked_up(&kept, EVP_sha256());
}
