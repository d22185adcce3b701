#include "collector/baseline/evidence.h"

#include "collector/baseline/coverage.h"
#include "proto/base/clock.h"
#include "proto/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SENTENCE_BYTES = 512,
	WHEN_CHARS = 19,	/* "2020-08-06 02:27:08" */
	OFFSET_BYTES = 32,
	WHO_BYTES = 160,	/* 20 + 104 characters are the longest names of Windows */
};

/* ---- words ---- */

static void when_text(int64_t ns, char out[CLOCK_TEXT_BYTES])
{
	clock_text(ns, out);
	out[WHEN_CHARS] = '\0';
	out[strlen("2020-08-06")] = ' ';
}

/* "-4 h", "+5 h 30 min", "+0.4 s", "0 s" */
static void offset_text(int64_t ns, char out[OFFSET_BYTES])
{
	const int64_t minute_ns = 60 * CLOCK_SECOND_NS, size = llabs(ns);
	char sign = ns < 0 ? '-' : '+';
	int hours = (int)(size / CLOCK_HOUR_NS), minutes = (int)(size % CLOCK_HOUR_NS / minute_ns);
	if (ns == 0)
		snprintf(out, OFFSET_BYTES, "0 s");
	else if (size % minute_ns != 0)
		snprintf(out, OFFSET_BYTES, "%c%.1f s", sign, (double)size / CLOCK_SECOND_NS);
	else if (minutes != 0)
		snprintf(out, OFFSET_BYTES, "%c%d h %d min", sign, hours, minutes);
	else
		snprintf(out, OFFSET_BYTES, "%c%d h", sign, hours);
}

void evidence_account(const struct log_record *r, char *out, size_t cap)
{
	if (r->account == NULL)
		snprintf(out, cap, "an unnamed account");
	else if (r->domain != NULL)
		snprintf(out, cap, "%s\\%s", r->domain, r->account);
	else
		snprintf(out, cap, "%s", r->account);
}

/* A name cut in the middle of a character leaves bytes that are no text: they go. */
static json_t *text_of(char *sentence)
{
	size_t n = strlen(sentence), kept = 0;
	for (size_t i = 0, step; i < n; i += step) {
		uint32_t point;
		size_t length = text_utf8_char(sentence + i, n - i, &point);
		step = length != 0 ? length : 1;
		if (length == 0)
			continue;
		memmove(sentence + kept, sentence + i, length);
		kept += length;
	}
	return json_stringn(sentence, kept);
}

static void name_of_record(const struct log_record *r, char *out, size_t cap)
{
	if (r->event_id != 0)
		snprintf(out, cap, "%" PRIu32, r->event_id);
	else
		snprintf(out, cap, "%s", log_act_name(r->act));
}

/* "4624 on FS1 at 2020-08-06 02:27:08 for LAB\dave from 10.77.0.21:49822, offset +0.4 s" */
static void record_text(const struct tied *t, char out[SENTENCE_BYTES])
{
	char name[32], when[CLOCK_TEXT_BYTES], who[WHO_BYTES], offset[OFFSET_BYTES], from[80] = "", what[128] = "";
	const char *install = t->r.service != NULL ? t->r.service : t->r.task;
	name_of_record(&t->r, name, sizeof name);
	when_text(t->r.time_ns, when);
	evidence_account(&t->r, who, sizeof who);
	offset_text(t->offset_ns, offset);
	if (t->r.source_address != NULL && t->r.source_port != 0)
		snprintf(from, sizeof from, " from %.46s:%u", t->r.source_address, t->r.source_port);
	else if (t->r.source_address != NULL)
		snprintf(from, sizeof from, " from %.46s", t->r.source_address);
	if (install != NULL)
		snprintf(what, sizeof what, " (%.100s)", install);
	snprintf(out, SENTENCE_BYTES, "%s%s on %.80s at %s for %s%s, offset %s", name, what, t->clock->host, when, who, from, offset);
}

/* ---- the record that confirms ---- */

static bool speaks_clearer(const struct tied *a, const struct tied *b)
{
	if (a->tie != b->tie)
		return a->tie > b->tie;
	bool a_logon = a->r.act == LOG_LOGON, b_logon = b->r.act == LOG_LOGON;
	if (a_logon != b_logon)
		return a_logon;
	if (a->utc_ns != b->utc_ns)
		return a->utc_ns < b->utc_ns;
	return a->r.event_id != b->r.event_id ? a->r.event_id < b->r.event_id : a->id < b->id;
}

const struct tied *evidence_best(const struct ledger *l)
{
	const struct tied *best = NULL;
	for (size_t i = 0; i < l->n; i++)
		if (best == NULL || speaks_clearer(&l->items[i], best))
			best = &l->items[i];
	return best;
}

static json_t *time_of(int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(ns, text);
	return json_string(text);
}

static json_t *optional(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

static json_t *number_or_null(int64_t value)
{
	return value != 0 ? json_integer(value) : json_null();
}

static const char *tie_name(enum tie tie)
{
	static const char *const names[] = {
		[TIE_NONE] = "none",   [TIE_NEAR] = "moment",	  [TIE_DOUBT] = "doubt", [TIE_ACT] = "act",
		[TIE_LOGON] = "logon", [TIE_ADDRESS] = "account", [TIE_PORT] = "port",
	};
	return names[tie];
}

static json_t *row_of(const struct tied *t)
{
	char text[SENTENCE_BYTES];
	record_text(t, text);
	json_t *row = json_object();
	json_object_set_new(row, "record", json_integer(t->id));
	json_object_set_new(row, "act", json_string(log_act_name(t->r.act)));
	json_object_set_new(row, "event_id", number_or_null(t->r.event_id));
	json_object_set_new(row, "time", time_of(t->utc_ns));
	json_object_set_new(row, "tie", json_string(tie_name(t->tie)));
	json_object_set_new(row, "text", text_of(text));
	return row;
}

static json_t *seconds_of(int64_t ns)
{
	return ns % CLOCK_SECOND_NS == 0 ? json_integer(ns / CLOCK_SECOND_NS) : json_real((double)ns / CLOCK_SECOND_NS);
}

static int by_time(const void *a, const void *b)
{
	const struct tied *const *x = a, *const *y = b;
	if ((*x)->utc_ns != (*y)->utc_ns)
		return (*x)->utc_ns < (*y)->utc_ns ? -1 : 1;
	if ((*x)->r.event_id != (*y)->r.event_id)
		return (*x)->r.event_id < (*y)->r.event_id ? -1 : 1;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

/* Everything tied, by time. */
static json_t *rows_of(const struct ledger *l)
{
	const struct tied *sorted[TIED_MAX];
	json_t *rows = json_array();
	for (size_t i = 0; i < l->n; i++)
		sorted[i] = &l->items[i];
	qsort(sorted, l->n, sizeof *sorted, by_time);
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(rows, row_of(sorted[i]));
	return rows;
}

json_t *evidence_log(const struct ledger *l, const struct tied *best)
{
	json_t *log = row_of(best);
	char who[WHO_BYTES];
	evidence_account(&best->r, who, sizeof who);
	json_object_set_new(log, "host", optional(best->clock->host));
	json_object_set_new(log, "source", optional(best->clock->source));
	json_object_set_new(log, "offset_seconds", seconds_of(best->offset_ns));
	json_object_set_new(log, "offset_by", json_string(ledger_how_name(best->clock->how)));
	bool is_named = best->r.account != NULL && best->r.act != LOG_LOGON_FAILED;	/* anybody can be refused under any name */
	json_object_set_new(log, "account", is_named ? text_of(who) : json_null());
	json_object_set_new(log, "address", optional(best->r.source_address));
	json_object_set_new(log, "port", number_or_null(best->r.source_port));
	json_object_set_new(log, "records", rows_of(l));
	return log;
}

/* ---- sentences ---- */

static void say(json_t *out, char sentence[SENTENCE_BYTES])
{
	json_array_append_new(out, text_of(sentence));
}

static void say_record(json_t *out, const struct tied *t, const char *what)
{
	char record[SENTENCE_BYTES], sentence[2 * SENTENCE_BYTES];
	record_text(t, record);
	snprintf(sentence, sizeof sentence, "%s%s", record, what);
	say(out, sentence);
}

static void say_missing(json_t *out, const json_t *missing)
{
	char sentence[SENTENCE_BYTES];
	size_t used = (size_t)snprintf(sentence, sizeof sentence, "Missing beside it, though the log covers that moment: ");
	for (size_t i = 0; i < json_array_size(missing) && used < sizeof sentence; i++)
		used += (size_t)snprintf(sentence + used, sizeof sentence - used, "%s%s", i > 0 ? ", " : "",
					 json_string_value(json_array_get(missing, i)));
	say(out, sentence);
}

/* "; of logons over the network it tells since 2025-01-06 10:00:02 UTC" */
static void since_text(const struct ledger_clock *c, const struct ledger_trail *t, char *out, size_t cap)
{
	char since[CLOCK_TEXT_BYTES];
	out[0] = '\0';
	if (t == NULL)
		return;
	if (t->is_by_others) {
		snprintf(out, cap, "; its file holds logons over the network");
		return;
	}
	when_text(t->since_ns - c->offset_ns, since);
	snprintf(out, cap, "; it tells logons over the network since %s UTC", since);
}

/* A trail that tells logons and covers less than the log as a whole, or does not tell them then. False: it is not so. */
static bool say_trail(json_t *out, const struct ledger *l, const struct ledger_clock *c, const struct ledger_trail *t)
{
	char sentence[SENTENCE_BYTES], moment[CLOCK_TEXT_BYTES], when[CLOCK_TEXT_BYTES];
	const char *trail = log_trail_name((enum log_trail)(t - c->trails));
	enum coverage_telling telling = coverage_telling(c, t, l->logon_ns);
	bool begins_later = t->first_ns - c->offset_ns > l->logon_ns;
	when_text(l->logon_ns, moment);
	when_text((telling == COVERAGE_NOT_YET ? t->since_ns : telling == COVERAGE_NO_MORE ? t->until_ns :
		   begins_later ? t->first_ns : t->last_ns) - c->offset_ns, when);
	if (telling == COVERAGE_TELLS && coverage_of(c, t, LEDGER_TELLS, l->logon_ns, l->logon_ns))
		return false;
	if (telling == COVERAGE_NOT_YET)
		snprintf(sentence, sizeof sentence, "The log of %.80s (%.120s) tells logons over the network only since %s UTC, after %s.",
			 c->host, c->source, when, moment);
	else if (telling == COVERAGE_NO_MORE)
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s (%.120s) has told no logon over the network since %s UTC, though it goes on: its audit, or "
			 "what of it is sent, may have been changed.",
			 c->host, c->source, when);
	else
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s (%.120s) goes on, but %s, where its logons stand, %s %s UTC; the moment is %s.", c->host,
			 c->source, trail, begins_later ? "begins at" : "has reached", when, moment);
	say(out, sentence);
	return true;
}

/* What the log of ${c} has to say about a moment at which nothing confirms the access. */
static void say_clock(json_t *out, const struct ledger *l, const struct ledger_clock *c, enum verdict verdict)
{
	char sentence[SENTENCE_BYTES], first[CLOCK_TEXT_BYTES], last[CLOCK_TEXT_BYTES], moment[CLOCK_TEXT_BYTES], own[CLOCK_TEXT_BYTES];
	char since[96];
	int64_t first_ns = c->first_ns - c->offset_ns, last_ns = c->last_ns - c->offset_ns;
	const struct ledger_trail *t = coverage_trail(c, l->logon_ns);
	when_text(first_ns, first);
	when_text(c->own_first_ns - c->offset_ns, own);
	when_text(last_ns, last);
	when_text(l->logon_ns, moment);
	since_text(c, t, since, sizeof since);
	if (c->is_disputed)
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s (%.120s) claims this address, which is known as another host's: it is left out.", c->host,
			 c->source);
	else if (c->rival != NULL)
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s (%.120s) claims this address, which is better known as that of %.80s: it confirms nothing "
			 "until a person says whose the address is (host add).",
			 c->host, c->source, c->rival);
	else if (c->how == LEDGER_UNKNOWN)
		snprintf(sentence, sizeof sentence, "The log of %.80s (%.120s) writes no zone and its clock's offset is not known.",
			 c->host, c->source);
	else if (first_ns > l->logon_ns)
		snprintf(sentence, sizeof sentence, "The log of %.80s (%.120s) begins at %s UTC, after %s.", c->host, c->source, first,
			 moment);
	else if (last_ns + CLOCK_SECOND_NS <= l->logon_ns)
		snprintf(sentence, sizeof sentence, "The log of %.80s (%.120s) has reached %s UTC, before %s.", c->host, c->source,
			 last, moment);
	else if (t != NULL && say_trail(out, l, c, t))
		return;
	else if (verdict == VERDICT_UNLOGGED && c->own_first_ns - c->offset_ns > l->logon_ns)
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s begins at %s UTC, %d s later; the collector of its file (%.120s) lived before and has "
			 "nothing from %.46s:%u.",
			 c->host, own, (int)((c->own_first_ns - c->offset_ns - l->logon_ns) / CLOCK_SECOND_NS), c->source,
			 l->c.access->source, l->c.access->source_port);
	else if (verdict == VERDICT_UNLOGGED)
		snprintf(sentence, sizeof sentence,
			 "The log of %.80s (%.120s) runs from %s to %s UTC and has nothing from %.46s:%u around %s%s.", c->host, c->source,
			 first, last, l->c.access->source, l->c.access->source_port, moment, since);
	else
		snprintf(sentence, sizeof sentence, "The log of %.80s (%.120s) runs from %s to %s UTC%s.", c->host, c->source, first,
			 last, since);
	say(out, sentence);
}

/* Logons that contradict the zone which stands beside every time. */
static void say_doubtful(json_t *out, const struct ledger_clock *c)
{
	char sentence[SENTENCE_BYTES], offset[OFFSET_BYTES];
	offset_text(c->doubtful_ns, offset);
	snprintf(sentence, sizeof sentence,
		 "Records of %.80s (%.120s) name connections seen at other times, as if its clock were off by %s; its times name "
		 "their zone, so those records are not believed%s.",
		 c->host, c->source, offset, c->is_suspect ? ", but nothing is called missing either until a person sets that clock" : "");
	if (c->is_doubtful && !c->is_disputed)
		say(out, sentence);
}

static void say_clocks(json_t *out, const struct ledger *l, enum verdict verdict)
{
	char sentence[SENTENCE_BYTES];
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		say_clock(out, l, &l->c.clocks[i], verdict);
		say_doubtful(out, &l->c.clocks[i]);
	}
	if (l->c.n_clocks == 0) {
		snprintf(sentence, sizeof sentence, "No log of %.46s has been received.", l->c.access->destination);
		say(out, sentence);
	} else if (!tied_tells_logons(l)) {
		json_array_append_new(out, json_string("That log has told no logon over the network yet, so it does not follow that one is "
						       "missing."));
	} else if (!l->saw_logon) {
		json_array_append_new(out, json_string("The connection was seen from its middle: its logon may lie before."));
	} else if (l->has_undated) {
		json_array_append_new(out, json_string("A log whose clock's offset is not known names this client: that may be this logon. "
						       "Give that log its zone or offset."));
	}
}

/* "7.9 s after the logon" */
static void say_far(json_t *out, const struct ledger *l, const struct tied *t)
{
	char what[SENTENCE_BYTES];
	int64_t apart_ns = t->utc_ns - l->logon_ns;
	snprintf(what, sizeof what,
		 ": names no port and stands %.1f s %s the logon that the network saw; no logon of that client which is nearer to it "
		 "claims it, so it may be this one by a clock that is off, which no logons have proved",
		 (double)llabs(apart_ns) / CLOCK_SECOND_NS, apart_ns < 0 ? "before" : "after");
	say_record(out, t, what);
}

/* "180.0 s after the logon": it names the very connection. */
static void say_misplaced(json_t *out, const struct ledger *l, const struct tied *t)
{
	char what[SENTENCE_BYTES];
	int64_t apart_ns = t->utc_ns - l->logon_ns;
	snprintf(what, sizeof what,
		 ": names this very connection and stands %.1f s %s the logon that the network saw; no other one from that port is nearer "
		 "to it, so it %s by a clock that is off",
		 (double)llabs(apart_ns) / CLOCK_SECOND_NS, apart_ns < 0 ? "before" : "after",
		 t->tie == TIE_DOUBT ? "may be this one" : "is this one");
	say_record(out, t, what);
}

static const char *doubt_of(const struct ledger *l, const struct tied *t)
{
	if (t->clock->rival != NULL)
		return ": of a log that claims this address, which is better known as another host's, so it confirms nothing";
	if (l->has_too_few && tied_is_far(l, t))
		return ": names no port, and another logon of that client is likelier to have left it, for each record is of one "
		       "connection and the network saw more of them at that moment than the log has: one may have been removed";
	return ": may be this logon under another address or name";
}

static void say_what_is_tied(json_t *out, const struct ledger *l, const struct tied *best)
{
	if (best != NULL && best->tie >= TIE_ACT && tied_is_misplaced(l, best))
		say_misplaced(out, l, best);
	else if (best != NULL && best->tie >= TIE_ACT)
		say_record(out, best, tie_is_other_user(l, &best->r) ? ": another name than the network saw" : "");
	for (size_t i = 0; i < l->n; i++) {
		if (l->items[i].tie == TIE_NEAR)
			say_record(out, &l->items[i], l->items[i].r.act == LOG_LOGON_FAILED ? ": refused, so it is not this logon" :
									": the same act, but the record names no logon");
		else if (!l->has_too_few && tied_is_far(l, &l->items[i]) && l->items[i].clock->rival == NULL)
			say_far(out, l, &l->items[i]);
		else if (l->items[i].tie == TIE_DOUBT && tied_is_misplaced(l, &l->items[i]) && l->items[i].clock->rival == NULL)
			say_misplaced(out, l, &l->items[i]);
		else if (l->items[i].tie == TIE_DOUBT)
			say_record(out, &l->items[i], doubt_of(l, &l->items[i]));
	}
}

/* Where something would be missing but for lines that nobody could read. */
static void say_unread(json_t *out, const struct ledger *l)
{
	char sentence[SENTENCE_BYTES], moment[CLOCK_TEXT_BYTES];
	when_text(l->logon_ns, moment);
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		if (c->n_unread == 0)
			continue;
		snprintf(sentence, sizeof sentence,
			 "%" PRIu64 " %s of %.120s around %s could not be read: what seems to be missing in the log of %.80s may stand "
			 "there.",
			 c->n_unread, c->n_unread == 1 ? "line" : "lines", c->source, moment, c->host);
		say(out, sentence);
	}
}

json_t *evidence_sentences(const struct ledger *l, enum verdict verdict, const json_t *missing)
{
	json_t *out = json_array();
	const struct tied *best = evidence_best(l);
	say_what_is_tied(out, l, best);
	if (json_array_size(missing) > 0)
		say_missing(out, missing);
	if (best == NULL || best->tie < TIE_ACT)
		say_clocks(out, l, verdict);
	say_unread(out, l);
	return out;
}
