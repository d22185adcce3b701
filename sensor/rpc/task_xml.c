#include "sensor/rpc/task_xml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct task_xml task_xml_of(struct view utf16, bool is_big_endian)
{
	return (struct task_xml){ .n = ndr_of(utf16, is_big_endian, false) };
}

static uint16_t unit(struct task_xml *x)
{
	return x->n.is_big_endian ? cur_u16be(&x->n.c) : cur_u16le(&x->n.c);
}

/* True, and ${x} behind it, if ${text} stands next. */
static bool pass(struct task_xml *x, const char *text)
{
	struct task_xml ahead = *x;

	for (; *text != '\0'; text++)
		if (unit(&ahead) != (uint16_t)*text || !cur_ok(&ahead.n.c))
			return false;
	*x = ahead;
	return true;
}

/* Go behind the next ${text}; at the end ${x} is bad. */
static void pass_until(struct task_xml *x, const char *text)
{
	while (!pass(x, text) && cur_ok(&x->n.c))
		unit(x);
}

/* What is no element and no text of one: true if ${x} went past some. */
static bool pass_other(struct task_xml *x)
{
	static const struct { const char *begin, *end; } rows[] = { { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!pass(x, rows[i].begin))
			continue;
		pass_until(x, rows[i].end);
		return true;
	}
	return false;
}

/* Behind "<": true, and behind the tag, if it begins the element ${name} and does not end it. */
static bool pass_tag(struct task_xml *x, const char *name)
{
	struct task_xml ahead;
	uint16_t next;

	if (!pass(x, name))
		return false;
	ahead = *x;
	next = unit(&ahead);
	if (next != '>' && next != ' ' && next != '\t' && next != '\r' && next != '\n')
		return false;
	pass_until(x, ">");
	return cur_ok(&x->n.c);
}

static bool find(struct task_xml *x, const char *name)
{
	while (cur_left(&x->n.c) >= 2) {
		if (pass_other(x))
			continue;
		if (unit(x) == '<' && pass_tag(x, name))
			return true;
	}
	return false;
}

/* "</", ${name} and ">": true, and behind it, if the element ends here. */
static bool pass_end(struct task_xml *x, const char *name)
{
	struct task_xml ahead = *x;

	if (!pass(&ahead, "</") || !pass(&ahead, name))
		return false;
	pass_until(&ahead, ">");
	*x = ahead;
	return true;
}

bool task_xml_element(struct task_xml *x, const char *name, struct view *content)
{
	size_t begin, end;

	if (!find(x, name))
		return false;
	begin = cur_offset(&x->n.c);
	for (end = begin; !pass_end(x, name); end = cur_offset(&x->n.c)) {
		if (!pass_other(x))
			unit(x);
		if (!cur_ok(&x->n.c))
			return false;
	}
	*content = cur_at(&x->n.c, begin, end - begin);
	return cur_ok(&x->n.c);
}

/* ---- text ---- */

static size_t put_utf8(char *to, unsigned long code)
{
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xc0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (char)(0xe0 | code >> 12);
		to[1] = (char)(0x80 | (code >> 6 & 0x3f));
		to[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | code >> 18);
	to[1] = (char)(0x80 | (code >> 12 & 0x3f));
	to[2] = (char)(0x80 | (code >> 6 & 0x3f));
	to[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* What a reference stands for, written to ${to}, which may be where it stands: it is never longer than itself. */
struct reference {
	size_t n_read;	/* 0: none stands here */
	size_t n_written;
};

/* XML 1.0 4.1: "&#99;" or "&#x63;" */
static struct reference character_reference(const char *at, char *to)
{
	bool is_hex = at[2] == 'x';
	const char *digits = at + (is_hex ? 3 : 2);
	char *end;
	unsigned long code = strtoul(digits, &end, is_hex ? 16 : 10);
	bool is_character = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff);

	if (strspn(digits, "0123456789abcdefABCDEF") == 0 || *end != ';' || !is_character)
		return (struct reference){ 0, 0 };
	return (struct reference){ (size_t)(end + 1 - at), put_utf8(to, code) };
}

/* XML 1.0 4.6: the predefined entities */
static struct reference reference(const char *at, char *to)
{
	static const struct { const char *entity; char stands_for; } rows[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
	};

	if (at[1] == '#')
		return character_reference(at, to);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncmp(at, rows[i].entity, strlen(rows[i].entity)) != 0)
			continue;
		*to = rows[i].stands_for;
		return (struct reference){ strlen(rows[i].entity), 1 };
	}
	return (struct reference){ 0, 0 };
}

/* Where what begins at ${text} with ${begin} ends; NULL when it does not begin so. */
static const char *behind(const char *text, const char *begin, const char *end)
{
	const char *found;

	if (strncmp(text, begin, strlen(begin)) != 0)
		return NULL;
	found = strstr(text + strlen(begin), end);
	return found != NULL ? found + strlen(end) : text + strlen(text);
}

/* Put in the place of markup what it stands for: of comments nothing, of CDATA its text, of references a character. */
static void replace_markup(char *text)
{
	static const char cdata[] = "<![CDATA[", cdata_end[] = "]]>";
	const char *end_of_cdata = NULL;	/* inside one */
	char *to = text;

	while (*text != '\0') {
		struct reference r = { 0, 0 };
		const char *end_of_comment = end_of_cdata == NULL ? behind(text, "<!--", "-->") : NULL;

		if (end_of_cdata == NULL && *text == '&')
			r = reference(text, to);
		if (r.n_read > 0) {
			text += r.n_read;
			to += r.n_written;
		} else if (end_of_comment != NULL) {
			text += end_of_comment - text;
		} else if (end_of_cdata == NULL && (end_of_cdata = behind(text, cdata, cdata_end)) != NULL) {
			text += sizeof(cdata) - 1;
		} else if (end_of_cdata != NULL && strncmp(text, cdata_end, sizeof(cdata_end) - 1) == 0) {
			text += sizeof(cdata_end) - 1;
			end_of_cdata = NULL;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

char *task_xml_text(struct task_xml *x, struct arena *a, const char *name)
{
	struct view content;
	char *text;

	if (!task_xml_element(x, name, &content))
		return NULL;
	text = ndr_text(&x->n, a, content, NDR_WIDE);
	if (text != NULL)
		replace_markup(text);
	return text;
}
