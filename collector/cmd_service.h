/*
 * A service on somebody's data, for one command: what a person may do in the
 * dashboard he may do on the command line, with the same answers.
 */
#ifndef ASHIATO_COLLECTOR_CMD_SERVICE_H
#define ASHIATO_COLLECTOR_CMD_SERVICE_H

#include "collector/cmd.h"
#include "collector/service_parts.h"

/* Whoever may read the data: the author of what a command changes. */
extern const struct service_session cmd_service_user;

struct cmd_service {
	struct store *store;
	struct pipeline *pipeline;
	struct service *service;
};

/* Open the data of ${dir}. CMD_OK, or, with everything said, the code to exit with; close it in either case. */
int cmd_service_open(struct cmd_service *c, const char *dir);
void cmd_service_close(struct cmd_service *c);

/* The code to exit with for ${answer}; what went wrong is said. */
int cmd_service_code(enum answer answer, const char *error);

#endif
