/*
 * rules list: what this collector detects.
 */
#include "collector/cmd.h"

#include "collector/pipeline.h"
#include "collector/detect/detect.h"

#include <stdio.h>

static void print_line(void *ctx, const char *text)
{
	(void)ctx;
	puts(text);
}

int cmd_rules_list(const struct command *self, int argc, char **argv)
{
	struct cmd_words none = { 0 };
	int code = cmd_parse(self, argc, argv, NULL, 0, &none);
	if (code != CMD_GO_ON)
		return code;
	char error[256];
	struct rules *rules = pipeline_load_rules(error, sizeof error);
	if (rules == NULL)
		return cmd_failed("%s", error);
	rules_print(rules, print_line, NULL);
	rules_free(rules);
	return CMD_OK;
}
