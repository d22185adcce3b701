/*
 * ITaskSchedulerService: the task scheduler ([MS-TSCH] 3.2.5.4). A task is a
 * piece of XML ([MS-TSCH] 2.5), in which a command and its arguments stand.
 */
#include "sensor/rpc/interfaces.h"

#include <string.h>

/* ---- text inside the XML, which is UTF-16 as the request's strings are ---- */

/* True, and ${c} behind it, if ${tag} (ASCII) stands next. */
static bool pass_tag(struct cursor *c, bool is_big_endian, const char *tag)
{
	struct cursor ahead = *c;

	for (; *tag != '\0'; tag++)
		if ((is_big_endian ? cur_u16be(&ahead) : cur_u16le(&ahead)) != (uint16_t)*tag)
			return false;
	*c = ahead;
	return true;
}

/* What stands between ${open} and ${close} for the first time; false when that is not there. */
static bool between(struct view xml, bool is_big_endian, const char *open, const char *close, struct view *out)
{
	struct cursor c = cur_of(xml);
	size_t begin, end;

	while (!pass_tag(&c, is_big_endian, open)) {
		cur_skip(&c, 2);
		if (!cur_ok(&c))
			return false;
	}
	begin = cur_offset(&c);
	for (end = begin; !pass_tag(&c, is_big_endian, close); end += 2) {
		cur_skip(&c, 2);
		if (!cur_ok(&c))
			return false;
	}
	*out = cur_at(&c, begin, end - begin);
	return true;
}

/* XML 1.0 4.6: the predefined entities, replaced in place. */
static void replace_entities(char *text)
{
	static const struct { const char *entity; char stands_for; } rows[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
	};
	char *to = text;

	while (*text != '\0') {
		size_t i = 0, n_rows = sizeof(rows) / sizeof(rows[0]);

		while (i < n_rows && strncmp(text, rows[i].entity, strlen(rows[i].entity)) != 0)
			i++;
		*to++ = i < n_rows ? rows[i].stands_for : *text;
		text += i < n_rows ? strlen(rows[i].entity) : 1;
	}
	*to = '\0';
}

static char *element(struct decoding *d, struct view xml, const char *open, const char *close)
{
	struct view content;
	char *text;

	if (!between(xml, d->in.is_big_endian, open, close, &content))
		return NULL;
	text = ndr_text(&d->in, d->arena, content, NDR_WIDE);
	if (text != NULL)
		replace_entities(text);
	return text;
}

/* The command line of the task's first action. */
static void add_command(struct decoding *d, struct view xml)
{
	char *command = element(d, xml, "<Command>", "</Command>");
	char *arguments = element(d, xml, "<Arguments>", "</Arguments>");
	char *line;

	if (command == NULL || arguments == NULL) {
		decode_text(d, "command", command);
		return;
	}
	line = arena_get(d->arena, strlen(command) + 1 + strlen(arguments) + 1);
	if (line != NULL)
		decode_text(d, "command", strcat(strcat(strcpy(line, command), " "), arguments));
}

/* ---- operations ---- */

/* SchRpcRegisterTask: path is [unique], xml is not. */
static void register_task(struct decoding *d)
{
	struct view xml;

	decode_unique_string(d, "path");
	xml = ndr_string(&d->in, NDR_WIDE);
	if (!ndr_ok(&d->in))
		return;
	add_command(d, xml);
	decode_text(d, "xml", ndr_text(&d->in, d->arena, xml, NDR_WIDE));
	decode_number(d, "flags", ndr_u32(&d->in));
}

/* Operations that begin with [in, string] path. */
static void on_path(struct decoding *d)
{
	decode_string(d, "path");
}

const struct decoder schedule_decoders[] = {
	/* clang-format off */
	{  1, NDR_WIDE, register_task },	/* SchRpcRegisterTask */
	{  2, NDR_WIDE, on_path },		/* SchRpcRetrieveTask */
	{  3, NDR_WIDE, on_path },		/* SchRpcCreateFolder */
	{ 12, NDR_WIDE, on_path },		/* SchRpcRun */
	{ 13, NDR_WIDE, on_path },		/* SchRpcDelete */
	{ 14, NDR_WIDE, on_path },		/* SchRpcRename */
	{ 16, NDR_WIDE, on_path },		/* SchRpcGetLastRunInfo */
	{ 17, NDR_WIDE, on_path },		/* SchRpcGetTaskInfo */
	{ 19, NDR_WIDE, on_path },		/* SchRpcEnableTask */
	{ .decode = NULL },
	/* clang-format on */
};
