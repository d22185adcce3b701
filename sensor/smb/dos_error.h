/*
 * SMB1 error classes and codes as NTSTATUS.
 */
#ifndef ASHIATO_SENSOR_SMB_DOS_ERROR_H
#define ASHIATO_SENSOR_SMB_DOS_ERROR_H

#include <stdint.h>

/*
 * The NTSTATUS that [MS-CIFS] 2.2.2.4 gives for ${error}, the Status field of a
 * message without SMB_FLAGS2_NT_STATUS (class in the low byte, code in the high
 * half). Where it gives none, ${error} itself: 2.2.1.5 defines the CIFS-specific
 * codes to be wire-identical.
 */
uint32_t dos_error_status(uint32_t error);

#endif
