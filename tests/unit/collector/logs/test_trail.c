#include "collector/logs/trail.h"

#include <criterion/criterion.h>

static struct log_record record(const char *channel, const char *provider, uint32_t event_id)
{
	struct log_record r;
	log_record_init(&r);
	r.channel = channel;
	r.provider = provider;
	r.event_id = event_id;
	return r;
}

Test(trail, a_record_is_of_the_trail_that_its_channel_its_provider_or_its_number_names)
{
	static const struct {
		const char *channel, *provider;
		uint32_t event_id;
		enum log_trail trail;
	} rows[] = {
		{ "Security", NULL, 4688, LOG_TRAIL_SECURITY },
		{ "System", "Microsoft-Windows-Security-Auditing", 4624, LOG_TRAIL_SYSTEM },
		{ "Microsoft-Windows-TaskScheduler/Operational", NULL, 106, LOG_TRAIL_TASKS },
		{ "Microsoft-Windows-Sysmon/Operational", NULL, 1, LOG_TRAIL_NONE },
		{ "ForwardedEvents", "Microsoft-Windows-Security-Auditing", 4624, LOG_TRAIL_NONE },
		{ NULL, "Microsoft-Windows-Security-Auditing", 4688, LOG_TRAIL_SECURITY },
		{ NULL, "Service Control Manager", 7036, LOG_TRAIL_SYSTEM },
		{ NULL, "Authentication", 0, LOG_TRAIL_LOGONS },
		{ NULL, "Authorization", 0, LOG_TRAIL_LOGONS },
		{ NULL, "smbd_audit", 0, LOG_TRAIL_SHARES },
		{ NULL, "dsdbChange", 0, LOG_TRAIL_NONE },
		{ NULL, NULL, 4607, LOG_TRAIL_NONE },
		{ NULL, NULL, 4608, LOG_TRAIL_SECURITY },
		{ NULL, "Microsoft Windows security auditing.", 4624, LOG_TRAIL_SECURITY },
		{ NULL, "Microsoft-Windows-Eventlog", 1102, LOG_TRAIL_SECURITY },
		{ NULL, NULL, 5599, LOG_TRAIL_SECURITY },
		{ NULL, NULL, 5600, LOG_TRAIL_NONE },
		{ NULL, NULL, 7045, LOG_TRAIL_SYSTEM },
		{ NULL, NULL, 141, LOG_TRAIL_TASKS },
		{ NULL, NULL, 0, LOG_TRAIL_NONE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct log_record r = record(rows[i].channel, rows[i].provider, rows[i].event_id);
		cr_expect_eq(log_trail_of(&r), rows[i].trail, "row %zu: %s", i, log_trail_name(log_trail_of(&r)));
	}
}

Test(trail, only_a_logon_that_was_let_in_over_the_network_from_an_address_tells_logons)
{
	static const struct {
		enum log_act act;
		int32_t type;
		const char *address;
		bool tells;
	} rows[] = {
		{ LOG_LOGON, 3, "10.0.0.1", true },	    { LOG_LOGON, 8, "fd00::1", true },	{ LOG_LOGON, -1, "10.0.0.1", true },
		{ LOG_LOGON, 2, "10.0.0.1", false },	    { LOG_LOGON, 10, "10.0.0.1", false }, { LOG_LOGON, 5, NULL, false },
		{ LOG_LOGON, 3, NULL, false },		    { LOG_LOGON, 3, "127.0.0.1", false }, { LOG_LOGON, 3, "::1", false },
		{ LOG_LOGON_FAILED, 3, "10.0.0.1", false }, { LOG_SHARE, -1, "10.0.0.1", false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct log_record r = record("Security", NULL, 4624);
		r.act = rows[i].act;
		r.logon_type = rows[i].type;
		r.source_address = rows[i].address;
		cr_expect_eq(log_trail_tells_logon(&r), rows[i].tells, "row %zu", i);
	}
}

Test(trail, every_trail_has_a_name)
{
	for (unsigned i = 0; i < N_LOG_TRAILS; i++)
		cr_expect_not_null(log_trail_name((enum log_trail)i));
}
