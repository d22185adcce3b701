#include "sensor/file/ranges.h"

bool ranges_want_rows(const struct ranges *r)
{
	return r->row == r->few && r->n == LIMIT_RANGES;
}

void ranges_lend(struct ranges *r, struct range *rows, uint32_t n)
{
	for (uint32_t i = 0; i < r->n; i++)
		rows[i] = r->row[i];
	r->row = rows;
	r->n_rows = n;
}

struct range *ranges_rows_lent(const struct ranges *r)
{
	return r->row != r->few ? r->row : NULL;
}

void ranges_clear(struct ranges *r)
{
	r->n = 0;
	r->is_full = false;
	r->left_out = r->left_out_end = 0;
}

/* The first row that ends at or behind ${at}; n when all end before. */
static uint32_t first_reaching(const struct ranges *r, uint64_t at)
{
	uint32_t i = r->n;

	while (i > 0 && r->row[i - 1].end >= at)
		i--;
	return i;
}

/* Replace the rows [${from}, ${to}) by ${n} rows, ${with}. The caller has seen to the room. */
static void replace(struct ranges *r, uint32_t from, uint32_t to, const struct range *with, uint32_t n)
{
	uint32_t n_behind = r->n - to;

	if (from + n > to)
		for (uint32_t i = n_behind; i > 0; i--)
			r->row[from + n + i - 1] = r->row[to + i - 1];
	else
		for (uint32_t i = 0; i < n_behind; i++)
			r->row[from + n + i] = r->row[to + i];
	for (uint32_t i = 0; i < n; i++)
		r->row[from + i] = with[i];
	r->n = from + n + n_behind;
}

static bool goes_on(const struct ranges *r, uint64_t begin, uint64_t end)
{
	return r->n > 0 && r->row[r->n - 1].end == begin && begin < end;
}

/* There is no row for [${begin}, ${end}). */
static void leave_out(struct ranges *r, uint64_t begin, uint64_t end)
{
	r->is_full = true;
	r->left_out += end - begin < UINT64_MAX - r->left_out ? end - begin : UINT64_MAX - r->left_out;
	r->left_out_end = end > r->left_out_end ? end : r->left_out_end;
}

static bool insert(struct ranges *r, uint64_t begin, uint64_t end)
{
	uint32_t from = first_reaching(r, begin), to = from;
	struct range merged = { begin, end };

	if (begin >= end)
		return true;
	if (r->row == NULL) {
		r->row = r->few;
		r->n_rows = LIMIT_RANGES;
	}
	for (; to < r->n && r->row[to].begin <= end; to++) {
		merged.begin = r->row[to].begin < merged.begin ? r->row[to].begin : merged.begin;
		merged.end = r->row[to].end > merged.end ? r->row[to].end : merged.end;
	}
	if (from == to && r->n == r->n_rows) {
		leave_out(r, begin, end);
		return false;
	}
	replace(r, from, to, &merged, 1);
	return true;
}

bool ranges_add(struct ranges *r, uint64_t begin, uint64_t end)
{
	if (!goes_on(r, begin, end))
		return insert(r, begin, end);
	r->row[r->n - 1].end = end;
	return true;
}

static uint64_t bytes_in_rows(const struct ranges *r)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < r->n; i++)
		n += r->row[i].end - r->row[i].begin;
	return n;
}

/* Of [${begin}, ${end}), ${n} bytes were in rows: the others can only be among what was left out. */
static void forget_left_out(struct ranges *r, uint64_t begin, uint64_t end, uint64_t n)
{
	uint64_t reach = end < r->left_out_end ? end : r->left_out_end, others;

	if (reach <= begin)
		return;
	others = reach - begin > n ? reach - begin - n : 0;
	r->left_out -= others < r->left_out ? others : r->left_out;
	if (end >= r->left_out_end)
		r->left_out_end = r->left_out > 0 ? begin : 0;
}

static void remove_rows(struct ranges *r, uint64_t begin, uint64_t end)
{
	uint32_t from = first_reaching(r, begin), to = from, n = 0;
	struct range left[2];

	for (; to < r->n && r->row[to].begin < end; to++)
		;
	if (begin >= end || from == to)
		return;
	if (r->row[from].begin < begin)
		left[n++] = (struct range){ r->row[from].begin, begin };
	if (r->row[to - 1].end > end)
		left[n++] = (struct range){ end, r->row[to - 1].end };
	if (r->n - (to - from) + n > r->n_rows) {
		n--;
		leave_out(r, left[n].begin, left[n].end);
	}
	replace(r, from, to, left, n);
}

void ranges_remove(struct ranges *r, uint64_t begin, uint64_t end)
{
	uint64_t left_out = r->left_out, before = left_out > 0 ? bytes_in_rows(r) : 0;

	remove_rows(r, begin, end);
	if (left_out > 0 && r->left_out == left_out)
		forget_left_out(r, begin, end, before - bytes_in_rows(r));
}

bool ranges_overlap(const struct ranges *r, uint64_t begin, uint64_t end)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->row[i].begin < end && begin < r->row[i].end)
			return true;
	return false;
}

bool ranges_cover(const struct ranges *r, uint64_t size)
{
	return size == 0 || (r->n > 0 && r->row[0].begin == 0 && r->row[0].end >= size);
}

uint64_t ranges_bytes(const struct ranges *r)
{
	uint64_t n = bytes_in_rows(r), end = ranges_end(r);

	return r->left_out < end - n ? n + r->left_out : end;
}

uint64_t ranges_end(const struct ranges *r)
{
	uint64_t end = r->n > 0 ? r->row[r->n - 1].end : 0;

	return r->left_out_end > end ? r->left_out_end : end;
}
