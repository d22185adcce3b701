/*
 * The hash algorithms of OpenSSL, each looked up once in the life of the
 * process. What EVP_sha1() and its like return is looked up anew at every use,
 * by name and under locks, which costs more than hashing a short text does.
 */
#ifndef ASHIATO_SENSOR_CORE_ALGORITHM_H
#define ASHIATO_SENSOR_CORE_ALGORITHM_H

#include <openssl/evp.h>

/* Never NULL: what OpenSSL could not look up fails where it is used, as it would have. */
const EVP_MD *algorithm_md5(void);
const EVP_MD *algorithm_sha1(void);
const EVP_MD *algorithm_sha256(void);

#endif
