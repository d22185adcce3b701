/*
 * Each SMB command as a JSON object: what its header says, and nothing of what
 * it is about. Events tell an exchange only where it yields a fact; here are
 * all, so that any request can be held against its response by their ids.
 */
#ifndef ASHIATO_SENSOR_COMMANDS_H
#define ASHIATO_SENSOR_COMMANDS_H

#include "sensor/core/handoff.h"

#include <jansson.h>

/* ${command} as an object (new reference) with the keys of schema/events.md, null where it has nothing to say. NULL when memory is
 * short. */
json_t *commands_json(const struct smb_command *command);

#endif
