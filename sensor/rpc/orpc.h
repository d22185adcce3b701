/*
 * ORPC: what DCOM puts around the parameters of its calls ([MS-DCOM] 2.2.13),
 * and the kinds of parameters that automation and WMI take.
 */
#ifndef ASHIATO_SENSOR_RPC_ORPC_H
#define ASHIATO_SENSOR_RPC_ORPC_H

#include "sensor/rpc/decode.h"

/* [MS-DCOM] 2.2.13.3 ORPCTHIS begins every request, 2.2.13.4 ORPCTHAT every answer. */
void orpc_this(struct decoding *d, struct ndr *n, const char *name);
void orpc_that(struct decoding *d, struct ndr *n, const char *name);

/* BSTR, a unique pointer to FLAGGED_WORD_BLOB ([MS-OAUT] 2.2.23.1). */
void orpc_bstr(struct decoding *d, struct ndr *n, const char *name);

/* The referent alone: FLAGGED_WORD_BLOB. */
void orpc_word_blob(struct decoding *d, struct ndr *n, const char *name);

/* [unique] MInterfacePointer ([MS-DCOM] 2.2.14), passed over. */
void orpc_interface(struct decoding *d, struct ndr *n, const char *name);

/* The same; the OBJREF in it, empty for a NULL pointer. */
struct view orpc_interface_pointer(struct ndr *n);

/* The referent alone. */
struct view orpc_interface_data(struct ndr *n);

/* The same; if it refers to an object of the server's, the sensor remembers which interface its id belongs to. */
void orpc_object(struct decoding *d, struct ndr *n, const char *name);

/* What an OBJREF that lies in ${objref} refers to is remembered likewise. */
void orpc_learn(struct decoding *d, struct view objref);

/* DUALSTRINGARRAY ([MS-DCOM] 2.2.19.1), where objects are: reports the first TCP binding as ${name}, and remembers that the
 * objects of ${class} (NULL: unknown) are there. */
void orpc_bindings(struct decoding *d, struct ndr *n, const char *name, const struct uuid *class);

/* The data of an object that is marshalled its own way ([MS-DCOM] 2.2.18.6 OBJREF_CUSTOM); empty when ${objref} is none. */
struct view orpc_custom_data(struct view objref);

#endif
