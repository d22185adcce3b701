/*
 * [keep]: writes copies of files into the quarantine folder for [parse], which
 * may open nothing. There is one only with --extract.
 *
 * What it can be made to do. It reads the bytes of files, which are hostile,
 * and hashes and writes them; it parses nothing of them. Of [parse] it takes
 * records of six octets and their bytes (courier.h), no name, path, size or
 * digest: whoever takes [parse] over can at most fill the folder, to its cap,
 * with files named by what [keep] itself has hashed. It has neither packets
 * nor key, socket or spool; it is unprivileged, starts nothing, connects
 * nowhere, can open for writing and remove what is in that folder and read or
 * execute nothing anywhere (Landlock, sandbox.h; a filter, confine.h; where
 * the kernel has neither, it says so and its user alone holds it). All it
 * makes has mode 0400: neither it nor its umask can be talked into more.
 */
#ifndef ASHIATO_SENSOR_KEEP_H
#define ASHIATO_SENSOR_KEEP_H

#include "sensor/core/handoff.h"

struct quarantine;

enum { KEEP_NOT_STARTED = 2 };	/* an exit status: it could not give up its rights, or not write */

/* Give up all rights but those on the folder of ${q}, as the user named ${user} (NULL: nobody) when started as root, then keep
 * what comes on ${fd}, a SOCK_SEQPACKET socket, until its other end is closed. Returns the process's exit status. */
int keep_run(struct quarantine *q, const char *user, int fd);

/* The work of it, and nothing about rights: give ${keeper} what comes on ${fd}. False when something came that is no record, or
 * the socket failed. */
bool keep_serve(const struct file_keeper *keeper, int fd);

#endif
