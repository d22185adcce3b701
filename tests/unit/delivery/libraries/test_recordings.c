#include "collector/detect/rules.h"
#include "sensor/engine.h"
#include "tests/lib/recut.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Who logged on, by what this project and others recorded: the library's name, NULL for a client that has none. */
static const struct {
	const char *capture, *library;
	int logons;
} recordings[] = {
	/* clang-format off */
	{ "tests/golden/guest-anonymous/capture.pcap",                        "samba",      1 },
	{ "tests/golden/ordinary-smb1/capture.pcap",                          "samba",      1 },
	{ "tests/golden/ordinary-smb3/capture.pcap",                          "samba",      1 },
	{ "tests/golden/port-139/capture.pcap",                               "samba",      1 },
	{ "tests/golden/psexec-encrypted/capture.pcap",                       "impacket",   4 },
	{ "tests/golden/psexec-impacket/capture.pcap",                        "impacket",   4 },
	{ "tests/golden/psexec-impacket-pth/capture.pcap",                    "impacket",   4 },
	{ "tests/golden/psexec-impacket-smb1/capture.pcap",                   "impacket",   4 },
	{ "tests/golden/psexec-samba/capture.pcap",                           "samba",      7 },
	{ "tests/golden/pth-admin-copy/capture.pcap",                         "samba",      1 },
	{ "tests/golden/refused/capture.pcap",                                "samba",      7 },
	{ "tests/golden/smbexec-impacket-pth/capture.pcap",                   "impacket",   1 },
	{ "../shared/captures/benign-administrator-ordinary-share.pcap",      "windows",    4 },
	{ "../shared/captures/benign-smb1-raw-ntlm.pcap",                     "macos",      1 },
	{ "../shared/captures/smb1-ascii-admin-upload-vlan.pcap",             "rex",        1 },
	{ "../shared/captures/smb2-version-keyword.pcap",                     NULL,         1 },
	{ "../shared/captures/smb3-encrypted-share-level.pcap",               "linux-cifs", 1 },
	{ "../shared/captures/zerologon.pcap",                                "impacket",   1 },
	/* clang-format on */
};

/* The facts of the negotiations so far, and how many logons named which library. */
struct seen {
	unsigned of_negotiation;
	const char *expected;
	int as_expected, otherwise;
};

/* Logons without a response (guests, null sessions) show too little to count. */
static bool is_logon(const Ev__Event *event)
{
	const Ev__NtlmAuthenticate *a = NULL;
	if (event->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP && event->smb_session_setup->token)
		a = event->smb_session_setup->token->ntlm_authenticate;
	return a && strcmp(a->response, "none") != 0;
}

static void look(void *ctx, const Ev__Event *event)
{
	struct seen *seen = ctx;
	if (event->body_case == EV__EVENT__BODY_SMB_NEGOTIATE)
		seen->of_negotiation = libraries_of_negotiate(event->smb_negotiate);
	if (!is_logon(event))
		return;
	unsigned facts = libraries_of_setup(event->smb_session_setup) | seen->of_negotiation;
	const struct library *l = libraries_find(ruleskit_rules()->libraries, facts);
	bool same = l ? seen->expected && strcmp(l->name, seen->expected) == 0 : !seen->expected;
	seen->as_expected += same;
	seen->otherwise += !same;
}

Test(libraries, the_clients_of_every_recording_are_named_as_what_they_were)
{
	size_t read = 0;
	for (size_t i = 0; i < sizeof recordings / sizeof recordings[0]; i++) {
		if (access(recordings[i].capture, R_OK) != 0)
			continue;
		struct frames frames = frames_read(recordings[i].capture);
		struct seen seen = { .expected = recordings[i].library };
		struct engine *e = engine_new(&limits_default, look, &seen);
		for (size_t k = 0; k < frames.n; k++)
			engine_feed(e, &frames.of[k]);
		engine_end(e);
		engine_free(e);
		frames_free(&frames);
		read++;
		cr_expect_eq(seen.as_expected, recordings[i].logons, "%s: %d", recordings[i].capture, seen.as_expected);
		cr_expect_eq(seen.otherwise, 0, "%s: %d named otherwise", recordings[i].capture, seen.otherwise);
	}
	cr_expect_geq(read, 12, "the project's own recordings are there");
}
