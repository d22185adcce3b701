/*
 * user add, user password: who may look at the dashboard.
 */
#include "collector/cmd.h"

#include "collector/service_parts.h"

#include <stdio.h>
#include <string.h>

/* One line of standard input. */
static int read_password(char out[SERVICE_PASSWORD_MAX + 2])
{
	if (fgets(out, SERVICE_PASSWORD_MAX + 2, stdin) == NULL)
		return cmd_misused("--password -: there is nothing on standard input");
	out[strcspn(out, "\r\n")] = '\0';
	return CMD_OK;
}

typedef enum answer (*set_fn)(struct service *s, const char *name, const char *password, char error[SERVICE_ERROR_BYTES]);

static int set_in(struct store *store, set_fn set, const char *name, const char *password)
{
	char error[SERVICE_ERROR_BYTES];
	struct pipeline *pipeline = pipeline_new(store, error, sizeof error);
	struct service *service = pipeline != NULL ? service_new(store, pipeline, error, sizeof error) : NULL;
	int code = CMD_OK;
	if (service == NULL || set(service, name, password, error) != ANSWER_OK)
		code = cmd_failed("%s", error);
	service_free(service);
	pipeline_free(pipeline);
	return code;
}

static int run(const struct command *self, int argc, char **argv, set_fn set)
{
	const char *dir = NULL, *from = NULL;
	const struct cmd_option options[] = {
		{ "--data", &dir, NULL, true },
		{ "--password", &from, NULL, false },
	};
	const char *word[1];
	struct cmd_words name = { word, 0, 1, 1, 1 };
	int code = cmd_parse(self, argc, argv, options, 2, &name);
	if (code != CMD_GO_ON)
		return code;
	char password[SERVICE_PASSWORD_MAX + 2];
	if (from != NULL && strcmp(from, "-") != 0)
		return cmd_misused("--password: only - is there (one line of standard input): arguments are seen by all users");
	struct store *store = cmd_open_data(dir);
	if (store == NULL)
		return CMD_FAILED;
	service_random_password(password);
	code = from != NULL ? read_password(password) : CMD_OK;
	if (code == CMD_OK)
		code = set_in(store, set, word[0], password);
	if (code == CMD_OK && from == NULL)
		printf("user %s, password %s (shown only now)\n", word[0], password);
	store_close(store);
	return code;
}

int cmd_user_add(const struct command *self, int argc, char **argv)
{
	return run(self, argc, argv, service_user_add);
}

int cmd_user_password(const struct command *self, int argc, char **argv)
{
	return run(self, argc, argv, service_user_password);
}
