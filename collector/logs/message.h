/*
 * The text of a Windows event, where an export carries nothing else: in
 * English, that of a logon in Japanese too. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_MESSAGE_H
#define ASHIATO_COLLECTOR_LOGS_MESSAGE_H

#include "collector/logs/fields.h"

/* Set the fields that ${f}'s message tells: "Label:<tabs>value" lines under "Section:" lines. What is there already stays.
 * How many lines it knew: 0 is a text in words that are not known. */
size_t log_message_read(struct log_fields *f);

#endif
