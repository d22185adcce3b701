/*
 * Bulk data under way: what a read or write moves, from the message to the open it belongs to.
 *
 * The head of the message said whose they are (m->sink) and where they go; the
 * bytes follow in any number of pieces.
 */
#ifndef ASHIATO_SENSOR_SMB_BULK_H
#define ASHIATO_SENSOR_SMB_BULK_H

#include "sensor/smb/conn.h"

/* The next bytes; ${is_last} with the last. */
void bulk_data(struct conn *c, struct message *m, struct view bytes, bool is_last);

/* ${n} bytes are missing. */
void bulk_lost(struct conn *c, struct message *m, uint64_t n);

/* They are over, or will never come. */
void bulk_end(struct conn *c, struct message *m);

/* All of them at once: what ${plan} says of a unit that is there as a whole. */
void bulk_whole(struct conn *c, struct message *m, struct view unit, const struct plan *plan);

#endif
