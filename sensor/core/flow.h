/*
 * The table of TCP connections: who is there, and who has to go.
 *
 * A flow is found by its two ends, whichever way a packet goes and whatever
 * VLAN it carries: a mirror port on a routed trunk shows one direction in one
 * VLAN and the other in another, or every packet once in both.
 * The table knows no protocol; it keeps each flow in one of four lists so
 * that its owner can say who goes first when memory or the table is full:
 * flows that carry nothing of interest go before those that do. Everything
 * lives in the pool. The hash is keyed, so that nobody outside can aim at one bucket.
 */
#ifndef ASHIATO_SENSOR_CORE_FLOW_H
#define ASHIATO_SENSOR_CORE_FLOW_H

#include "sensor/core/handoff.h"
#include "sensor/core/ip.h"
#include "sensor/core/pool.h"
#include "sensor/core/stream.h"
#include "sensor/core/tcp.h"

enum flow_list {
	FLOW_PLAIN,	/* no protocol of ours, none yet, or over */
	FLOW_CLAIMED,	/* carries a protocol of ours */
	FLOW_DUE,	/* the same, and something is due soon: a hole to give up, a reset to believe */
	FLOW_DEAR,	/* it came to be evicted and was found to hold what an incident needs */
	N_FLOW_LISTS
};

/* What names a connection. Compared as bytes, so there is no padding. */
struct flow_key {
	uint8_t address[2][16];	/* the smaller (address, port) is side 0 */
	uint16_t port[2];
	uint32_t address_bytes;	/* 4 or 16 */
};

/* What a connection has come to. */
enum flow_state {
	FLOW_UNDECIDED,	/* no payload, or too little to tell the protocol */
	FLOW_CARRIES,	/* a protocol of ours */
	FLOW_IGNORED,	/* another */
	FLOW_OVER,	/* ended; remembered so that a retransmission does not begin a new one */
};

struct opening;

/* At most 272 bytes, so that with its protocol an idle connection stays under 512. What every packet needs comes first, so that
 * it touches three lines of the processor's cache and not four. */
struct flow {
	struct flow_key key;
	struct flow *chain;		/* next in the bucket */
	struct conn *conn;		/* FLOW_CARRIES: the protocol's state */
	uint8_t list;			/* enum flow_list */
	uint8_t state;			/* enum flow_state */
	uint8_t protocol;		/* FLOW_CARRIES: which one, its place in connections.protocols */
	uint8_t opener_side : 1;	/* the side of key that FROM_OPENER comes from */
	bool has_handshake : 1;		/* a SYN was seen */
	bool has_pending_isn : 1;
	bool has_reset : 1;		/* a RST was seen, sent ${reset_way} */
	uint8_t reset_way : 1;
	uint32_t pending_isn;		/* of a SYN that came while the connection was open */
	int64_t last_ns;		/* packet time */
	int64_t listed_ns;		/* when it was last moved to the front of its list */
	struct stream stream[2];	/* by enum way */
	uint64_t packets[2];
	uint64_t bytes[2];		/* TCP payload on the wire */
	int64_t first_ns;		/* packet time */
	struct flow *newer, *older;	/* in its list */
	struct opening *opening;	/* FLOW_UNDECIDED: first bytes; NULL while there are none */
	uint16_t vlan[2];		/* by enum way: the tag of what that end sends; 0: none */
	uint8_t mac[2][6];		/* by enum way; all zero: unknown */
	struct tcp_ends ends;		/* FLOW_CARRIES: what the protocol knows of the connection */
};

_Static_assert(sizeof(struct flow) <= 272, "a flow fits its size class");

/* The side of the key that ${way} comes from. */
static inline uint8_t flow_side(const struct flow *f, enum way way)
{
	return way == FROM_OPENER ? f->opener_side : !f->opener_side;
}

struct flow_table;

/* At most ${capacity} flows; ${seed} keys the hash. NULL when memory is short. */
struct flow_table *flow_table_new(struct pool *pool, uint32_t capacity, const uint64_t seed[2]);

/* Frees the table; flows still in it must have been removed. */
void flow_table_free(struct flow_table *t);

/* The key of a packet, and which side of it sent the packet. */
struct flow_key flow_key_of(const struct ip *ip, const struct tcp *tcp, uint8_t *sender_side);

/* Where a packet belongs in a table; good as long as the table is. */
struct flow_place {
	struct flow_key key;
	uint32_t bucket;
	uint8_t sender_side;	/* the side of key that sent it */
};

void flow_place_of(const struct flow_table *t, const struct ip *ip, const struct tcp *tcp, struct flow_place *out);

/* Begin to fetch (fetch.h) the flows at the ${n} ${places}: their buckets all together, then what these name. ${flows} gets those
 * that flow_at will look at first, nearly always the ones it finds; how many there are. */
size_t flow_fetch(const struct flow_table *t, const struct flow_place *const places[], size_t n, const struct flow *flows[]);

/* The flow at ${place}, or NULL. */
struct flow *flow_at(const struct flow_table *t, const struct flow_place *place);

/* The flow with this key, or NULL. */
struct flow *flow_find(struct flow_table *t, const struct flow_key *key);

/* A new flow, in front of FLOW_PLAIN. NULL when the table or the pool is full. */
struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t now_ns);

/* Take ${f} out of the table and free it; what hangs on it must be gone already. */
void flow_remove(struct flow_table *t, struct flow *f);

/* Move ${f} to the front of ${list}. */
void flow_move(struct flow_table *t, struct flow *f, enum flow_list list, int64_t now_ns);

#define FLOW_TOUCH_EVERY_NS INT64_C(1000000000)

/* ${f} had a packet at ${now_ns}: to the front of its list, at most once a
 * second (the order by age is that exact, and most packets touch one flow only).
 * FLOW_DUE stays in the order in which flows came into it. */
static inline void flow_touch(struct flow_table *t, struct flow *f, int64_t now_ns)
{
	f->last_ns = now_ns;
	if (f->list != FLOW_DUE && now_ns - f->listed_ns >= FLOW_TOUCH_EVERY_NS)
		flow_move(t, f, (enum flow_list)f->list, now_ns);
}

/* The flow that has been in ${list} longest without moving; NULL when it is empty. */
struct flow *flow_oldest(const struct flow_table *t, enum flow_list list);

/* True if a flow of FLOW_DUE did not move since ${due_ns}, or one of another list since ${other_ns}. */
bool flow_is_any_older(const struct flow_table *t, int64_t due_ns, int64_t other_ns);

uint32_t flow_table_n(const struct flow_table *t);

#endif
