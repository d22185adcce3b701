/*
 * IOCTL: a message to a pipe and its answer in one exchange.
 *
 * [MS-SMB2] 2.2.31, 2.2.32; of all control codes only FSCTL_PIPE_TRANSCEIVE
 * carries what a pipe says. The others yield no fact.
 */
#ifndef ASHIATO_SENSOR_SMB_IOCTL_H
#define ASHIATO_SENSOR_SMB_IOCTL_H

#include "sensor/smb/smb2.h"

bool ioctl_smb2_request(struct conn *c, const struct smb2_request *r);
enum finish ioctl_smb2_finish(struct conn *c, struct pending *p, const struct answer *a);

#endif
