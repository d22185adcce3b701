#include "sensor/smb/bulk.h"

#include "sensor/core/cursor.h"
#include "sensor/smb/open.h"

/* What has no place in the file keeps none. */
static void move_on(struct message *m, uint64_t n)
{
	m->offset = n <= UINT64_MAX - m->offset ? m->offset + n : UINT64_MAX;
}

void bulk_data(struct conn *c, struct message *m, struct view bytes, bool is_last)
{
	struct piece piece = {
		.is_write = m->is_write, .is_last = is_last, .request = m->request, .offset = m->offset, .bytes = bytes,
		.time_ns = m->time_ns,
	};

	open_data(c, m->sink, &piece);
	move_on(m, bytes.n);
}

void bulk_lost(struct conn *c, struct message *m, uint64_t n)
{
	open_lost(c, m->sink, &(struct stretch){ .is_write = m->is_write, .offset = m->offset, .n = n }, m->time_ns);
	move_on(m, n);
}

void bulk_end(struct conn *c, struct message *m)
{
	struct answer a = { .time_ns = m->time_ns, .status = m->status };

	if (m->sink == NULL)
		return;
	if (!m->is_write)
		open_answered(c, m->sink, &(struct stretch){ .offset = m->begin, .n = m->offset - m->begin }, &a);
	open_release(c, m->sink);
	m->sink = NULL;
}

void bulk_whole(struct conn *c, struct message *m, struct view unit, const struct plan *plan)
{
	struct cursor cur = cur_of(unit);

	cur_skip(&cur, plan->head + plan->before);
	if (plan->data > 0)
		bulk_data(c, m, cur_take(&cur, plan->data), true);
	bulk_end(c, m);
}
