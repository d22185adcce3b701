/*
 * Files inside the binary: migrations, catalogue and profiles in the
 * collector, the dashboard's files in web. proto/base/embed.awk writes them as
 * assembler with .incbin; the order is that of the names.
 */
#ifndef ASHIATO_PROTO_BASE_EMBEDDED_H
#define ASHIATO_PROTO_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name;	/* "schema/catalogue.json", "index.html"; NULL ends a list */
	const char *bytes;	/* followed by a NUL that size does not count */
	size_t size;
};

extern const struct embedded_file embedded_schema[];	/* schema/: SQL, JSON, openapi.yaml */
extern const struct embedded_file embedded_ui[];	/* build/ui/ */

#endif
