/*
 * DCE/RPC: who called which operation of which interface, and with what.
 *
 * One association is one conversation of PDUs, over a named pipe that smb/
 * hands on (rpc_pipe_ops) or over a TCP connection of its own (rpc_conn_ops).
 * Emits rpc.bind and rpc.call, never judges them, decrypts nothing, and knows
 * neither SMB nor how a token is read.
 */
#ifndef ASHIATO_SENSOR_RPC_RPC_H
#define ASHIATO_SENSOR_RPC_RPC_H

#include "sensor/core/handoff.h"

extern const struct pipe_ops rpc_pipe_ops;

/* Claims port 135, and any port on which the first bytes are a bind or a
 * request: that is how dynamic ports are found. */
extern const struct conn_ops rpc_conn_ops;

/* Claims connections that carry RPC inside HTTP; they are named and counted only. */
extern const struct conn_ops rpc_http_conn_ops;

#endif
