#include "collector/baseline/hosts.h"

#include "collector/baseline/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* All three texts lie in one allocation, ${site} first. */
struct known {
	const char *site, *name, *address;
};

struct hosts {
	struct known *items;
	size_t n, cap;
	bool is_sorted;
};

struct hosts *hosts_new(void)
{
	return calloc(1, sizeof(struct hosts));
}

void hosts_free(struct hosts *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->n; i++)
		free((char *)(uintptr_t)n->items[i].site);
	free(n->items);
	free(n);
}

static bool make_room(struct hosts *n)
{
	if (n->n < n->cap)
		return true;
	size_t cap = n->cap == 0 ? 64 : 2 * n->cap;
	struct known *more = n->n < HOSTS_MAX ? reallocarray(n->items, cap, sizeof *more) : NULL;
	if (more == NULL)
		return false;
	n->items = more;
	n->cap = cap;
	return true;
}

bool hosts_add(struct hosts *n, const char *site, const char *name, const char *address)
{
	size_t sizes[] = { strlen(site) + 1, strlen(name) + 1, strlen(address) + 1 };
	char *texts = make_room(n) ? malloc(sizes[0] + sizes[1] + sizes[2]) : NULL;
	if (texts == NULL)
		return false;
	memcpy(texts, site, sizes[0]);
	memcpy(texts + sizes[0], name, sizes[1]);
	memcpy(texts + sizes[0] + sizes[1], address, sizes[2]);
	n->items[n->n++] = (struct known){ texts, texts + sizes[0], texts + sizes[0] + sizes[1] };
	n->is_sorted = false;
	return true;
}

bool hosts_is_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t n = strlen(text);
	bool last_is_number = true;
	if (n == 0 || n >= HOST_NAME_BYTES)
		return false;
	for (const char *label = text;; label++) {
		size_t length = strspn(label, allowed);
		last_is_number = strspn(label, "0123456789") == length;
		if (length == 0 || length > 63 || (label[length] != '.' && label[length] != '\0'))
			return false;
		label += length;
		if (*label == '\0')
			return !last_is_number;
	}
}

static size_t label_of(const char *name)
{
	return strcspn(name, ".");
}

/* By the first label alone: what differs behind it lies together. */
static int by_label(const char *a, const char *b)
{
	size_t n = label_of(a), m = label_of(b);
	int order = strncasecmp(a, b, n < m ? n : m);
	return order != 0 ? order : (n > m) - (n < m);
}

static int by_name(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	return by_label(x->name, y->name);
}

/* The first of those whose label is ${name}'s. */
static size_t first_like(const struct hosts *names, const char *name)
{
	struct hosts *n = (struct hosts *)(uintptr_t)names;	/* sorted when first asked */
	size_t from = 0, to = n->n;
	if (!n->is_sorted && n->n > 0)
		qsort(n->items, n->n, sizeof *n->items, by_name);
	n->is_sorted = true;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (by_label(n->items[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

bool hosts_has(const struct hosts *n, const char *site, const char *name, const char *address)
{
	for (size_t i = first_like(n, name); i < n->n && by_label(n->items[i].name, name) == 0; i++)
		if (names_same_host(n->items[i].name, name) && strcmp(n->items[i].site, site) == 0 &&
		    strcmp(n->items[i].address, address) == 0)
			return true;
	return false;
}

bool hosts_knows(const struct hosts *n, const char *name)
{
	for (size_t i = first_like(n, name); i < n->n && by_label(n->items[i].name, name) == 0; i++)
		if (names_same_host(n->items[i].name, name))
			return true;
	return false;
}
