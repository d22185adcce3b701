/*
 * The name of a step that is an RPC call: interface in lower case, a point,
 * operation in snake case without the endings that only say which alphabet or
 * word size the caller was compiled for (A, W, WOW64, Ex). One act, one name:
 * CreateServiceA, CreateServiceW and CreateServiceWOW64W are all
 * svcctl.create_service.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_OPNAME_H
#define ASHIATO_COLLECTOR_DETECT_OPNAME_H

#include <stddef.h>
#include <stdint.h>

enum { OPNAME_BYTES = 128 };	/* the longest of schema/rpc-operations.csv takes 77 */

/* Write the step's name into ${out}; longer ones are cut. ${operation} NULL: "interface.opnum_${opnum}". */
void opname_step(char out[OPNAME_BYTES], const char *interface, const char *operation, uint32_t opnum);

#endif
