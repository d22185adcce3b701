#include "sensor/commands.h"

#include "tests/lib/line.h"

#include <criterion/criterion.h>
#include <string.h>

static struct line line;

static struct smb_command command_of(bool is_smb1, bool is_response)
{
	line_init(&line, 0, false);
	return (struct smb_command){
		.ends = &line.flow.ends, .way = is_response ? FROM_OPENED : FROM_OPENER, .time_ns = 1, .name = "READ", .command = 8,
		.is_smb1 = is_smb1, .is_response = is_response, .has_tree = true, .message_id = 9, .process_id = 3, .session_id = 0x61,
		.tree_id = 5, .status = 0xC0000022,
	};
}

static void expect_text(const struct smb_command *command, const char *wanted)
{
	json_t *json = commands_json(command);
	char *text = json_dumps(json, JSON_COMPACT);

	cr_expect_str_eq(text, wanted);
	free(text);
	json_decref(json);
}

Test(commands, a_request_has_no_status)
{
	const struct smb_command request = command_of(false, false);

	expect_text(&request, "{\"time\":\"1970-01-01T00:00:00.000000001Z\",\"community_id\":\"1:test\","
			      "\"source\":{\"ip\":\"192.0.2.1\",\"port\":49152},\"destination\":{\"ip\":\"192.0.2.2\",\"port\":445},"
			      "\"version\":2,\"command\":8,\"name\":\"READ\",\"is_response\":false,\"message_id\":\"0x0000000000000009\","
			      "\"process_id\":null,\"session_id\":\"0x0000000000000061\",\"tree_id\":5,\"status\":null}");
}

Test(commands, an_answer_of_smb1_has_what_smb2_has_not)
{
	struct smb_command answer = command_of(true, true);

	answer.name = NULL;
	answer.has_tree = false;
	expect_text(&answer, "{\"time\":\"1970-01-01T00:00:00.000000001Z\",\"community_id\":\"1:test\","
			     "\"source\":{\"ip\":\"192.0.2.2\",\"port\":445},\"destination\":{\"ip\":\"192.0.2.1\",\"port\":49152},"
			     "\"version\":1,\"command\":8,\"name\":null,\"is_response\":true,\"message_id\":\"0x0000000000000009\","
			     "\"process_id\":3,\"session_id\":\"0x0000000000000061\",\"tree_id\":null,\"status\":3221225506}");
}
