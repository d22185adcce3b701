#include "sensor/rpc/wmi_object.h"

#include "sensor/core/cursor.h"

#include <string.h>
#include <strings.h>

enum {
	SIGNATURE = 0x12345678,
	OBJECT_IS_CLASS = 0x01,		/* [MS-WMIO] 2.2.6 */
	OBJECT_IS_DECORATED = 0x04,
	LENGTH_BITS = 0x7fffffff,	/* 2.2.66: the highest bit of a heap's length is always set */
	PROPERTIES_MAX = 256,		/* of one class; the largest of Windows have some 80; of a larger one no property is read */
	CIM_TYPE_STRING = 8,		/* 2.2.82 */
	CIM_TYPE_BITS = 0x3fff,		/* without the mark of inheritance, 2.2.32 */
};

/* [MS-WMIO] 2.2.15 ClassPart */
struct class_part {
	uint32_t name;			/* in the heap */
	size_t n_table;			/* of NdTable and ValueTable, here and in the instance */
	size_t n_properties;
	struct view properties;		/* 2.2.21 PropertyLookup: references to name and information */
	struct view heap;
};

/* 2.2.78 Encoded-String: a flag, and characters up to a zero of their width. */
static char *encoded_string(struct cursor *c, struct arena *a)
{
	bool is_wide = cur_u8(c) != 0;
	size_t begin = cur_offset(c), n = 0, width = is_wide ? 2 : 1;
	struct view characters;

	while (cur_ok(c) && (is_wide ? cur_u16le(c) : cur_u8(c)) != 0)
		n += width;
	if (!cur_ok(c))
		return NULL;
	characters = cur_at(c, begin, n);
	return is_wide ? text_of_utf16le(a, characters) : text_of_bytes(a, characters);
}

static char *heap_string(struct view heap, uint32_t at, struct arena *a)
{
	struct cursor c = cur_of(heap);

	cur_seek(&c, at);
	return encoded_string(&c, a);
}

/* A length that counts itself, and what it spans: passed over. */
static void skip_counted(struct cursor *c)
{
	uint32_t n = cur_u32le(c);

	if (n < 4)
		cur_reject(c);
	else
		cur_skip(c, n - 4);
}

static struct view read_heap(struct cursor *c)
{
	return cur_take(c, cur_u32le(c) & LENGTH_BITS);
}

static bool read_class_part(struct cursor *c, struct class_part *out)
{
	size_t begin = cur_offset(c), length = cur_u32le(c);

	cur_u8(c);	/* ReservedOctet */
	out->name = cur_u32le(c);
	out->n_table = cur_u32le(c);
	skip_counted(c);	/* DerivationList */
	skip_counted(c);	/* ClassQualifierSet */
	out->n_properties = cur_count(c, cur_u32le(c), 8);
	if (out->n_properties > PROPERTIES_MAX)
		cur_reject(c);
	out->properties = cur_take(c, 8 * out->n_properties);
	cur_skip(c, out->n_table);
	out->heap = read_heap(c);
	if (length < cur_offset(c) - begin)
		cur_reject(c);
	cur_seek(c, begin + length);
	return cur_ok(c);
}

/* At the ObjectBlock's own content, its flags in ${flags}; false if ${encoding} is none. */
static bool open_object(struct view encoding, struct cursor *c, uint8_t *flags, struct arena *a)
{
	struct arena before = *a;
	bool is_one;

	*c = cur_of(encoding);
	is_one = cur_u32le(c) == SIGNATURE;
	cur_u32le(c);	/* ObjectEncodingLength */
	*flags = cur_u8(c);
	if (*flags & OBJECT_IS_DECORATED) {
		encoded_string(c, a);	/* 2.2.7: server and namespace */
		encoded_string(c, a);
		*a = before;
	}
	return is_one && cur_ok(c);
}

char *wmi_object_class(struct view encoding, struct arena *a)
{
	struct class_part part;
	struct cursor c;
	uint8_t flags;

	if (!open_object(encoding, &c, &flags, a) || !read_class_part(&c, &part))
		return NULL;
	if (flags & OBJECT_IS_CLASS) {	/* 2.2.10: that was the parent; its methods and the class itself follow */
		size_t n_methods = cur_u32le(&c);

		if (n_methods < 4)
			return NULL;
		cur_skip(&c, n_methods - 4);
		if (!read_class_part(&c, &part))
			return NULL;
	}
	return heap_string(part.heap, part.name, a);
}

/* The place of the string property ${name} in the value table; false when the class has none of that name. */
static bool find_property(const struct class_part *part, struct arena *a, const char *name, uint32_t *offset)
{
	struct cursor lookup = cur_of(part->properties);
	struct arena before = *a;

	for (size_t i = 0; i < part->n_properties; i++) {
		char *found = heap_string(part->heap, cur_u32le(&lookup), a);
		struct cursor information = cur_of(part->heap);
		bool is_it = found != NULL && strcasecmp(found, name) == 0;

		*a = before;
		cur_seek(&information, cur_u32le(&lookup));	/* 2.2.30 PropertyInfo */
		if (!is_it)
			continue;
		is_it = (cur_u32le(&information) & CIM_TYPE_BITS) == CIM_TYPE_STRING;
		cur_skip(&information, 2);	/* DeclarationOrder */
		*offset = cur_u32le(&information);
		return is_it && cur_ok(&information);
	}
	return false;
}

char *wmi_object_text(struct view encoding, struct arena *a, const char *name)
{
	struct class_part part;
	struct cursor c, values;
	struct view table, heap;
	uint32_t offset, at;
	uint8_t flags;

	if (!open_object(encoding, &c, &flags, a) || (flags & OBJECT_IS_CLASS) != 0 || !read_class_part(&c, &part) ||
	    !find_property(&part, a, name, &offset))
		return NULL;
	cur_skip(&c, 4 + 1 + 4);	/* 2.2.53: EncodingLength, InstanceFlags, InstanceClassName */
	table = cur_take(&c, part.n_table);
	skip_counted(&c);		/* InstanceQualifierSet */
	cur_u8(&c);			/* InstPropQualSetFlag */
	heap = read_heap(&c);
	values = cur_of(table);
	cur_skip(&values, (part.n_properties + 3) / 4);	/* 2.2.26 NdTable: two bits a property */
	cur_skip(&values, offset);
	at = cur_u32le(&values);
	return cur_ok(&c) && cur_ok(&values) ? heap_string(heap, at, a) : NULL;
}
