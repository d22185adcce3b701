#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>

#define SECOND_NS INT64_C(1000000000)
#define CALLER "10.0.0.66"
#define TARGET "10.0.0.10"
#define ELSEWHERE "10.0.0.99"

TestSuite(coercion, .init = fixture_begin, .fini = fixture_end);

/* The caller tells the target to open ${path} by ${operation}; like most such calls it ends in an error. */
static void coerce(const char *interface, const char *operation, const char *key, const char *path)
{
	Ev__Event *e;

	kit->client = CALLER;
	kit->server = TARGET;
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "eve", STATUS_OK));
	e = eventkit_call(kit, "pipe", interface, operation);
	if (path)
		eventkit_text(kit, e, key, path);
	eventkit_return(e, 53);	/* ERROR_BAD_NETPATH */
	ruleskit_feed(detection, e);
}

/* The target logs on to ${listener}. */
static void obey(const char *listener, int status)
{
	kit->client = TARGET;
	kit->server = listener;
	kit->session_id++;
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "DC1$", status));
}

static const char *said(const char *key)
{
	const struct step *step = told.n > 0 ? told_step(&told.accesses[0], "auth.coercion") : NULL;

	return step ? json_string_value(json_object_get(step->detail, key)) : NULL;
}

Test(coercion, a_host_that_does_what_it_was_told_is_a_finding_of_the_caller)
{
	coerce("efsrpc2", "EfsRpcOpenFileRaw", "file", "\\\\" CALLER "\\x\\y");
	cr_assert_eq(told.n, 0);
	obey(CALLER, STATUS_OK);
	cr_assert_eq(told.n, 1);
	cr_expect_not(told.accesses[0].row.is_access);
	cr_expect_str_eq(told.accesses[0].row.source, CALLER);
	cr_expect_str_eq(told.accesses[0].row.destination, TARGET);
	cr_expect_str_eq(told.accesses[0].row.account, "LAB\\eve");
	cr_expect(told_step(&told.accesses[0], "efsrpc2.efs_rpc_open_file_raw.refused"));
	cr_expect_str_eq(said("listener"), CALLER);
	cr_expect_str_eq(said("account"), "LAB\\DC1$");
}

Test(coercion, it_may_be_sent_to_a_third_host_whose_address_the_call_names)
{
	coerce("spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx", "listener", "\\\\" ELSEWHERE);
	obey(ELSEWHERE, STATUS_LOGON_FAILURE);
	cr_assert_eq(told.n, 1);
	cr_expect_str_eq(said("listener"), ELSEWHERE);
	cr_expect_str_eq(said("named"), ELSEWHERE);
}

Test(coercion, the_port_of_a_webdav_path_is_no_part_of_the_host)
{
	coerce("netdfs", "NetrDfsAddStdRoot", "server", ELSEWHERE "@80");
	obey(ELSEWHERE, STATUS_OK);
	cr_assert_str_eq(said("named"), ELSEWHERE);
}

Test(coercion, where_the_call_cannot_be_read_the_way_back_to_the_caller_counts)
{
	coerce("fileservervssagent", "IsPathShadowCopied", "share", NULL);
	obey(CALLER, STATUS_OK);
	cr_assert_eq(told.n, 1);
}

Test(coercion, a_logon_to_another_host_is_not_what_it_was_told)
{
	coerce("efsrpc2", "EfsRpcOpenFileRaw", "file", "\\\\" CALLER "\\x\\y");
	obey(ELSEWHERE, STATUS_OK);
	cr_assert_eq(told.n, 0);
}

Test(coercion, after_a_minute_it_is_forgotten)
{
	coerce("efsrpc2", "EfsRpcOpenFileRaw", "file", "\\\\" CALLER "\\x\\y");
	kit->time_ns += 61 * SECOND_NS;
	obey(CALLER, STATUS_OK);
	cr_assert_eq(told.n, 0);
}

Test(coercion, again_and_again_is_one_finding)
{
	for (int i = 0; i < 5; i++) {
		coerce("efsrpc2", "EfsRpcOpenFileRaw", "file", "\\\\" CALLER "\\x\\y");
		obey(CALLER, STATUS_OK);
	}
	cr_assert_eq(told.n, 1);
	cr_expect_eq(told_step(&told.accesses[0], "auth.coercion")->count, 1);
	cr_expect_eq(told_step(&told.accesses[0], "efsrpc2.efs_rpc_open_file_raw.refused")->count, 5);
}

Test(coercion, a_logon_nobody_asked_for_is_nothing)
{
	obey(CALLER, STATUS_OK);
	cr_assert_eq(told.n, 0);
}
