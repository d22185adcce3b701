/*
 * Syslog messages, one a line: RFC 5424 6, RFC 3164 4.1. What they carry is a
 * JSON object, an <Event>, or one of Samba's lines.
 */
#include "collector/logs/syslog.h"

#include "collector/logs/json.h"
#include "collector/logs/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- header ----------------------------------------------------------------------------------------------------------- */

static void skip(struct log_line *l, size_t n)
{
	l->message += n;
	l->n -= n;
	size_t blank = log_blanks(l->message, l->n);
	l->message += blank;
	l->n -= blank;
}

/* One word into ${out}, cut there if it is longer; "-" is "". */
static void take_word(struct log_line *l, char *out, size_t cap)
{
	size_t length = 0;
	while (length < l->n && l->message[length] != ' ')
		length++;
	snprintf(out, cap, "%.*s", (int)length, l->message);
	if (strcmp(out, "-") == 0)
		*out = '\0';
	skip(l, length);
}

/* "<13>" */
static bool take_priority(struct log_line *l)
{
	size_t i = 1;
	if (l->n == 0 || l->message[0] != '<')
		return false;
	while (i < l->n && i < 4 && isdigit((unsigned char)l->message[i]))
		i++;
	if (i == 1 || i >= l->n || l->message[i] != '>')
		return false;
	skip(l, i + 1);
	return true;
}

/* "[id name="value" …]…": quotes and backslashes within. */
static void skip_structured(struct log_line *l)
{
	size_t i = 0;
	bool is_quoted = false;
	for (; i < l->n && l->message[i] == '['; i++) {
		for (i++; i < l->n && (is_quoted || l->message[i] != ']'); i++) {
			if (l->message[i] == '\\')
				i++;
			else if (l->message[i] == '"')
				is_quoted = !is_quoted;
		}
	}
	skip(l, i < l->n ? i : l->n);
}

/* VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA [SP MSG] */
static bool read_5424(struct log_line *l)
{
	char word[64];
	if (l->n < 2 || l->message[0] != '1' || l->message[1] != ' ')
		return false;
	skip(l, 1);
	take_word(l, word, sizeof word);
	l->has_when = log_when_parse(word, &l->when);
	take_word(l, l->host, sizeof l->host);
	for (int i = 0; i < 3; i++)
		take_word(l, word, sizeof word);
	if (l->n > 0 && l->message[0] == '-')
		skip(l, 1);
	else
		skip_structured(l);
	if (l->n >= 3 && memcmp(l->message, "\xef\xbb\xbf", 3) == 0)
		skip(l, 3);
	return true;
}

/* "smbd_audit[7]: ": a word that ends in a colon. */
static void skip_tag(struct log_line *l)
{
	size_t i = 0;
	while (i < l->n && l->message[i] != ' ' && l->message[i] != '{' && l->message[i] != '<')
		i++;
	if (i > 0 && i <= l->n && l->message[i - 1] == ':')
		skip(l, i);
}

/* Some senders leave the host out: the first word is the tag then, "smbd[7]:" or "smbd:". */
static bool begins_with_tag(const struct log_line *l)
{
	size_t n = 0;
	while (n < l->n && l->message[n] != ' ')
		n++;
	return n > 1 && l->message[n - 1] == ':' && l->message[n - 2] != ':';	/* no address that ends in "::" */
}

/* "Nov 23 06:37:12 fs1 tag: text", or the first word a time of RFC 3339 (rsyslog's file format). */
static bool read_3164(struct log_line *l, int64_t reference_ns)
{
	char word[64];
	size_t n = log_when_syslog(l->message, l->n, reference_ns, &l->when);
	if (n > 0) {
		skip(l, n);
	} else {
		take_word(l, word, sizeof word);
		if (strchr(word, 'T') == NULL || !log_when_parse(word, &l->when))
			return false;
	}
	l->has_when = true;
	if (!begins_with_tag(l))
		take_word(l, l->host, sizeof l->host);
	skip_tag(l);
	return true;
}

bool log_syslog_header(struct log_line *l, int64_t reference_ns)
{
	struct log_line read = *l;
	bool has_priority = take_priority(&read);
	struct log_line newer = read;
	if (has_priority && read_5424(&newer)) {
		*l = newer;
		return true;
	}
	if (!read_3164(&read, reference_ns))
		return false;
	*l = read;
	return true;
}

/* ---- format ----------------------------------------------------------------------------------------------------------- */

struct syslog {
	void *json, *xml;
};

static void parse(void *state, struct log_parse *p)
{
	struct syslog *s = state;
	struct log_line l = { .message = p->text, .n = p->n };
	if (!log_syslog_header(&l, p->options->reference_ns))
		return log_parse_reject(p, "neither RFC 5424 nor RFC 3164");
	if (l.n > 1 && l.message[0] == '{' && memmem(l.message, l.n, "{\"timestamp\"", 12) != l.message) {
		log_json_object(s->json, p, l.message, l.n);
	} else if (l.n > 6 && memcmp(l.message, "<Event", 6) == 0) {
		struct log_parse event = *p;
		event.text = l.message;
		event.n = l.n;
		log_format_xml.parse(s->xml, &event);
	} else {
		log_samba_message(s->json, p, &l);
	}
}

static void close_syslog(void *state)
{
	struct syslog *s = state;
	if (s->json != NULL)
		log_format_json.close(s->json);
	if (s->xml != NULL)
		log_format_xml.close(s->xml);
	free(s);
}

static void *open_syslog(void)
{
	struct syslog *s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->json = log_format_json.open();
	s->xml = log_format_xml.open();
	if (s->json != NULL && s->xml != NULL)
		return s;
	close_syslog(s);
	return NULL;
}

static bool is_like(const char *head, size_t n)
{
	struct log_line l = { .message = head, .n = n };
	return take_priority(&l);
}

const struct log_format log_format_syslog = { "syslog", LOG_LINES, true, true, is_like, open_syslog, close_syslog, parse };
