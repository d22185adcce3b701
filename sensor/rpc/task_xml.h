/*
 * The XML of a scheduled task ([MS-TSCH] 2.5), as far as it says what runs.
 *
 * No XML parser: a scan for the text of elements by name, in one pass each,
 * that knows what may stand between (comments, CDATA, processing instructions)
 * and what text may look like (entities, character references), so that none
 * of these hides a command or feigns one. It checks nothing else.
 */
#ifndef ASHIATO_SENSOR_RPC_TASK_XML_H
#define ASHIATO_SENSOR_RPC_TASK_XML_H

#include "sensor/core/arena.h"
#include "sensor/rpc/ndr.h"

struct task_xml {
	struct ndr n;	/* over UTF-16 in the byte order of the request */
};

struct task_xml task_xml_of(struct view utf16, bool is_big_endian);

/* The text of the next element ${name} (ASCII), ${x} behind it. NULL when there is none or the arena is full. */
char *task_xml_text(struct task_xml *x, struct arena *a, const char *name);

/* The same as a view, for looking into an element. False when there is none. */
bool task_xml_element(struct task_xml *x, const char *name, struct view *content);

#endif
