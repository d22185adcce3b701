/*
 * Raw mode: data that travel as a message of their own, without a header.
 *
 * READ_RAW ([MS-CIFS] 2.2.4.22) is answered by nothing but the data, WRITE_RAW
 * (2.2.4.25) by leave to send them. What they belong to is the request that
 * waits; there can be only one.
 */
#ifndef ASHIATO_SENSOR_SMB_RAW_H
#define ASHIATO_SENSOR_SMB_RAW_H

#include "sensor/smb/smb1.h"

bool raw_read_request(struct conn *c, const struct smb1_block *b);
enum finish raw_read_finish(struct conn *c, struct pending *p, const struct answer *a);
bool raw_write_request(struct conn *c, const struct smb1_block *b);
enum finish raw_write_finish(struct conn *c, struct pending *p, const struct answer *a);

/* True if a message without a header is what comes next. */
bool raw_is_awaited(struct conn *c);

/* It is here: ${head} are its first bytes, the rest follows piece by piece. */
void raw_data(struct conn *c, struct message *m, struct view head);

#endif
