#include "sensor/listing.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* What --list ${name} prints; NULL if there is no such table. */
static const char *listed(const char *name)
{
	static char *text;
	static size_t n;
	FILE *out;
	int status;

	free(text);
	text = NULL;
	out = open_memstream(&text, &n);
	cr_assert_not_null(out);
	status = listing_print(name, out);
	fclose(out);
	return status == 0 ? text : NULL;
}

Test(listing, every_table_prints_rows_that_are_not_empty)
{
	for (size_t i = 0; listing_name(i) != NULL; i++) {
		const char *text = listed(listing_name(i));

		cr_assert_not_null(text);
		cr_expect_gt(strlen(text), 100, "%s", listing_name(i));
		cr_expect_null(strstr(text, "(null)"), "%s", listing_name(i));
		cr_expect_null(strstr(text, "\n\n"), "%s", listing_name(i));
	}
}

Test(listing, protocols_hold_one_row_of_every_table_by_name)
{
	static const char *const rows[] = {
		"protocol             smb\n",
		"smb dialect          3.1.1\n",
		"smb1 command         SESSION_SETUP_ANDX            read\n",
		"smb2 command         CREATE                        read\n",
		"smb2 command         ECHO                          followed\n",
		"smb1 function        TRANS_TRANSACT_NMPIPE\n",
		"smb information      FileLinkInformation\n",
		"smb control code     FSCTL_SRV_COPYCHUNK\n",
		"smb2 create context  DH2Q\n",
		"smb compression      LZ77+Huffman\n",
		"auth mechanism       ntlm\n",
		"rpc arguments        svcctl                        CreateServiceW\n",
		"file kind            pe32+ ",
		"format               zeek-json\n",
		"zeek log             dce_rpc\n",
	};
	const char *text = listed("protocols");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_not_null(strstr(text, rows[i]), "%s", rows[i]);
}

Test(listing, another_name_is_refused)
{
	cr_expect_null(listed("tables"));
}
