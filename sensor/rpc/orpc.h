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

/* ${objref} carries data of the class ${class} marshalled its own way ([MS-DCOM] 2.2.18.6 OBJREF_CUSTOM):
 * those data, empty when it does not. */
struct view orpc_custom_data(struct view objref, const struct uuid *class);

#endif
