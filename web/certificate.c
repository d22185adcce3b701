#include "web/certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	FILE_MAX_BYTES = 256 * 1024,	/* a chain of a dozen certificates is under 32 KiB */
	VALID_DAYS = 730,
	SERIAL_BYTES = 16,
};

static int fail(char *error, size_t cap, const char *what, const char *path)
{
	snprintf(error, cap, "%s %s: %s", what, path, strerror(errno));
	return -1;
}

static int fail_tls(char *error, size_t cap, const char *what, int code)
{
	snprintf(error, cap, "%s: %s", what, gnutls_strerror(code));
	return -1;
}

/* Write a file that must not exist yet, whole or not at all. */
static int write_file(const char *path, mode_t mode, const gnutls_datum_t *text, char *error, size_t cap)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return fail(error, cap, "create", path);
	const bool written = write(fd, text->data, text->size) == (ssize_t)text->size && fsync(fd) == 0;
	if (written && close(fd) == 0)
		return 0;
	fail(error, cap, "write", path);
	unlink(path);
	return -1;
}

/* The names a browser may use for this machine. */
static int add_names(gnutls_x509_crt_t crt, const char *address)
{
	char host[256] = "localhost";
	gethostname(host, sizeof host - 1);
	uint8_t ip[16];
	const unsigned n = inet_pton(AF_INET, address, ip) == 1 ? 4 : inet_pton(AF_INET6, address, ip) == 1 ? 16 : 0;
	const uint8_t loopback[4] = { 127, 0, 0, 1 };
	const struct { gnutls_x509_subject_alt_name_t type; const void *data; unsigned n; } names[] = {
		{ GNUTLS_SAN_DNSNAME, "localhost", 9 },
		{ GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host) },
		{ GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback },
		{ GNUTLS_SAN_IPADDRESS, ip, n },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].n == 0)
			continue;
		const int rc = gnutls_x509_crt_set_subject_alt_name(crt, names[i].type, names[i].data, names[i].n,
								    i ? GNUTLS_FSAN_APPEND : GNUTLS_FSAN_SET);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *address)
{
	uint8_t serial[SERIAL_BYTES];
	const time_t now = time(NULL);
	int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
	if (rc < 0)
		return rc;
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);	/* positive, and of full length */
	const int steps[] = {
		gnutls_x509_crt_set_version(crt, 3),
		gnutls_x509_crt_set_serial(crt, serial, sizeof serial),
		gnutls_x509_crt_set_dn(crt, "CN=Ashiato collector", NULL),
		gnutls_x509_crt_set_activation_time(crt, now - 3600),
		gnutls_x509_crt_set_expiration_time(crt, now + (time_t)VALID_DAYS * 86400),
		gnutls_x509_crt_set_key(crt, key),
		gnutls_x509_crt_set_basic_constraints(crt, 0, -1),
		gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE),
		gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0),
		add_names(crt, address),
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] < 0)
			return steps[i];
	return gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static int write_pair(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *chain_path, const char *key_path,
		      char *error, size_t cap)
{
	gnutls_datum_t chain_text = { 0 }, key_text = { 0 };
	int rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &chain_text);
	if (rc == 0)
		rc = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_text);
	if (rc < 0)
		rc = fail_tls(error, cap, "write a certificate", rc);
	else
		rc = write_file(key_path, 0600, &key_text, error, cap);
	if (rc == 0) {
		rc = write_file(chain_path, 0644, &chain_text, error, cap);
		if (rc < 0)
			unlink(key_path);
	}
	if (key_text.data)
		gnutls_memset(key_text.data, 0, key_text.size);
	gnutls_free(key_text.data);
	gnutls_free(chain_text.data);
	return rc;
}

static int make(const char *chain_path, const char *key_path, const char *address, char *error, size_t cap)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_x509_privkey_t key = NULL;
	int rc = gnutls_x509_crt_init(&crt);
	if (rc == 0)
		rc = gnutls_x509_privkey_init(&key);
	if (rc == 0)
		rc = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (rc == 0)
		rc = fill(crt, key, address);
	if (rc < 0)
		rc = fail_tls(error, cap, "make a certificate", rc);
	else
		rc = write_pair(crt, key, chain_path, key_path, error, cap);
	gnutls_x509_privkey_deinit(key);
	gnutls_x509_crt_deinit(crt);
	return rc;
}

int certificate_make(const char *chain_path, const char *key_path, const char *address, bool *made, char *error, size_t cap)
{
	const bool has_chain = access(chain_path, F_OK) == 0;
	const bool has_key = access(key_path, F_OK) == 0;
	*made = false;
	if (has_chain && has_key)
		return 0;
	if (has_chain || has_key) {
		snprintf(error, cap, "%s is missing while %s exists: put both there, or remove both to have a new pair made",
			 has_chain ? key_path : chain_path, has_chain ? chain_path : key_path);
		return -1;
	}
	if (make(chain_path, key_path, address, error, cap) < 0)
		return -1;
	*made = true;
	return 0;
}

/* The whole file as text; NULL and a sentence on failure. */
static char *read_file(const char *path, bool is_secret, char *error, size_t cap)
{
	FILE *f = fopen(path, "re");
	if (!f) {
		fail(error, cap, "open", path);
		return NULL;
	}
	struct stat st;
	char *text = NULL;
	if (fstat(fileno(f), &st) < 0) {
		fail(error, cap, "stat", path);
	} else if (is_secret && (st.st_mode & 077)) {
		snprintf(error, cap, "key file %s can be read by others: run `chmod 600 %s`", path, path);
	} else if (st.st_size <= 0 || st.st_size > FILE_MAX_BYTES) {
		snprintf(error, cap, "%s is empty or too long to be a PEM file", path);
	} else if ((text = calloc(1, (size_t)st.st_size + 1)) && fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size) {
		fail(error, cap, "read", path);
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

static int fingerprint(const char *chain, char out[CERTIFICATE_FINGERPRINT_BYTES])
{
	gnutls_x509_crt_t crt;
	uint8_t digest[32];
	size_t n = sizeof digest;
	const gnutls_datum_t pem = { .data = (unsigned char *)(uintptr_t)chain, .size = (unsigned)strlen(chain) };
	int rc = gnutls_x509_crt_init(&crt);
	if (rc < 0)
		return rc;
	rc = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
	if (rc == 0)
		rc = gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, digest, &n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		snprintf(out + 3 * i, 4, "%02X%s", digest[i], i + 1 < n ? ":" : "");
	gnutls_x509_crt_deinit(crt);
	return rc;
}

int certificate_load(const char *chain_path, const char *key_path, struct certificate *out, char *error, size_t cap)
{
	struct certificate c = { 0 };
	int rc;
	c.chain = read_file(chain_path, false, error, cap);
	c.key = c.chain ? read_file(key_path, true, error, cap) : NULL;
	if (!c.key)
		goto fini;
	rc = fingerprint(c.chain, c.fingerprint);
	if (rc < 0) {
		snprintf(error, cap, "%s holds no certificate in PEM: %s", chain_path, gnutls_strerror(rc));
		goto fini;
	}
	*out = c;
	return 0;
fini:
	certificate_fini(&c);
	return -1;
}

void certificate_fini(struct certificate *c)
{
	if (c->key)
		gnutls_memset(c->key, 0, strlen(c->key));
	free(c->key);
	free(c->chain);
	*c = (struct certificate){ 0 };
}
