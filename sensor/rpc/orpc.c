#include "sensor/rpc/orpc.h"

enum {
	OBJREF_SIGNATURE = 0x574f454d,	/* "MEOW" */
	OBJREF_CUSTOM = 4,
};

/* [MS-DCOM] 2.2.13.2 ORPC_EXTENT_ARRAY, behind a pointer to it: nothing of interest. */
static void skip_extents(struct ndr *n)
{
	size_t n_extents, n_pointers = 0;

	ndr_u32(n);	/* size */
	ndr_u32(n);	/* reserved */
	if (!ndr_pointer(n))
		return;
	n_extents = cur_count(&n->c, ndr_wide(n), 4);
	for (size_t i = 0; i < n_extents; i++)
		n_pointers += ndr_pointer(n);
	for (size_t i = 0; i < n_pointers && ndr_ok(n); i++) {
		size_t n_bytes = cur_count(&n->c, ndr_wide(n), 1);

		ndr_uuid(n);
		ndr_u32(n);	/* size */
		cur_skip(&n->c, n_bytes);
	}
}

void orpc_this(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	ndr_u32(n);	/* version */
	ndr_u32(n);	/* flags */
	ndr_u32(n);	/* reserved1 */
	ndr_uuid(n);	/* cid */
	if (ndr_pointer(n))
		skip_extents(n);
}

void orpc_that(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	ndr_u32(n);	/* flags */
	if (ndr_pointer(n))
		skip_extents(n);
}

void orpc_word_blob(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t max_count = ndr_wide(n);
	uint32_t size;
	struct view characters;

	ndr_u32(n);	/* cBytes: of text in octets */
	size = ndr_u32(n);
	if (size != max_count)
		cur_reject(&n->c);
	characters = cur_take(&n->c, 2 * cur_count(&n->c, size, 2));
	if (ndr_ok(n) && name != NULL)
		decode_text(d, name, ndr_text(n, d->arena, characters, NDR_WIDE));
}

void orpc_bstr(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		orpc_word_blob(d, n, name);
}

struct view orpc_interface_pointer(struct ndr *n)
{
	size_t n_bytes;

	if (!ndr_pointer(n))
		return view_of(NULL, 0);
	n_bytes = cur_count(&n->c, ndr_wide(n), 1);
	ndr_u32(n);	/* ulCntData */
	return cur_take(&n->c, n_bytes);
}

void orpc_interface(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	orpc_interface_pointer(n);
}

struct view orpc_custom_data(struct view objref, const struct uuid *class)
{
	struct ndr n = ndr_of(objref, false, false);	/* little-endian whatever the call is */
	uint32_t signature = ndr_u32(&n);
	uint32_t flags = ndr_u32(&n);
	struct uuid clsid;

	ndr_uuid(&n);	/* iid */
	clsid = ndr_uuid(&n);
	ndr_u32(&n);	/* cbExtension */
	ndr_u32(&n);	/* reserved, or the size of what follows */
	if (!ndr_ok(&n) || signature != OBJREF_SIGNATURE || flags != OBJREF_CUSTOM || !(class == NULL || uuid_equals(&clsid, class)))
		return view_of(NULL, 0);
	return cur_rest(&n.c);
}
