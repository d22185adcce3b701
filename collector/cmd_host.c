/*
 * host add, list, remove: names that whitelist entries may use instead of
 * addresses.
 */
#include "collector/cmd_service.h"

#include "proto/base/log.h"

#include <stdio.h>

/* ${words} of ${n}: the name, and for add the address. */
static int change(const struct command *self, int argc, char **argv, size_t n,
		  enum answer (*how)(struct service *s, const struct service_session *who, const json_t *host,
				     char error[SERVICE_ERROR_BYTES]))
{
	const char *dir = NULL, *site = "default", *word[2] = { NULL, NULL };
	const struct cmd_option options[] = { { "--data", &dir, NULL, true }, { "--site", &site, NULL, false } };
	struct cmd_words words = { word, 0, n, n, n };
	int code = cmd_parse(self, argc, argv, options, 2, &words);
	if (code != CMD_GO_ON)
		return code;
	struct cmd_service c;
	char error[SERVICE_ERROR_BYTES];
	json_t *host = json_pack("{s:s,s:s}", "site", site, "name", word[0]);
	if (word[1] != NULL)
		json_object_set_new(host, "address", json_string(word[1]));
	code = cmd_service_open(&c, dir);
	if (code == CMD_OK)
		code = cmd_service_code(how(c.service, &cmd_service_user, host, error), error);
	cmd_service_close(&c);
	json_decref(host);
	return code;
}

int cmd_host_add(const struct command *self, int argc, char **argv)
{
	return change(self, argc, argv, 2, service_host_add);
}

int cmd_host_remove(const struct command *self, int argc, char **argv)
{
	return change(self, argc, argv, 1, service_host_remove);
}

static void print_host(const json_t *host)
{
	static const char *const keys[] = { "site", "name", "address", "how" };
	char escaped[512];
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		printf("%s%s", i > 0 ? "  " : "", log_escape(json_string_value(json_object_get(host, keys[i])), escaped, sizeof escaped));
	puts("");
}

int cmd_host_list(const struct command *self, int argc, char **argv)
{
	const char *dir = NULL;
	int code = cmd_parse_data(self, argc, argv, &dir, NULL);
	if (code != CMD_GO_ON)
		return code;
	struct cmd_service c;
	char error[SERVICE_ERROR_BYTES];
	json_t *list = NULL;
	code = cmd_service_open(&c, dir);
	if (code == CMD_OK)
		code = cmd_service_code(service_hosts(c.service, &list, error), error);
	const json_t *items = json_object_get(list, "items");
	for (size_t i = 0; i < json_array_size(items); i++)
		print_host(json_array_get(items, i));
	json_decref(list);
	cmd_service_close(&c);
	return code;
}
