/*
 * Event XML: what wevtutil and Get-WinEvent print, what Windows Event
 * Forwarding renders, what evtx.c makes of native files. An <Event> is read by
 * itself: System by its elements, EventData by the names of its Data, UserData
 * by its elements. Nothing outside an <Event> matters, so a document type
 * cannot bring entities along.
 */
#include "collector/logs/format.h"
#include "collector/logs/text.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, VALUE_BYTES = LOG_RECORD_CAP };

/* Where in the event the parser is. */
enum part { OUTSIDE, SYSTEM, DATA };

struct xml {
	XML_Parser parser;
	struct log_parse *p;
	enum part part;
	unsigned depth;			/* of elements, 1 is Event */
	unsigned part_depth;		/* of the part's own element */
	enum log_field field;		/* whose text is collected; N_LOG_FIELDS: none */
	char *value;			/* VALUE_BYTES */
	size_t value_n;
};

/* Elements of System: where their text goes, or that of an attribute. */
static const struct {
	const char *element;
	const char *attribute;	/* NULL: the element's text */
	enum log_field field;
} system_elements[] = {
	{ "Channel", NULL, LOG_FIELD_CHANNEL },
	{ "Computer", NULL, LOG_FIELD_COMPUTER },
	{ "EventID", NULL, LOG_FIELD_EVENT_ID },
	{ "EventRecordID", NULL, LOG_FIELD_RECORD },
	{ "Keywords", NULL, LOG_FIELD_OUTCOME },
	{ "Provider", "Name", LOG_FIELD_PROVIDER },
	{ "TimeCreated", "SystemTime", LOG_FIELD_TIME },
};

static const char *attribute_of(const XML_Char **attributes, const char *name)
{
	for (; *attributes != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

static void start_system(struct xml *x, const char *name, const XML_Char **attributes)
{
	for (size_t i = 0; i < sizeof system_elements / sizeof *system_elements; i++) {
		if (strcmp(system_elements[i].element, name) != 0)
			continue;
		const char *text = system_elements[i].attribute != NULL ? attribute_of(attributes, system_elements[i].attribute) : NULL;
		if (text != NULL)
			log_fields_set(&x->p->fields, system_elements[i].field, text, strlen(text));
		else if (system_elements[i].attribute == NULL)
			x->field = system_elements[i].field;
		return;
	}
}

/* <Data Name="TargetUserName"> of EventData, <SubjectUserName> of UserData. */
static void start_data(struct xml *x, const char *name, const XML_Char **attributes)
{
	const char *named = strcmp(name, "Data") == 0 ? attribute_of(attributes, "Name") : name;
	if (named != NULL)
		x->field = log_field_of(named, strlen(named));
}

/* The name without the prefix of its namespace. */
static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon != NULL ? colon + 1 : name;
}

static enum part part_of(const char *name)
{
	if (strcmp(name, "System") == 0)
		return SYSTEM;
	return strcmp(name, "EventData") == 0 || strcmp(name, "UserData") == 0 ? DATA : OUTSIDE;
}

static void XMLCALL on_start(void *ctx, const XML_Char *qualified, const XML_Char **attributes)
{
	struct xml *x = ctx;
	const char *name = local_name(qualified);
	x->field = N_LOG_FIELDS;
	x->value_n = 0;
	if (++x->depth > DEPTH_MAX) {
		XML_StopParser(x->parser, XML_FALSE);
		return;
	}
	if (x->part == OUTSIDE && x->depth == 2) {
		x->part = part_of(name);
		x->part_depth = x->depth;
	} else if (x->part == SYSTEM) {
		start_system(x, name, attributes);
	} else if (x->part == DATA) {
		start_data(x, name, attributes);
	}
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
	struct xml *x = ctx;
	(void)name;
	if (x->field != N_LOG_FIELDS)
		log_fields_set(&x->p->fields, x->field, x->value, x->value_n);
	x->field = N_LOG_FIELDS;
	if (x->part != OUTSIDE && x->depth == x->part_depth)
		x->part = OUTSIDE;
	x->depth--;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int n)
{
	struct xml *x = ctx;
	if (x->field == N_LOG_FIELDS || (size_t)n > VALUE_BYTES - x->value_n)
		return;
	memcpy(x->value + x->value_n, text, (size_t)n);
	x->value_n += (size_t)n;
}

static void parse(void *state, struct log_parse *p)
{
	struct xml *x = state;
	XML_ParserReset(x->parser, "UTF-8");
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	x->p = p;
	x->part = OUTSIDE;
	x->depth = 0;
	x->field = N_LOG_FIELDS;
	if (XML_Parse(x->parser, p->text, (int)p->n, 1) == XML_STATUS_OK)
		log_windows_record(p);
	else
		log_parse_reject(p, XML_ErrorString(XML_GetErrorCode(x->parser)));
}

static void close_xml(void *state)
{
	struct xml *x = state;
	XML_ParserFree(x->parser);
	free(x->value);
	free(x);
}

static void *open_xml(void)
{
	struct xml *x = calloc(1, sizeof *x);
	if (x == NULL)
		return NULL;
	x->parser = XML_ParserCreate("UTF-8");
	x->value = malloc(VALUE_BYTES);
	if (x->parser != NULL && x->value != NULL)
		return x;
	if (x->parser != NULL)
		XML_ParserFree(x->parser);
	free(x->value);
	free(x);
	return NULL;
}

static bool is_like(const char *head, size_t n)
{
	(void)n;
	return head[strspn(head, " \t\r\n")] == '<' && strstr(head, "<Event") != NULL;
}

const struct log_format log_format_xml = { "xml", LOG_EVENTS, false, false, is_like, open_xml, close_xml, parse };
