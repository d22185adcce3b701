/*
 * SMB1 transactions with a pipe: TRANSACTION ([MS-CIFS] 2.2.4.33) with the
 * subcommands of 2.2.5 that move data, its secondary requests (2.2.4.34) and
 * answers in several messages. One without a subcommand may be a call of the
 * Remote Administration Protocol (rap.h). Others yield no fact.
 */
#ifndef ASHIATO_SENSOR_SMB_TRANSACTION_H
#define ASHIATO_SENSOR_SMB_TRANSACTION_H

#include "sensor/smb/assembly.h"

bool transaction_request(struct conn *c, const struct smb1_block *b);
bool transaction_secondary(struct conn *c, const struct smb1_block *b);

/* What TRANSACTION and TRANSACTION2 have in common: requests, secondary ones and answers. */
bool transaction_request_parse(const struct smb1_block *b, struct transaction_part *out);
bool transaction_secondary_parse(const struct smb1_block *b, struct transaction_part *out);
bool transaction_answer_parse(const struct smb1_block *b, struct transaction_part *out);

/* The name of row ${i} of the subcommands; NULL past the last. */
const char *transaction_name(size_t i);

#endif
