/*
 * The Remote Administration Protocol ([MS-RAP]): what LAN Manager asked of a
 * server, its shares, users, groups, sessions and services, in SMB1
 * transactions with \PIPE\LANMAN, which is no pipe. Each call becomes smb.rap.
 *
 * A request says how its own parameters look (2.5.1: one character each), so
 * that names and level are read of every call, known or not.
 */
#ifndef ASHIATO_SENSOR_SMB_RAP_H
#define ASHIATO_SENSOR_SMB_RAP_H

#include "sensor/smb/assembly.h"

/* A transaction without a setup, of any name. */
bool rap_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
enum finish rap_finish(struct conn *c, struct pending *p, const struct answer *a);

/* The name of row ${i} of the calls; NULL past the last. */
const char *rap_name(size_t i);

#endif
