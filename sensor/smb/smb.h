/*
 * SMB on a TCP connection: byte streams in, smb.* events out.
 *
 * Reads NetBIOS session framing (RFC 1002 4.3) and direct TCP ([MS-SMB2] 2.1),
 * SMB1 ([MS-CIFS], [MS-SMB]) and SMB2/3 ([MS-SMB2]). What travels inside opened
 * files and pipes goes on to env->files and env->pipes as it comes; security
 * tokens are read by env->read_token. It knows nothing of TCP, of NTLM or of
 * RPC, does no I/O and knows no clock.
 */
#ifndef ASHIATO_SENSOR_SMB_SMB_H
#define ASHIATO_SENSOR_SMB_SMB_H

#include "sensor/core/handoff.h"

extern const struct conn_ops smb_conn_ops;

#endif
