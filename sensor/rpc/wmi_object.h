/*
 * WMI objects as they travel ([MS-WMIO]): the class of an object, and the text
 * of one of its properties. Everything else is passed over.
 *
 * An object carries its class part (names and places of the properties, with a
 * heap of strings), then its own values with a heap of their own. Octets are
 * packed without alignment, little-endian, references count from their heap.
 */
#ifndef ASHIATO_SENSOR_RPC_WMI_OBJECT_H
#define ASHIATO_SENSOR_RPC_WMI_OBJECT_H

#include "sensor/core/arena.h"

/* The class name of the object in ${encoding}, an EncodingUnit; NULL when it cannot be read or the arena is full. */
char *wmi_object_class(struct view encoding, struct arena *a);

/* The value of the string property ${name} of the instance in ${encoding}; NULL when it has none. */
char *wmi_object_text(struct view encoding, struct arena *a, const char *name);

#endif
