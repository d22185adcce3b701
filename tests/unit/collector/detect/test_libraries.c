#include "collector/detect/rules.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *name_of(unsigned facts)
{
	const struct library *l = libraries_find(ruleskit_rules()->libraries, facts);
	return l ? l->name : "nobody's";
}

Test(libraries, a_row_needs_all_its_facts)
{
	cr_expect_str_eq(name_of(0), "nobody's");
	cr_expect_str_eq(name_of(LIBRARY_LM_NONZERO | LIBRARY_NO_MIC | LIBRARY_NO_WORKSTATION | LIBRARY_NO_VERSION), "nobody's");
	cr_expect_str_eq(name_of(LIBRARY_GUID_LETTERS), "impacket");
	cr_expect_str_eq(name_of(LIBRARY_LM_NONZERO | LIBRARY_CHALLENGE_ALPHANUMERIC), "impacket");
	cr_expect_str_eq(name_of(LIBRARY_LM_NONZERO | LIBRARY_NO_MIC | LIBRARY_WHOLE_SECONDS), "ruby_smb");
	cr_expect_str_eq(name_of(LIBRARY_LM_NONZERO | LIBRARY_NO_MIC | LIBRARY_SMB1_FIRST | LIBRARY_ENCRYPTION_ONLY), "ruby_smb");
	cr_expect_str_eq(name_of(LIBRARY_NATIVE_OS_2195), "rex");
}

Test(libraries, a_row_does_not_hold_against_what_it_excludes)
{
	unsigned samba = LIBRARY_VERSION_WITHOUT_BUILD | LIBRARY_SINGLE_HOST;
	cr_expect_str_eq(name_of(samba), "samba");
	cr_expect_str_eq(name_of(samba | LIBRARY_CHALLENGE_ALPHANUMERIC), "nobody's");
}

Test(libraries, a_message_of_windows_names_windows)
{
	static char v2[] = "ntlmv2", version[] = "10.0.17763", bindings[] = "zero", workstation[] = "WS1";
	uint32_t ids[] = { 2, 1, 4, 3, 5, 7, 6, 8, 10, 9 };
	Ev__NtlmAuthenticate a = EV__NTLM_AUTHENTICATE__INIT;
	a.response = v2;
	a.version = version;
	a.workstation = workstation;
	a.channel_bindings = bindings;
	a.has_mic = a.mic = a.has_single_host = a.single_host = true;
	a.has_timestamp_from_server = a.timestamp_from_server = true;
	a.n_av_ids = 10;
	a.av_ids = ids;
	cr_expect_str_eq(name_of(libraries_of_ntlm(&a)), "windows");
	cr_expect_not(libraries_of_ntlm(&a) & LIBRARY_AV_ECHOED);
	a.n_av_ids = 6;
	cr_expect(libraries_of_ntlm(&a) & LIBRARY_AV_ECHOED);
	strcpy(version, "6.1.0");
	cr_expect_str_eq(name_of(libraries_of_ntlm(&a)), "samba");
	strcpy(v2, "ntlmv1");
	cr_expect_not(libraries_of_ntlm(&a) & LIBRARY_SINGLE_HOST, "another response says nothing of it");
}

Test(libraries, the_negotiation_and_the_names_of_smb1_give_something_away)
{
	static char smb1[] = "NT LM 0.12", any[] = "2.???", mac[] = "Mac OS X 10.10", dialect[] = "3.0";
	char *dialects[] = { smb1, any };
	Ev__SmbNegotiate n = EV__SMB_NEGOTIATE__INIT;
	Ev__SmbSessionSetup s = EV__SMB_SESSION_SETUP__INIT;
	Ev__AuthToken token = EV__AUTH_TOKEN__INIT;
	Ev__NtlmNegotiate ntlm = EV__NTLM_NEGOTIATE__INIT;
	n.n_dialects = 2;
	n.dialects = dialects;
	n.has_client_capabilities = true;
	n.client_capabilities = 0x40;
	cr_expect_eq(libraries_of_negotiate(&n), (unsigned)(LIBRARY_SMB1_FIRST | LIBRARY_ENCRYPTION_ONLY));
	n.client_capabilities = 0x7f;
	n.n_dialects = 1;
	cr_expect_eq(libraries_of_negotiate(&n), 0);
	s.client_native_os = mac;
	cr_expect_str_eq(name_of(libraries_of_setup(&s)), "macos");
	s.client_native_os = NULL;
	s.dialect = dialect;
	s.token = &token;
	token.ntlm_negotiate = &ntlm;
	token.has_spnego = true;
	cr_expect_eq(libraries_of_setup(&s), (unsigned)LIBRARY_RAW_NTLMSSP);
	strcpy(dialect, "1.0");
	cr_expect_eq(libraries_of_setup(&s), 0, "there it is nothing special");
}

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "", "client-libraries.json: line" },
	{ "{\"library\":[]}", "unknown key \"library\"" },
	{ "{\"libraries\":{}}", "\"libraries\" must be a list" },
	{ "{\"libraries\":[{\"library\":\"x\",\"why\":\"w\",\"all\":[\"nonsense\"]}]}", "row 1: \"nonsense\" is no fact" },
	{ "{\"libraries\":[{\"library\":\"x\",\"why\":\"w\",\"all\":[\"mic\"],\"none\":[\"nonsense\"]}]}", "is no fact" },
	{ "{\"libraries\":[{\"library\":\"x\",\"why\":\"w\",\"none\":[\"mic\"]}]}", "\"all\" is missing" },
	{ "{\"libraries\":[{\"library\":\"x\",\"all\":[\"mic\"]}]}", "\"why\" is missing" },
	{ "{\"libraries\":[{\"library\":\"x\",\"why\":\"w\",\"all\":[\"mic\"],\"tool\":1}]}", "true or false" },
};

Test(libraries, a_document_that_makes_no_sense_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char error[256] = "";
		cr_expect_null(libraries_new(wrong[i].text, error, sizeof error));
		cr_expect(strstr(error, wrong[i].error), "%s gives: %s", wrong[i].text, error);
	}
}

Test(libraries, every_fact_has_a_name)
{
	for (unsigned bit = 1; bit <= LIBRARY_VERSION_WITHOUT_BUILD; bit <<= 1)
		cr_expect_not_null(libraries_fact(bit), "bit %x", bit);
	cr_expect_null(libraries_fact(LIBRARY_VERSION_WITHOUT_BUILD << 1));
}
