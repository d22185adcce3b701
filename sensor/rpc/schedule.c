/*
 * ITaskSchedulerService: the task scheduler ([MS-TSCH] 3.2.5.4). A task is a
 * piece of XML ([MS-TSCH] 2.5), in which stand the commands it runs.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"
#include "sensor/rpc/task_xml.h"

#include <stdio.h>
#include <string.h>

/* Add the command line of one action to ${line}; those of further ones behind "; ". */
static void add_action(char line[LIMIT_TEXT_BYTES], const char *command, const char *arguments)
{
	size_t used = strlen(line);

	snprintf(line + used, LIMIT_TEXT_BYTES - used, "%s%s%s%s", used > 0 ? "; " : "", command, arguments != NULL ? " " : "",
		 arguments != NULL ? arguments : "");
}

/* The command lines of all Exec actions ([MS-TSCH] 2.5.9.1). */
static void add_commands(struct decoding *d, struct view xml)
{
	struct task_xml task = task_xml_of(xml, d->in.is_big_endian);
	char line[LIMIT_TEXT_BYTES] = "";
	struct view exec;
	bool has_one = false;

	while (task_xml_element(&task, "Exec", &exec)) {
		struct task_xml inside = task_xml_of(exec, d->in.is_big_endian), again = inside;
		const char *command = task_xml_text(&inside, d->arena, "Command");

		if (command == NULL)
			continue;
		add_action(line, command, task_xml_text(&again, d->arena, "Arguments"));
		has_one = true;
	}
	if (has_one)
		decode_text(d, "command", text_of_bytes(d->arena, view_of(line, strlen(line))));
}

static void add_element(struct decoding *d, struct view xml, const char *element, const char *name)
{
	struct task_xml task = task_xml_of(xml, d->in.is_big_endian);

	decode_text(d, name, task_xml_text(&task, d->arena, element));
}

static void task(struct decoding *d, struct ndr *n, const char *name)
{
	struct view xml = ndr_string(n, NDR_WIDE);

	if (!ndr_ok(n))
		return;
	add_commands(d, xml);
	add_element(d, xml, "ClassId", "class");	/* of a ComHandler action */
	add_element(d, xml, "UserId", "run_as");
	decode_text(d, name, ndr_text(n, d->arena, xml, NDR_WIDE));
}

static const struct param path_and_number[] = { { param_string, "path" }, { param_u32, NULL }, { NULL, NULL } };
static const struct param listing[] = { { param_string, "path" }, { param_u32, NULL }, { param_u32, NULL }, { param_u32, NULL }, { NULL, NULL } };

const struct decoder schedule_decoders[] = {
	/* clang-format off */
	{  1, NDR_WIDE, PARAMS({ param_unique_string, "path" }, { task, "xml" }, { param_u32, "flags" }, { param_unique_string, NULL },
			       { param_enum, "logon_type" }, { param_rest, NULL }), NULL },	/* SchRpcRegisterTask */
	{  2, NDR_WIDE, PARAMS({ param_string, "path" }, { param_rest, NULL }), NULL },	/* SchRpcRetrieveTask */
	{  3, NDR_WIDE, PARAMS({ param_string, "path" }, { param_unique_string, NULL }, { param_u32, NULL }), NULL },	/* SchRpcCreateFolder */
	{  4, NDR_WIDE, PARAMS({ param_string, "path" }, { param_string, "sddl" }, { param_u32, NULL }), NULL },	/* SchRpcSetSecurity */
	{  5, NDR_WIDE, path_and_number, NULL },	/* SchRpcGetSecurity */
	{  6, NDR_WIDE, listing,         NULL },	/* SchRpcEnumFolders */
	{  7, NDR_WIDE, listing,         NULL },	/* SchRpcEnumTasks */
	{ 12, NDR_WIDE, PARAMS({ param_string, "path" }, { param_u32, NULL }, { param_strings, "arguments" }, { param_u32, "flags" },
			       { param_u32, NULL }, { param_unique_string, "user" }), NULL },	/* SchRpcRun */
	{ 13, NDR_WIDE, path_and_number, NULL },	/* SchRpcDelete */
	{ 14, NDR_WIDE, PARAMS({ param_string, "path" }, { param_string, "new_path" }, { param_u32, NULL }), NULL },	/* SchRpcRename */
	{ 16, NDR_WIDE, PARAMS({ param_string, "path" }), NULL },	/* SchRpcGetLastRunInfo */
	{ 17, NDR_WIDE, path_and_number, NULL },	/* SchRpcGetTaskInfo */
	{ 19, NDR_WIDE, PARAMS({ param_string, "path" }, { param_u32, "enabled" }), NULL },	/* SchRpcEnableTask */
	{ .in = NULL },
	/* clang-format on */
};
