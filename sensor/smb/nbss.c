#include "sensor/smb/nbss.h"

#include "sensor/smb/lane.h"

/* Stands for a lane that there was no memory for: the next bytes are searched. It is never written to; a flag for it would be what
 * takes an idle connection over its 512 bytes. */
static const struct lane nowhere = { .state = LOST };

/* The direction's lane: the one kept from the last call, else ${fresh}. */
static struct lane *take_up(struct nbss *n, enum way way, struct lane *fresh)
{
	struct lane *kept = n->under_way[way];

	if (kept != NULL && kept != &nowhere)
		return kept;
	n->under_way[way] = NULL;
	*fresh = kept == NULL ? lane_begin() : lane_search();
	return fresh;
}

static void forget(struct nbss *n, const struct nbss_user *u, enum way way)
{
	if (n->under_way[way] != &nowhere)
		pool_put(u->env->pool, n->under_way[way], sizeof(struct lane));
	n->under_way[way] = NULL;
}

/* Keep ${f} until the next call, unless there is nothing to remember. Without memory the message is given up. */
static void lay_down(struct nbss *n, const struct nbss_user *u, enum way way, struct lane *f)
{
	if (lane_rest(f, u)) {
		forget(n, u, way);
		return;
	}
	if (n->under_way[way] != NULL)
		return;
	n->under_way[way] = pool_take(u->env->pool, sizeof(*f));
	if (n->under_way[way] != NULL) {
		*n->under_way[way] = *f;
		return;
	}
	count(u->env->counts, COUNT_POOL_FULL);
	lane_lose(f, u);
	n->under_way[way] = (struct lane *)(uintptr_t)&nowhere;
}

void nbss_init_midstream(struct nbss *n, const struct nbss_user *u)
{
	for (int at = FROM_OPENER; at <= FROM_OPENED; at++) {
		struct lane lost = lane_search();

		lay_down(n, u, (enum way)at, &lost);
	}
}

/* ---- what waits ---- */

/* All that waits in a direction goes on, with or without what it waits for. */
static void release(struct nbss *n, const struct nbss_user *u, enum way way)
{
	struct lane *f = n->under_way[way];

	if (f == NULL || f->state != WAITING)
		return;
	while (f->state == WAITING)
		lane_release(f, u, way);
	lay_down(n, u, way, f);
}

/* The other direction was fed: what waits in ${way} may go on. */
static void retry(struct nbss *n, const struct nbss_user *u, enum way way, int64_t now_ns)
{
	struct lane *f = n->under_way[way];

	if (f == NULL || f->state != WAITING)
		return;
	lane_retry(f, u, way);
	if (lane_is_due(f, now_ns))
		lane_release(f, u, way);
	lay_down(n, u, way, f);
}

/* ---- what lies whole in a segment ---- */

/* True if the input begins with a whole message: it lies in ${message}, without its header. Nothing is taken. */
static inline bool sees_whole(const struct feed *fd, struct view *message)
{
	struct cursor ahead = fd->in;
	uint8_t type = cur_u8(&ahead);
	uint32_t n = cur_u24be(&ahead);

	*message = cur_take(&ahead, n);
	return cur_ok(&ahead) && type == 0 && n >= LANE_MAGIC_BYTES;
}

/* Take the messages that do. True if something is left for a lane, which is then where ${fresh} is. */
static bool leave(struct feed *fd, struct lane *fresh)
{
	const struct nbss_user *u = fd->user;

	while (cur_left(&fd->in) > 0) {
		struct message m = { .time_ns = fd->time_ns };
		struct view bytes;

		if (!sees_whole(fd, &bytes)) {
			*fresh = lane_begin();
			return true;
		}
		m.left = (uint32_t)bytes.n;
		u->ops->whole(u->ctx, fd->way, &m, bytes);
		cur_skip(&fd->in, LANE_HEADER_BYTES + bytes.n - m.left);
		if (m.left > 0) {
			*fresh = lane_inside(&m);
			return true;
		}
		if (m.open != NULL)
			u->ops->message_end(u->ctx, &m);
	}
	return false;
}

/* ---- both directions ---- */

/* Most segments of a large transfer hold nothing but the next of its bulk data, and do not end them. True if these do: they are
 * handed on. */
static inline bool stream(const struct nbss_user *u, struct lane *f, struct view bytes)
{
	if (f->state != IN_BULK || f->before > 0 || bytes.n >= f->data)
		return false;
	f->data -= (uint32_t)bytes.n;
	u->ops->data(u->ctx, &f->m, bytes, false);
	return true;
}

static void feed_lane(struct nbss *n, struct lane *f, struct feed *fd)
{
	if (lane_is_due(f, fd->time_ns))
		lane_release(f, fd->user, fd->way);
	lane_feed(f, fd);
	lay_down(n, fd->user, fd->way, f);
}

void nbss_feed(struct nbss *n, const struct nbss_user *u, enum way way, struct view bytes, int64_t time_ns)
{
	struct feed fd = { .user = u, .way = way, .time_ns = time_ns, .in = cur_of(bytes) };
	struct lane *kept = n->under_way[way];
	struct lane fresh;

	if (kept == NULL && leave(&fd, &fresh))
		feed_lane(n, &fresh, &fd);
	else if (kept != NULL && !stream(u, kept, bytes))
		feed_lane(n, take_up(n, way, &fresh), &fd);
	retry(n, u, !way, time_ns);
}

void nbss_gap(struct nbss *n, const struct nbss_user *u, enum way way, uint64_t n_bytes)
{
	struct lane fresh;
	struct lane *f;

	release(n, u, way);
	f = take_up(n, way, &fresh);
	lane_gap(f, u, n_bytes);
	lay_down(n, u, way, f);
	release(n, u, !way);	/* what it waits for may have been in the hole */
}

/* It ends where its last unit does; what does not is given up. */
void nbss_inflated(const struct nbss_user *u, enum way way, struct view begin, uint32_t size, int64_t time_ns)
{
	struct message m = { .time_ns = time_ns, .left = size, .is_inflated = true };
	struct feed fd = { .user = u, .way = way, .time_ns = time_ns, .in = cur_of(begin) };
	struct lane f = lane_inside(&m);

	lane_feed(&f, &fd);
	if (size > begin.n)
		lane_gap(&f, u, size - begin.n);
	if (!lane_rest(&f, u))
		lane_lose(&f, u);
}

void nbss_fini(struct nbss *n, const struct nbss_user *u)
{
	for (int at = FROM_OPENER; at <= FROM_OPENED; at++)
		release(n, u, (enum way)at);
	for (int at = FROM_OPENER; at <= FROM_OPENED; at++) {
		enum way way = (enum way)at;

		if (n->under_way[way] != NULL && n->under_way[way] != &nowhere)
			lane_lose(n->under_way[way], u);
		forget(n, u, way);
	}
}
