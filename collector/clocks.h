/*
 * Hosts of server logs as matching sees them: which of their clocks tell of an
 * address, and how far each is from UTC. Between the store's rows and the pure
 * ledger.
 */
#ifndef ASHIATO_COLLECTOR_CLOCKS_H
#define ASHIATO_COLLECTOR_CLOCKS_H

#include "collector/baseline/ledger.h"
#include "collector/store/store.h"

enum { CLOCK_NAME_BYTES = 256 };

/* A clock that owns its names. */
struct clock_row {
	struct ledger_clock clock;
	bool is_stream;
	enum store_tie tie;	/* how surely it has the address */
	char host[CLOCK_NAME_BYTES], source[STORE_SOURCE_BYTES];
	char rival[CLOCK_NAME_BYTES];	/* "": none */
};

/* How far ${h} shows by itself to be from UTC and how that is known; the explicit setting wins over logons, those over what stands
 * beside the times. LEDGER_UNKNOWN: 0. */
enum ledger_how clocks_own_offset(const struct store_log_host *h, int64_t *offset_ns);

/* The same, by the other clocks of its source where it shows nothing. */
enum ledger_how clocks_offset(struct store_tx *tx, const struct store_log_host *h, int64_t *offset_ns);

/* True if logons would put the clock of ${h} at ${offset_ns}, hours from the zone it writes: not believed until a person says so. */
bool clocks_suspected_offset(const struct store_log_host *h, int64_t *offset_ns);

/* The clocks of the hosts of ${site} that have ${where}'s address, at most LEDGER_CLOCKS: those whose logs reach nearest to its
 * span (UTC). How many. A stream that claims an address which another host has more surely is disputed; which
 * another has as surely, its rival. Texts are the rows'. What a log says of times
 * after it was heard last it cannot know: it ends there. */
size_t clocks_at(struct store_tx *tx, int64_t site, const struct store_endpoint *where, int64_t now_ns,
		 struct clock_row rows[LEDGER_CLOCKS]);

/* A stream that was silent for longer does not live: nobody waits for it. 24 h. */
extern const int64_t clocks_alive_ns;

/* One whose sender says that it lives is missed sooner: 15 min. */
extern const int64_t clocks_beat_ns;

/* How long before its first record a host's log is taken to go on in the file of a collector that lived: 60 s. A quiet server writes
 * less often; but an agent that began just then would be taken for one whose log was erased. */
extern const int64_t clocks_lull_ns;

#endif
