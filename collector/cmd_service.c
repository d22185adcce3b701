#include "collector/cmd_service.h"

const struct service_session cmd_service_user = { .user = "command line" };

int cmd_service_open(struct cmd_service *c, const char *dir)
{
	char error[SERVICE_ERROR_BYTES];
	*c = (struct cmd_service){ .store = cmd_open_data(dir) };
	if (c->store == NULL)
		return CMD_FAILED;
	c->pipeline = pipeline_new(c->store, error, sizeof error);
	if (c->pipeline != NULL)
		c->service = service_new(c->store, c->pipeline, error, sizeof error);
	return c->service != NULL ? CMD_OK : cmd_failed("%s", error);
}

void cmd_service_close(struct cmd_service *c)
{
	service_free(c->service);
	pipeline_free(c->pipeline);
	store_close(c->store);
}

int cmd_service_code(enum answer answer, const char *error)
{
	if (answer == ANSWER_OK)
		return CMD_OK;
	return answer == ANSWER_BAD_REQUEST ? cmd_misused("%s", error) : cmd_failed("%s", error);
}
