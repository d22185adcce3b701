/*
 * Negotiation: which dialect two hosts agree on, and what they say of themselves.
 *
 * [MS-CIFS] 2.2.4.52, [MS-SMB] 2.2.4.5, [MS-SMB2] 2.2.3, 2.2.4; an SMB1 request
 * may be answered by SMB2 ([MS-SMB2] 3.3.5.3).
 */
#ifndef ASHIATO_SENSOR_SMB_NEGOTIATE_H
#define ASHIATO_SENSOR_SMB_NEGOTIATE_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

enum { NEGOTIATE_SMB1_COMMAND = 0x72 };

bool negotiate_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish negotiate_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);
bool negotiate_smb2_request(struct conn *c, const struct smb2_request *r);
/* ${p} may be an SMB1 request. */
enum finish negotiate_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

/* The name of the dialect agreed on, for an event; NULL when it was not seen. */
char *negotiate_dialect(struct conn *c);

/* Row ${i} of the dialects and of the ciphers that have a name; NULL past the last. */
const char *negotiate_known_dialect(size_t i);
const char *negotiate_known_cipher(size_t i);

#endif
