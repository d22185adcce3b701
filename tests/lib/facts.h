/*
 * Events for tests, built by hand: a small session of administrator acts. The
 * events and everything in them belong to the batch.
 */
#ifndef ASHIATO_TESTS_LIB_FACTS_H
#define ASHIATO_TESTS_LIB_FACTS_H

#include "events.pb-c.h"

#include <stdint.h>

/* A batch that begins at ${first_seq}; facts_free releases it. */
Ev__EventBatch *facts_new(uint64_t epoch, uint64_t first_seq);
void facts_free(Ev__EventBatch *batch);

/* Who speaks to whom in the facts added from now on: addresses as text, times in seconds. */
struct facts_session {
	const char *client, *server;
	uint32_t port;			/* the client's; names the connection */
	uint64_t session_id;
	int64_t second;			/* of the next fact; each one moves it on by one */
};

/* Add one fact and give it back for changes. */
Ev__Event *facts_logon(Ev__EventBatch *batch, struct facts_session *s, const char *domain, const char *user);
Ev__Event *facts_tree(Ev__EventBatch *batch, struct facts_session *s, const char *share);
Ev__Event *facts_call(Ev__EventBatch *batch, struct facts_session *s, const char *interface, const char *operation, uint32_t opnum);
Ev__Event *facts_write(Ev__EventBatch *batch, struct facts_session *s, const char *share, const char *path);
Ev__Event *facts_flow_end(Ev__EventBatch *batch, struct facts_session *s);

/* A service installed and started on the server: logon, both trees, the executable, three calls, the flow's end. Eight facts. */
void facts_psexec(Ev__EventBatch *batch, struct facts_session *s, const char *user);

#endif
