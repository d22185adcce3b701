#include "collector/detect/calls.h"

#include "collector/detect/activation.h"
#include "collector/detect/acts.h"
#include "collector/detect/coercion.h"
#include "collector/detect/detail.h"
#include "collector/detect/opname.h"
#include "collector/detect/pipes.h"
#include "collector/detect/zerologon.h"

#include <stdio.h>
#include <string.h>

/* How a call went, as far as it can be seen. */
enum outcome { CALL_UNANSWERED, CALL_SUCCEEDED, CALL_REFUSED };

static enum outcome outcome_of(const struct feed *f, const struct rule *rule)
{
	const Ev__RpcCall *call = f->event->rpc_call;
	bool is_answered = f->event->has_status || f->event->has_response_time || call->has_response_bytes;
	if ((call->has_fault && call->fault) || (f->event->has_status && f->event->status != 0))
		return CALL_REFUSED;
	if (!is_answered)
		return CALL_UNANSWERED;
	/* What is sealed, or not decoded, was answered without a fault: it was carried out as far as anyone can tell. */
	if (!call->has_return_code || catalogue_is_success(f->detect->catalogue, call->interface, rule, call->return_code))
		return CALL_SUCCEEDED;
	return CALL_REFUSED;
}

static json_t *arguments(const Ev__RpcCall *call)
{
	json_t *detail = NULL;
	for (size_t i = 0; i < call->n_args; i++) {
		const Ev__RpcArgument *a = call->args[i];
		if (a->text)
			detail_put_text(&detail, a->name, a->text);
		else if (a->has_number)
			detail_put_number(&detail, a->name, a->number);
	}
	return detail;
}

static void put_outcome(const struct feed *f, enum outcome outcome, json_t **detail)
{
	const Ev__RpcCall *call = f->event->rpc_call;
	if (call->has_sealed && call->sealed)
		detail_put_true(detail, "sealed");
	if (call->has_inferred && call->inferred)
		detail_put_true(detail, "inferred");
	if (outcome == CALL_UNANSWERED)
		detail_put_true(detail, "unanswered");
	if (outcome == CALL_REFUSED && f->event->has_status && f->event->status)
		detail_put_status(detail, "fault", f->event->status);
	else if (call->has_return_code && call->return_code >= 0x80000000u)
		detail_put_status(detail, "code", call->return_code);	/* NTSTATUS, HRESULT */
	else if (call->has_return_code && call->return_code)
		detail_put_number(detail, "code", call->return_code);
}

void calls_call(const struct feed *f)
{
	const Ev__RpcCall *call = f->event->rpc_call;
	bool is_pipe = strcmp(call->transport, "pipe") == 0;
	struct session *x = feed_session(f, is_pipe && call->has_session_id ? call->session_id : 0, !is_pipe);
	if (!x || !call->interface)
		return;
	char name[OPNAME_BYTES + sizeof ".refused"];
	opname_step(name, call->interface, call->operation, call->opnum);
	json_t *detail = arguments(call);
	const struct rule *rule = catalogue_step(f->detect->catalogue, name, detail);
	enum outcome outcome = outcome_of(f, rule);
	/* Of routine calls only the name is kept: a thousand look-ups are one step. */
	if (!rule || !(rule->admin || rule->keeps_detail)) {
		json_decref(detail);
		detail = NULL;
	}
	put_outcome(f, outcome, &detail);
	if (outcome == CALL_REFUSED)
		strcat(name, ".refused");
	struct act act = acts_of(f, name, detail, outcome == CALL_SUCCEEDED);
	act.rule = rule;
	zerologon_call(f, x, &act);
	activation_call(f, x, &act);
	coercion_call(f, x, &act);
	acts_add(f->detect, x, &act);
}
