/*
 * The framer: a byte stream cut back into PDUs.
 *
 * One per direction of an association. Bytes come in any cut: half a header,
 * one PDU in five SMB writes, five PDUs in one. A PDU that lies whole in what
 * came is handed on from there; only a split one is copied, into a block of
 * its own size. After a hole, or where no PDU begins, it looks for the next
 * plausible header, octet by octet, so that the cut makes no difference.
 */
#ifndef ASHIATO_SENSOR_RPC_FRAMER_H
#define ASHIATO_SENSOR_RPC_FRAMER_H

#include "sensor/core/handoff.h"
#include "sensor/rpc/pdu.h"

struct framer {
	uint8_t window[PDU_HEADER_BYTES];	/* a header that has not come whole; while lost, the last octets */
	uint8_t *block;		/* of the pool: a PDU of known length that has not come whole */
	uint32_t block_bytes;
	uint32_t n_held;	/* octets in window, or in block once there is one */
	uint32_t n_to_skip;	/* octets left of a PDU that the pool had no room for */
	bool is_lost;		/* looking for a header */
	int64_t held_since_ns;	/* when the first of the held octets came */
};

/* Who gets the PDUs. */
struct framer_user {
	/* One whole PDU; ${time_ns} is when its first octet came. */
	void (*each)(void *ctx, struct view pdu, int64_t time_ns);
	void *ctx;
};

/* Give ${user} every PDU that ${bytes} complete. */
void framer_feed(struct framer *f, struct env *env, struct view bytes, int64_t time_ns, const struct framer_user *user);

/* Octets are missing here, or the stream is taken up in its middle. */
void framer_lose(struct framer *f, struct env *env);

void framer_fini(struct framer *f, struct env *env);

#endif
