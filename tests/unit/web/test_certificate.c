#include "web/certificate.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char chain[64], key[64], error[256];

static void setup(void)
{
	snprintf(chain, sizeof chain, "%s", scratch_path("cert.pem"));
	snprintf(key, sizeof key, "%s", scratch_path("key.pem"));
}

TestSuite(certificate, .init = setup);

Test(certificate, the_first_start_makes_one_and_the_next_keeps_it)
{
	struct certificate a, b;
	bool made;
	struct stat st;
	cr_assert_eq(certificate_make(chain, key, "127.0.0.1", &made, error, sizeof error), 0, "%s", error);
	cr_assert(made);
	cr_assert_eq(certificate_load(chain, key, &a, error, sizeof error), 0, "%s", error);
	cr_assert_eq(strlen(a.fingerprint), 32 * 3 - 1);
	cr_assert_eq(stat(key, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	cr_assert_eq(certificate_make(chain, key, "127.0.0.1", &made, error, sizeof error), 0);
	cr_assert_not(made);
	cr_assert_eq(certificate_load(chain, key, &b, error, sizeof error), 0);
	cr_assert_str_eq(a.fingerprint, b.fingerprint);
	certificate_fini(&a);
	certificate_fini(&b);
}

Test(certificate, a_key_that_others_can_read_is_refused_with_the_cure)
{
	struct certificate c;
	bool made;
	cr_assert_eq(certificate_make(chain, key, "::1", &made, error, sizeof error), 0);
	cr_assert_eq(chmod(key, 0640), 0);
	cr_assert_eq(certificate_load(chain, key, &c, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "chmod 600"), "%s", error);
}

Test(certificate, one_file_without_the_other_is_named)
{
	bool made;
	cr_assert_eq(certificate_make(chain, key, "127.0.0.1", &made, error, sizeof error), 0);
	unlink(key);
	cr_assert_eq(certificate_make(chain, key, "127.0.0.1", &made, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "key.pem is missing"), "%s", error);
}

Test(certificate, a_file_that_is_no_certificate_is_named)
{
	struct certificate c;
	bool made;
	cr_assert_eq(certificate_make(chain, key, "127.0.0.1", &made, error, sizeof error), 0);
	FILE *f = fopen(chain, "w");
	fputs("hello\n", f);
	fclose(f);
	cr_assert_eq(certificate_load(chain, key, &c, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "cert.pem holds no certificate"), "%s", error);
	cr_assert_eq(truncate(chain, 0), 0);
	cr_assert_eq(certificate_load(chain, key, &c, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "is empty"), "%s", error);
}
