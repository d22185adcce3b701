#include "collector/detect/detect.h"
#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>

TestSuite(evasion, .init = fixture_begin, .fini = fixture_end);

static void end_with(const char *sign)
{
	ruleskit_feed(detection, eventkit_flow_signs(kit, sign));
}

Test(evasion, what_only_a_sensor_would_read_is_a_finding)
{
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "dave", STATUS_OK));
	end_with("tcp.checksum");
	cr_assert_eq(told.n, 1);
	cr_expect_not(told.accesses[0].row.is_access);
	cr_expect_str_eq(told.accesses[0].row.account, "LAB\\dave");
	const struct step *step = told_step(&told.accesses[0], "sensor.evasion");
	cr_assert_not_null(step);
	cr_expect_str_eq(step->technique, "T1562.006");
	cr_expect_str_eq(json_string_value(json_object_get(step->detail, "sign")), "tcp.checksum");
}

Test(evasion, like_ones_between_two_hosts_are_one_finding_with_a_count)
{
	for (int i = 0; i < 100; i++) {
		kit->client_port++;
		end_with("tcp.checksum");
	}
	cr_assert_eq(told.n, 1);
	cr_expect_eq(told_step(&told.accesses[0], "sensor.evasion")->count, 100);
	kit->server = "10.0.0.99";
	end_with("tcp.checksum");
	cr_expect_eq(told.n, 2);
}

Test(evasion, signs_with_honest_causes_are_none)
{
	end_with(NULL);
	end_with("tcp.hops");
	end_with("smb.table_full");
	cr_expect_eq(told.n, 0);
}

Test(evasion, rubbish_without_a_logon_hides_nothing)
{
	end_with("nbss.malformed");
	cr_expect_eq(told.n, 0);
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "dave", STATUS_OK));
	end_with("nbss.malformed");
	cr_expect_eq(told.n, 1);
}

Test(evasion, two_doubts_on_one_connection_are_a_finding)
{
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "dave", STATUS_OK));
	end_with("tcp.hops");
	end_with("smb.unasked");
	cr_expect_eq(told.n, 0, "on two connections they are none");
	ruleskit_feed(detection, eventkit_flow_two_signs(kit, "tcp.hops", "smb.unasked"));
	cr_assert_eq(told.n, 1);
	cr_expect_eq(told.accesses[0].n_steps, 2);
}

Test(evasion, a_capture_with_holes_explains_them)
{
	Ev__Event *e = eventkit_flow_signs(kit, "nbss.malformed");
	e->flow_summary->gaps = 1;
	ruleskit_feed(detection, e);
	e = eventkit_flow_signs(kit, "nbss.malformed");
	e->flow_summary->midstream = true;
	ruleskit_feed(detection, e);
	cr_expect_eq(told.n, 0);
}
