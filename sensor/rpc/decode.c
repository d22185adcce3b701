#include "sensor/rpc/decode.h"

#include <string.h>

static Ev__RpcArgument *add(struct decoding *d, const char *name)
{
	Ev__RpcArgument *arg;

	if (d->n_args == LIMIT_RPC_ARGS)
		return NULL;
	arg = arena_get(d->arena, sizeof(*arg));
	if (arg == NULL)
		return NULL;
	ev__rpc_argument__init(arg);
	arg->name = text_copy(d->arena, name);
	d->args[d->n_args++] = arg;
	return arg;
}

void decode_text(struct decoding *d, const char *name, char *text)
{
	Ev__RpcArgument *arg = text != NULL ? add(d, name) : NULL;

	if (arg != NULL)
		arg->text = text;
}

void decode_number(struct decoding *d, const char *name, uint64_t number)
{
	Ev__RpcArgument *arg = add(d, name);

	if (arg == NULL)
		return;
	arg->has_number = true;
	arg->number = number;
}

char *decode_string(struct decoding *d, const char *name)
{
	char *text = ndr_text(&d->in, d->arena, ndr_string(&d->in, d->chars), d->chars);

	decode_text(d, name, text);
	return text;
}

char *decode_unique_string(struct decoding *d, const char *name)
{
	return ndr_pointer(&d->in) ? decode_string(d, name) : NULL;
}

struct view decode_handle(struct decoding *d, const char *name)
{
	struct view handle = ndr_handle(&d->in);
	const char *known = handles_name(d->handles, handle);

	if (known != NULL)
		decode_text(d, name, text_copy(d->arena, known));
	return handle;
}
