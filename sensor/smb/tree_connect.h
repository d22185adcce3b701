/*
 * Tree connect and disconnect: which share is meant by a tree id.
 *
 * [MS-CIFS] 2.2.4.50, 2.2.4.55, [MS-SMB] 2.2.4.7, [MS-SMB2] 2.2.9 to 2.2.12.
 */
#ifndef ASHIATO_SENSOR_SMB_TREE_CONNECT_H
#define ASHIATO_SENSOR_SMB_TREE_CONNECT_H

#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"

bool tree_connect_smb1_request(struct conn *c, const struct smb1_block *b);
enum finish tree_connect_smb1_finish(struct conn *c, struct pending *p, const struct answer *a);
bool tree_connect_core_request(struct conn *c, const struct smb1_block *b);
enum finish tree_connect_core_finish(struct conn *c, struct pending *p, const struct answer *a);
bool tree_connect_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish tree_connect_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

bool tree_connect_smb1_end(struct conn *c, const struct smb1_block *b);
bool tree_connect_end_request(struct conn *c, const struct smb2_request *r);
enum finish tree_connect_end_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
