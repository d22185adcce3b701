/*
 * What clients rarely do, and intruders may: conversations of the commands,
 * functions, classes and control codes that the common ones leave out.
 */
#ifndef ASHIATO_TESTS_SMB_RARE_H
#define ASHIATO_TESTS_SMB_RARE_H

#include "tests/lib/smb_kit.h"

/* SMB2 and SMB3: links, copies on the server, create contexts. */
void smb_rare_smb2(smb_tell_fn tell, void *ctx);

/* SMB1: its oldest commands, every function of a transaction that yields a fact. */
void smb_rare_smb1(smb_tell_fn tell, void *ctx);

/* Append a create context ([MS-SMB2] 2.2.13.2) to the list that begins at ${list} of the message; the last one ends it. */
void smb_rare_context(struct smb_message *m, size_t list, const void *name, size_t n_name, const void *data, size_t n_data);

#endif
