/*
 * Transfers: what was written to a file, or read from it.
 *
 * Fed with the data of every read and write of one open, in whatever order it
 * travels; emits one smb.transfer per direction when the file is closed: which
 * bytes were seen, whether these are all, what kind of file they make, and
 * their SHA-256. It knows files and offsets, not SMB.
 *
 * Hashing and refusals. Clients send many writes before the first answer, so
 * data is hashed as it comes, not when it is accepted. If a write is then
 * refused, its bytes count as not seen, and if some of them were hashed there
 * is no digest, unless everything so far was refused: then it begins anew.
 * Bytes that are written twice leave no digest either: which version the file
 * holds in the end depends on both. A digest that is reported is always that
 * of the whole file as accepted.
 */
#ifndef ASHIATO_SENSOR_FILE_TRANSFER_H
#define ASHIATO_SENSOR_FILE_TRANSFER_H

#include "sensor/core/handoff.h"

extern const struct file_ops transfer_ops;

#endif
