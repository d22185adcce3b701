/*
 * Signs that somebody hides on a connection: counters that a client and a server who mean what they send leave at
 * zero, as long as the capture is whole. A flow.summary lists those that counted while its connection was read, so
 * that one may ask about this connection, not about the sensor.
 */
#ifndef ASHIATO_SENSOR_CORE_SIGNS_H
#define ASHIATO_SENSOR_CORE_SIGNS_H

#include "sensor/core/counts.h"

/* In the order of counts.def; a set of them is a uint16_t. */
#define SIGNS(X) \
	X(TCP_CHECKSUM) X(TCP_HOPS) X(TCP_NO_ACK) X(TCP_OUT_OF_WINDOW) X(TCP_OVERLAP) X(NBSS_MALFORMED) X(SMB1_CHAIN_CUT) \
	X(SMB1_TRANSACTION_CUT) X(SMB2_COMPRESSED_UNREAD) X(SMB_OVERSIZE) X(SMB_TABLE_FULL) X(SMB_UNASKED) X(SMB_WRONG_WAY) \
	X(RPC_CALL_CUT) X(RPC_TABLE_FULL) X(RPC_UNASKED)

enum sign {
#define SIGN(id) SIGN_##id,
	SIGNS(SIGN)
#undef SIGN
	N_SIGNS
};

_Static_assert(N_SIGNS <= 16, "a set of signs fits 16 bits");

/* Those that counted since this was last asked. */
uint16_t signs_take(struct counts *c);

/* Their counter's name. */
const char *sign_name(enum sign sign);

#endif
